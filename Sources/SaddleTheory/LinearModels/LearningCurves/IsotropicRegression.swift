import Numerics
import SaddleModels

/// Gradient flow of a linear student with isotropic inputs, by integrals over the density of Marchenko and Pastur on the real line.
///
///     x ~ N(0, 1/N) each,  P = αN samples,  dw/dt = Xᵀ(y − Xw),  units of the variance of a teacher weight
///     E_g(t) = ∫ρ(λ)[(1 + INR)e^{−2λt} + (1 − e^{−λt})²/(λ·SNR)]dλ + 1/SNR
///     E_t(t) = α⁻¹ ∫_{λ>0} ρ(λ)[(1 + INR)λ + 1/SNR]e^{−2λt}dλ + max(0, 1 − 1/α)/SNR
///
/// ρ is the density of the eigenvalues of XᵀX: √((λ₊ − λ)(λ − λ₋))/2πλ between λ± = (√α ± 1)², and for α < 1 the mass 1 − α at zero, the
/// frozen subspace. SNR and INR are the variances of a teacher weight and of an initial weight, over the noise's and over a teacher weight's.
///
/// Source: Advani and Saxe 2017, equations 8–13. Nothing is shared with ``LearningCurve``, which it tests.
///
/// - Note: Relative error below 1e-13: with λ = 1 + α + 2√α cos θ the trapezoidal rule converges geometrically.
public struct IsotropicRegression: Sendable {
    /// α = P/N
    public let ratio: Double
    /// Infinite: no noise.
    public let signalToNoise: Double
    /// INR, the variance of an initial weight over that of a teacher weight.
    public let initialToTeacher: Double

    /// α and SNR above 0, INR not negative; an infinite SNR is no noise.
    ///
    /// - Throws: ``RegressionError`` for other numbers.
    public init(ratio: Double, signalToNoise: Double, initialToTeacher: Double = 0) throws(RegressionError) {
        guard ratio.isFinite, ratio > 0 else { throw .badCount("samples for each input", value: ratio) }
        guard signalToNoise > 0 else { throw .badVariance("of the label noise", value: 1 / signalToNoise) }
        guard initialToTeacher.isFinite, initialToTeacher >= 0 else {
            throw .badVariance("of the initial weights", value: initialToTeacher)
        }
        self.ratio = ratio
        self.signalToNoise = signalToNoise
        self.initialToTeacher = initialToTeacher
    }

    /// 1/SNR
    public var noise: Double { 1 / signalToNoise }
    /// The part of the weights that never moves: 1 − α, or 0.
    public var frozenFraction: Double { max(0, 1 - ratio) }
    /// λ±
    public var edges: (low: Double, high: Double) {
        let root = ratio.squareRoot()
        return ((root - 1) * (root - 1), (root + 1) * (root + 1))
    }

    /// E_g, with the noise of the test labels. Infinite time at α = 1 diverges with noise.
    public func generalizationError(time t: Double) throws(RegressionError) -> Double {
        try check(t)
        let start = 1 + initialToTeacher
        if t == .infinity {
            if ratio == 1, noise > 0 { return .infinity }
            // ∫_{λ>0} ρ/λ = min(1, α)/|1 − α|
            return frozenFraction * start + noise * (1 + (noise > 0 ? min(1, ratio) / abs(1 - ratio) : 0))
        }
        return average { λ in
            let left = Double.exp(-λ * t), learnt = -Double.expMinusOne(-λ * t)
            return start * left * left + (λ > 0 ? learnt * learnt / λ * noise : 0)
        } + frozenFraction * start + noise
    }

    /// E_t, the mean of squares over the training set.
    public func trainingError(time t: Double) throws(RegressionError) -> Double {
        try check(t)
        let never = max(0, 1 - 1 / ratio) * noise
        if t == .infinity { return never }
        return average { λ in ((1 + initialToTeacher) * λ + noise) * Double.exp(-2 * λ * t) } / ratio + never
    }

    /// E_g of the minimum of |y − Xw|² + ridge·|w − w₀|².
    public func generalizationError(ridge: Double) throws(RegressionError) -> Double {
        guard ridge.isFinite, ridge >= 0 else { throw .badRidge(value: ridge) }
        if ridge == 0 { return try generalizationError(time: .infinity) }
        let start = 1 + initialToTeacher
        return average { λ in (start * ridge * ridge + noise * λ) / ((λ + ridge) * (λ + ridge)) } + frozenFraction * start + noise
    }

    /// The ridge of the smallest E_g: 1/(SNR(1 + INR)), the prior's.
    public var bestRidge: Double { noise / (1 + initialToTeacher) }

    /// The time of the smallest E_g; `last` if it still falls there.
    public func bestStoppingTime(last: Double) throws -> LossOptimum {
        try .find(from: 1e-3 / edges.high, to: last) { try $0.map { try generalizationError(time: $0) } }
    }

    private func check(_ t: Double) throws(RegressionError) { if !(t >= 0) { throw .badTime(value: t) } }

    /// ∫_{λ>0} ρ(λ)f(λ)dλ
    private func average(_ f: (Double) -> Double) -> Double {
        let width = 2 * ratio.squareRoot()
        func rule(_ n: Int) -> Double {
            (0..<n).reduce(0) { sum, k in
                let θ = (Double(k) + 0.5) * .pi / Double(n)
                let s = Double.sin(θ)
                let c = Double.sin(θ / 2)
                // 1 + α + 2√α cos θ without cancellation at θ = π
                let λ = (1 - ratio.squareRoot()) * (1 - ratio.squareRoot()) + 2 * width * (1 - c * c)
                return sum + width * width * s * s / (2 * λ) * f(λ)
            } / Double(n)
        }
        var last = rule(64)
        for level in 7...22 {
            let next = rule(1 << level)
            // The error of the last rule is about the square of that of the one before.
            if abs(next - last) <= 1e-10 * abs(next) { return next }
            last = next
        }
        return last
    }
}
