import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Averages over one spin in the field x = vz (in units of T), z standard normal, with the weight (2cosh x)^θ of one step of
/// replica-symmetry breaking.
///
/// With y = |x| the weight shifts the Gaussian: E(2cosh x)^θ f = 2e^{θ²v²/2} E_u[y > 0](1 + e^{−2y})^θ f(y),   y = θv² + vu.
struct WeightedSpin {
    /// ⟨tanh² x⟩, ⟨(1 − tanh² x)²⟩, ⟨log 2cosh x⟩
    let square: Double, fourth: Double, potential: Double
    /// log E(2cosh x)^θ − θ²v²/2
    let shiftedLogWeight: Double
    /// log E(2cosh x)^θ
    let logWeight: Double

    init(deviation v: Double, breakpoint θ: Double) throws(QuadratureError) {
        let a = try GaussianQuadrature.averages(of: 4, breaks: [-θ * v]) { u, out in
            let n = u.count
            for j in 0..<n {
                let y = v * (u[j] + θ * v)
                if y < 0 { continue }
                let decay = exp(-2 * y), t = (1 - decay) / (1 + decay), slope = 4 * decay / ((1 + decay) * (1 + decay))
                let w = 2 * exp(θ * log1p(decay))
                out[j] = w
                out[n + j] = w * t * t
                out[2 * n + j] = w * slope * slope + SpinAverages.floor
                out[3 * n + j] = w * (y + log1p(decay))
            }
        }
        (square, fourth, potential) = (a[1] / a[0], (a[2] - SpinAverages.floor) / a[0], a[3] / a[0])
        shiftedLogWeight = log(a[0])
        logWeight = shiftedLogWeight + θ * θ * v * v / 2
    }
}
