#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The noncentral law of Student, T = (Z + δ)/s with a normal Z and νs² ~ χ²_ν, and what tests can see by it.
///
///     P(T ≤ t) = ∫₀^∞ Φ(ts − δ) p_ν(s) ds,      p_ν(s) = 2 (ν/2)^{ν/2}/Γ(ν/2) s^{ν−1} e^{−νs²/2}                          (1)
///
/// by Gauss and Legendre over the values of s that matter; absolute error below 1e-10 for ν ≥ 1.
public struct NoncentralStudent: Sendable {
    /// ν, at least 1.
    public let degreesOfFreedom: Double
    /// δ
    public let noncentrality: Double

    /// The law with that ν ≥ 1 and a finite δ.
    public init(degreesOfFreedom ν: Double, noncentrality δ: Double) {
        precondition(ν >= 1 && δ.isFinite, "\(ν) degrees of freedom, noncentrality \(δ)")
        (degreesOfFreedom, noncentrality) = (ν, δ)
    }

    private static let rule = GaussLegendre(32)

    /// P(T ≤ t)
    public func probability(below t: Double) -> Double {
        let ν = degreesOfFreedom, δ = noncentrality
        func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
        if ν > 1e7 { return normal(t - δ) }
        let constant = log(2) + ν / 2 * log(ν / 2) - lgamma(ν / 2)
        let width = 9 / (2 * ν).squareRoot()
        let (low, high) = (max(0, 1 - width), 1 + width + (ν < 4 ? 3 : 0))
        // Panels finer than the law of s, and than Φ where t is large.
        let panels = min(Int(8 + (high - low) * abs(t) / 4), 4000)
        var sum = 0.0
        for panel in 0..<panels {
            let half = (high - low) / Double(2 * panels), middle = low + half * Double(2 * panel + 1)
            for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
                let s = middle + half * node
                sum += half * weight * normal(t * s - δ) * exp(constant + (ν - 1) * log(s) - ν * s * s / 2)
            }
        }
        return min(max(sum, 0), 1)
    }

    /// Probability that a test by Student's law at this level, of both sides, finds a shift of δ standard errors.
    public func power(level: Double) -> Double {
        let t = studentQuantile(twoSided: level, degreesOfFreedom: degreesOfFreedom)
        return 1 - probability(below: t) + probability(below: -t)
    }

    /// The δ that is found with probability `power`; relative error below 1e-8.
    public static func noncentrality(power: Double, level: Double, degreesOfFreedom ν: Double) -> Double {
        precondition(power > level && power < 1, "power \(power) at level \(level)")
        var (low, high) = (0.0, 1.0)
        func found(_ δ: Double) -> Double { NoncentralStudent(degreesOfFreedom: ν, noncentrality: δ).power(level: level) }
        while found(high) < power { (low, high) = (high, 2 * high) }
        while high - low > 1e-9 * high {
            let middle = (low + high) / 2
            if found(middle) < power { low = middle } else { high = middle }
        }
        return high
    }
}

/// What a comparison of means by Student's test can see, in standard deviations of one number (of one difference, if paired).
public enum TestPower {
    /// The effect that n numbers on each side, or n pairs, find with that power.
    public static func effect(count n: Int, isPaired: Bool, power: Double = 0.8, level: Double = 0.05) -> Double {
        precondition(n >= 2, "\(n) numbers on each side")
        let ν = Double(isPaired ? n - 1 : 2 * n - 2)
        return NoncentralStudent.noncentrality(power: power, level: level, degreesOfFreedom: ν) * error(n, isPaired)
    }

    /// The smallest n on each side, or of pairs, that finds an effect with that power; nil beyond `largest`.
    public static func count(
        effect: Double, isPaired: Bool, power: Double = 0.8, level: Double = 0.05, largest: Int = 1_000_000
    ) -> Int? {
        precondition(effect > 0, "effect \(effect)")
        func sees(_ n: Int) -> Bool {
            NoncentralStudent(
                degreesOfFreedom: Double(isPaired ? n - 1 : 2 * n - 2), noncentrality: min(effect / error(n, isPaired), 1e3)
            ).power(level: level) >= power
        }
        var (low, high) = (1, 2)
        while !sees(high) {
            if high >= largest { return nil }
            (low, high) = (high, min(2 * high, largest))
        }
        while high - low > 1 {
            let middle = (low + high) / 2
            if sees(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private static func error(_ n: Int, _ isPaired: Bool) -> Double { ((isPaired ? 1 : 2) / Double(n)).squareRoot() }
}
