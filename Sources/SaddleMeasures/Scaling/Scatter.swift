import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The variance of a residual of weight one, and how many degrees of freedom it was estimated with.
struct Scatter: Sendable {
    let variance: Double
    /// Infinite if the errors were given.
    let freedom: Double
    /// The law misses by more than the given errors allow.
    let isMisfit: Bool
    /// Estimated from what the law itself leaves, not known before.
    let isFromResiduals: Bool

    /// How much the sum of squares may rise above its least within an interval of the given confidence.
    func rise(confidence: Double) -> Double {
        let t = studentQuantile(twoSided: 1 - confidence, degreesOfFreedom: freedom)
        return t * t * variance
    }

    /// The probability that noise alone gains so much by one more parameter.
    func probability(gain: Double) -> Double {
        studentTail(twoSided: (max(gain, 0) / variance).squareRoot(), degreesOfFreedom: freedom)
    }

    /// The same for the best of a family of directions whose unit vectors describe a curve of the given length: the tube
    /// around the curve (Hotelling 1939; Johansen and Johnstone, Annals of Statistics 18, 652 (1990)), both signs:
    ///
    ///     P ≤ P(|t_ν| > c) + (length/π)(1 + c²/ν)^{−ν/2},   c² = gain/variance,   ν = freedom
    ///
    /// and with ν − 1 in the exponent if the variance comes from the residuals that the best direction leaves, whose squares and the gain
    /// then add up to a given sum.
    func probability(gain: Double, curveLength: Double) -> Double {
        let ratio = max(gain, 0) / variance
        let power = (isFromResiduals ? freedom - 1 : freedom) / 2
        let tube = freedom > 1e6 ? exp(-ratio / 2) : exp(-power * log1p(ratio / freedom))
        return min(probability(gain: gain) + curveLength / .pi * tube, 1)
    }

    /// P(χ²/ν above a ratio), for errors known with so many degrees of freedom.
    static func misfit(_ ratio: Double, _ freedom: Double, _ known: Double) -> Double {
        normalTail(twoSided: max(normalScore(varianceRatio: ratio, degreesOfFreedom: freedom, min(known, 1e7)), 0)) / 2
    }
}
