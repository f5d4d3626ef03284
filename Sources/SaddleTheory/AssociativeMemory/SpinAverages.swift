import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Averages over one spin in the field h = a + σz, z standard normal, at temperature T.
///
/// At T = 0 they are error functions; above, Gaussian averages cut at h = 0, where tanh(h/T) changes within T/σ.
struct SpinAverages {
    /// ⟨tanh h/T⟩
    let magnetization: Double
    /// ⟨1 − tanh² h/T⟩, kept apart from 1, and over T: the susceptibility, finite at T = 0.
    let susceptibility: Double
    /// ⟨(1 − tanh² h/T)²⟩/T; at T = 0 it is 4/3 of the density at h = 0.
    let fourth: Double
    /// T⟨log 2cosh h/T⟩
    let potential: Double
    let temperature: Double

    /// Added to averages that may underflow, and taken off again: what is far below needs no digits.
    static let floor = 1e-30

    /// ⟨tanh² h/T⟩
    var overlap: Double { 1 - temperature * susceptibility }

    init(field a: Double, deviation σ: Double, temperature T: Double) throws(QuadratureError) {
        temperature = T
        if T == 0 {
            let x = a / σ, density = exp(-x * x / 2) / ((2 * Double.pi).squareRoot() * σ)
            magnetization = erf(x / 2.0.squareRoot())
            susceptibility = 2 * density
            fourth = 4 * density / 3
            potential = a * magnetization + σ * σ * susceptibility
            return
        }
        let averages = try GaussianQuadrature.averages(of: 4, breaks: σ > 0 ? [-a / σ] : []) { z, out in
            let n = z.count
            for j in 0..<n {
                let h = a + σ * z[j], decay = exp(-2 * abs(h) / T), slope = 4 * decay / ((1 + decay) * (1 + decay))
                out[j] = (h < 0 ? -1 : 1) * (1 - decay) / (1 + decay)
                out[n + j] = slope / T + Self.floor
                out[2 * n + j] = slope * slope / T + Self.floor
                out[3 * n + j] = abs(h) + T * log1p(decay)
            }
        }
        (magnetization, potential) = (averages[0], averages[3])
        (susceptibility, fourth) = (averages[1] - Self.floor, averages[2] - Self.floor)
    }
}
