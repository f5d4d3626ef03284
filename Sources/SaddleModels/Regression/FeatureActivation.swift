import SaddleNumerics

/// What random features make of their preactivations: an activation, and what is left of it in high dimension.
///
///     φ(h) = μ₀ + μ₁h + μ_*·ξ,   μ₀ = E φ(h),   μ₁ = E hφ(h),   μ_*² = E φ(h)² − μ₀² − μ₁²,   h ~ N(0, 1)
///
/// Seen through random features in high dimension, ξ is as good as noise of its own for each feature and sample: Gaussian equivalence.
///
/// Sources: Pennington and Worah 2017; Mei and Montanari 2019; Hu and Lu 2020, for a proof.
///
/// - Note: Averages to 1e-13 of √E φ². A μ_*² below 1e-12 of E φ² is rounding: the activation is linear.
public struct FeatureActivation: Sendable, Equatable {
    /// φ
    public let activation: Activation
    /// μ₀, which features are freed of
    public let mean: Double
    /// μ₁, not 0
    public let slope: Double
    /// μ_*²
    public let rest: Double

    /// φ(h) = h
    public static let linear = FeatureActivation(.linear, mean: 0, slope: 1, rest: 0)

    /// - Throws: ``RegressionError/badActivation(name:reason:)`` without averages, or if μ₁ = 0: then the teacher is not seen.
    public init(_ activation: Activation) throws(RegressionError) {
        if activation.isLinear {
            self = .linear
            return
        }
        let averages: [Double]
        do {
            averages = try GaussianQuadrature.averages(of: 3, breaks: activation.kinks.filter { $0 != 0 }) { u, out in
                let n = u.count
                activation.apply(to: u, value: UnsafeMutableBufferPointer(rebasing: out[0..<n]))
                for j in 0..<n {
                    out[n + j] = u[j] * out[j]
                    out[2 * n + j] = out[j] * out[j]
                }
            }
        } catch { throw .badActivation(name: activation.name, reason: "\(error)") }
        let (mean, slope, square) = (averages[0], averages[1], averages[2])
        if !(slope * slope > 1e-24 * square) {
            throw .badActivation(
                name: activation.name,
                reason:
                    "E hφ(h) is 0, so that in high dimension its features carry nothing of a linear teacher; expected one that is not even"
            )
        }
        let rest = square - mean * mean - slope * slope
        self.init(activation, mean: mean, slope: slope, rest: rest > 1e-12 * square ? rest : 0)
    }

    private init(_ activation: Activation, mean: Double, slope: Double, rest: Double) {
        (self.activation, self.mean, self.slope, self.rest) = (activation, mean, slope, rest)
    }

    /// Var φ(h)
    public var variance: Double { slope * slope + rest }
    /// Whether φ(h) = h.
    public var isLinear: Bool { activation.isLinear }

    /// Equal for theory, which knows the averages alone.
    public static func == (a: FeatureActivation, b: FeatureActivation) -> Bool {
        a.isLinear == b.isLinear && a.mean == b.mean && a.slope == b.slope && a.rest == b.rest
    }
}
