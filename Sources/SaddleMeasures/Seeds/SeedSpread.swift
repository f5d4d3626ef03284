import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much runs differ that differ in their seed alone, and what so many runs can see.
public struct SeedSpread: Sendable {
    /// A value with the ends of its interval.
    public typealias Interval = (value: Double, low: Double, high: Double)

    /// Losses, two or more.
    public let count: Int
    /// With Student's interval of 95 %.
    public let mean: Interval
    /// Standard deviation between seeds, with its interval of 95 %.
    ///
    /// That of χ², with the degrees of freedom that the fourth moment of the losses leaves (``EffectiveFreedom``): heavy tails widen it. Few losses do not show
    /// theirs, so that an excess of ½ is reckoned with in any case.
    public let deviation: Interval
    /// The difference between two such groups that is seen with power 80 % at level 5 %, paired by seed (with this spread of differences) or not.
    public let detectable: Double

    /// - Returns: nil for fewer than two losses.
    public init?(_ losses: [Double]) {
        guard losses.count >= 2 else { return nil }
        count = losses.count
        let estimate = Estimate(losses), s = estimate.standardError * Double(count).squareRoot()
        let half = s > 0 ? studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(count - 1)) * estimate.standardError : 0
        mean = (estimate.mean, estimate.mean - half, estimate.mean + half)
        let factors = Self.factors(degreesOfFreedom: Self.freedom(losses))
        deviation = (s, s * factors.low, s * factors.high)
        detectable = s * TestPower.effect(count: count, isPaired: false)
    }

    /// Seeds on each side with which an effect is seen, by the standard deviation and by the ends of its interval; nil where it is beyond a million, or
    /// where there is no spread.
    public func needed(for effect: Double, isPaired: Bool = false) -> (count: Int?, low: Int?, high: Int?) {
        func count(_ s: Double) -> Int? { s > 0 ? TestPower.count(effect: effect / s, isPaired: isPaired) : nil }
        return (count(deviation.value), count(deviation.low), count(deviation.high))
    }

    private static func freedom(_ losses: [Double]) -> Double {
        let own = EffectiveFreedom.sampled(losses)
        return max(losses.count < 4 ? own : min(own, EffectiveFreedom.value(samples: losses.count, excess: 0.5)), 1)
    }

    /// What a standard deviation is multiplied with for the ends of its interval of 95 %.
    static func factors(degreesOfFreedom ν: Double) -> (low: Double, high: Double) {
        let law = LogVarianceLaw([.init(coefficient: 1, degreesOfFreedom: ν)])
        func quantile(_ z: Double) -> Double {
            var (low, high) = (-60.0, 20.0)
            while high - low > 1e-9 {
                let middle = (low + high) / 2
                if law.normalScore(middle) < z { low = middle } else { high = middle }
            }
            return (low + high) / 2
        }
        let z = normalQuantile(twoSided: 0.05)
        return (exp(-quantile(z) / 2), exp(-quantile(-z) / 2))
    }
}
