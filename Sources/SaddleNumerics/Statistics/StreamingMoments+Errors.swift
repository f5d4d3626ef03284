/// Variances and standard errors, for vectors that are independent samples. All need at least two vectors and are infinite
/// with fewer. Each access computes the whole array.
extension StreamingMoments {
    /// The unbiased variance s² = M₂/(n−1).
    public var variance: [Double] { map { _, s2, _ in s2 } }

    /// The standard error of the mean, √(s²/n).
    public var meanError: [Double] { map { n, s2, _ in (s2 / n).squareRoot() } }

    /// The standard error of the unbiased variance, √Var(s²) with
    ///
    ///     Var(s²) = (μ₄ − σ⁴(n−3)/(n−1))/n,   estimated with μ₄ = M₄/n and σ² = s²
    ///
    /// For any distribution with a fourth moment; never negative under the root, since M₄/n ≥ (M₂/n)². For normal samples
    /// the estimate is low by 18 % with 10 vectors, by 2 % with 100. Source: Mood, Graybill, Boes, "Introduction to the
    /// theory of statistics" (1974), section VI.2, theorem 2.
    public var varianceError: [Double] {
        map { n, s2, mu4 in (max(mu4 - s2 * s2 * (n - 3) / (n - 1), 0) / n).squareRoot() }
    }

    private func map(_ statistic: (_ n: Double, _ s2: Double, _ mu4: Double) -> Double) -> [Double] {
        guard count > 1 else { return [Double](repeating: .infinity, count: dimension) }
        let n = Double(count)
        return (0..<dimension).map { statistic(n, secondSum[$0] / (n - 1), fourthSum[$0] / n) }
    }
}
