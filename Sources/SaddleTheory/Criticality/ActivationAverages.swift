import SaddleModels
import SaddleNumerics

/// Averages of an activation over one neuron of a wide layer, h ~ N(0, K), and their derivatives with respect to K.
///
///     d⟨φ²⟩/dK = ⟨hφφ′⟩/K,          d²⟨φ²⟩/dK² = ⟨hφφ′(u² − 3)⟩/2K²,                    u = h/√K
///     d⟨φ′²⟩/dK = ⟨φ′²(u² − 1)⟩/2K,  d²⟨φ′²⟩/dK² = ⟨φ′²(u⁴ − 6u² + 3)⟩/4K²
///
/// These forms move the derivatives to the Gaussian density, so that they hold for kinks too, where ⟨φ′φ″h⟩/K would miss
/// the δ-functions of φ″.
///
/// Accuracy: relative errors of the five averages and of d⟨φ²⟩/dK below 1e-14; absolute errors of the other derivatives
/// below 1e-15 times ⟨φ²⟩/K², ⟨φ′²⟩/K and ⟨φ′²⟩/K².
public struct ActivationAverages: Sendable, Equatable {
    /// K, the variance of a preactivation.
    public let kernel: Double
    /// ⟨φ²⟩ and ⟨φ⁴⟩
    public let square: Double, fourthPower: Double
    /// ⟨φ′²⟩ and ⟨φ′⁴⟩
    public let slopeSquare: Double, slopeFourthPower: Double
    /// ⟨φ²φ′²⟩
    public let squareTimesSlopeSquare: Double
    /// d⟨φ²⟩/dK and d²⟨φ²⟩/dK²
    public let squareDerivative: Double, squareSecondDerivative: Double
    /// d⟨φ′²⟩/dK and d²⟨φ′²⟩/dK²
    public let slopeSquareDerivative: Double, slopeSquareSecondDerivative: Double

    /// - Parameter kernel: K > 0, at most about 5e6 for activations that oscillate.
    public init(of activation: Activation, kernel: Double) throws(CriticalityError) {
        precondition(kernel > 0 && kernel.isFinite, "kernel \(kernel)")
        if !activation.isContinuous { throw .jump(activation: activation.name) }
        self.kernel = kernel
        let root = kernel.squareRoot()
        let a: [Double]
        do {
            a = try GaussianQuadrature.averages(of: 9, breaks: activation.breaks(deviation: root)) { u, out in
                let n = u.count
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { work in
                    let h = UnsafeMutableBufferPointer(rebasing: work[0..<n])
                    let value = UnsafeMutableBufferPointer(rebasing: work[n..<2 * n])
                    let slope = UnsafeMutableBufferPointer(rebasing: work[2 * n..<3 * n])
                    for j in 0..<n { h[j] = root * u[j] }
                    activation.apply(to: UnsafeBufferPointer(h), value: value, derivative: slope)
                    for j in 0..<n {
                        let (φφ, dd, uu) = (value[j] * value[j], slope[j] * slope[j], u[j] * u[j])
                        let hφd = h[j] * value[j] * slope[j]
                        out[j] = φφ
                        out[n + j] = φφ * φφ
                        out[2 * n + j] = dd
                        out[3 * n + j] = dd * dd
                        out[4 * n + j] = φφ * dd
                        out[5 * n + j] = hφd
                        out[6 * n + j] = hφd * (uu - 3)
                        out[7 * n + j] = dd * (uu - 1)
                        out[8 * n + j] = dd * ((uu - 6) * uu + 3)
                    }
                }
            }
        } catch { throw .average(activation: activation.name, kernel: kernel, reason: error) }
        (square, fourthPower, slopeSquare, slopeFourthPower, squareTimesSlopeSquare) = (a[0], a[1], a[2], a[3], a[4])
        squareDerivative = a[5] / kernel
        squareSecondDerivative = a[6] / (2 * kernel * kernel)
        slopeSquareDerivative = a[7] / (2 * kernel)
        slopeSquareSecondDerivative = a[8] / (4 * kernel * kernel)
    }
}

extension Activation {
    /// Where φ(√q·u) has kinks, besides u = 0.
    func breaks(deviation root: Double) -> [Double] { kinks.filter { $0 != 0 }.map { $0 / root } }
}
