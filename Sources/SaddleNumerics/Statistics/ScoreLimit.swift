#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The rule by which every comparison decides: a correct prediction fails with probability `falseAlarmRate` at most, so that no |z| may exceed
/// what the largest of so many independent ones does with that probability (Šidák's limit; correlation makes it conservative).
public struct ScoreLimit: Sendable, Equatable {
    /// The |z| that no compared number may exceed.
    public let threshold: Double

    /// From here on an error, relative to what is to be seen, is too large to be missed by anything that calls itself a test.
    public static let demandedResolution = 0.5
    /// z that a standard normal value exceeds once in ten times: the power of nine in ten.
    private static let powerQuantile = 1.2815515655446004

    /// A limit that is known.
    public init(threshold: Double) { self.threshold = threshold }

    /// Šidák's limit for that many independent numbers; for none as for one.
    public init(falseAlarmRate: Double, numbers: Int) {
        // 1 − (1 − rate)^(1/numbers), without cancellation
        threshold = normalQuantile(
            twoSided: numbers > 0 ? -expm1(log1p(-falseAlarmRate) / Double(numbers)) : falseAlarmRate)
    }

    /// Whether the number contradicts the prediction; one without a score does not.
    public func isExceeded(by score: Double?) -> Bool { abs(score ?? 0) > threshold }

    /// The difference that would be noticed nine times in ten, if |scores| up to the threshold agree.
    ///
    /// - Parameters:
    ///   - error: the standard error of the difference; with `isLogarithmic` that of its logarithm, and the result is relative.
    public func visible(_ error: Double, degreesOfFreedom ν: Double = .infinity, isLogarithmic: Bool = false) -> Double {
        let size = (studentValue(normalScore: threshold, degreesOfFreedom: ν) + Self.powerQuantile) * error
        return isLogarithmic ? expm1(size) : size
    }

    // MARK: Its words, the same everywhere

    /// How the largest of some numbers compares with the limit.
    public static func sentence(_ numbers: String, largest: String, allowed: String) -> String {
        "The largest of \(numbers) |z| is \(largest); agreement allows \(allowed)."
    }

    /// For where no number has a score.
    public static let nothing = "Nothing to compare."
    /// For where error bars hide what should be seen.
    public static let noTest = "But the error bars are larger than the effects: this is no test."
}
