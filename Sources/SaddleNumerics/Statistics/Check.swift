#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A prediction beside measurements: every compared number, and one verdict over all.
///
/// Each difference becomes a standard normal value by the law that its errors follow: Student's for means (Welch), that of
/// logarithms of χ² for variances, none for what must be exact. A correct prediction fails with probability `falseAlarmRate` at most: no |z| may
/// exceed what the largest of so many independent ones does with that probability (Šidák's limit; correlation makes it conservative).
///
/// A check is worth what it could have seen, so it says that too: the smallest relative error of a quantity that would have been
/// noticed nine times in ten.
public struct Check: Sendable {
    /// Probability that some number exceeds the threshold although the prediction is right.
    public let falseAlarmRate: Double
    public private(set) var numbers: [CheckedNumber]

    /// What most checks use: one correct study in ten thousand alarms.
    public static let usualRate = 1e-4
    /// From here on an error, relative to what is to be seen, is too large to be missed by anything that calls itself a test.
    public static let demandedResolution = 0.5
    public init(falseAlarmRate: Double = Check.usualRate, _ numbers: [CheckedNumber] = []) {
        precondition(falseAlarmRate > 0 && falseAlarmRate < 1, "false-alarm rate \(falseAlarmRate)")
        self.falseAlarmRate = falseAlarmRate
        self.numbers = numbers
    }

    public mutating func add(_ number: CheckedNumber) { numbers.append(number) }

    /// Numbers that have a score.
    public var compared: Int { numbers.count { $0.score != nil } }

    /// The |z| that none of the compared numbers may exceed.
    public var threshold: Double { Self.threshold(falseAlarmRate: falseAlarmRate, numbers: compared) }

    /// The |z| that the largest of so many independent numbers exceeds with the given probability.
    public static func threshold(falseAlarmRate: Double, numbers: Int) -> Double {
        // 1 − (1 − rate)^(1/numbers), without cancellation
        normalQuantile(twoSided: numbers > 0 ? -expm1(log1p(-falseAlarmRate) / Double(numbers)) : falseAlarmRate)
    }

    /// How many standard errors a difference must be to be noticed nine times in ten, if |scores| up to `threshold` agree.
    public static func visibleErrors(threshold: Double, degreesOfFreedom ν: Double) -> Double {
        studentValue(normalScore: threshold, degreesOfFreedom: ν) + powerQuantile
    }

    /// z that a standard normal value exceeds once in ten times: the power of nine in ten.
    private static let powerQuantile = 1.2815515655446004

    public var largestScore: Double { numbers.reduce(0) { max($0, abs($1.score ?? 0)) } }

    /// Numbers beyond the threshold, the worst first.
    public var failures: [CheckedNumber] {
        let threshold = threshold
        return numbers.filter { abs($0.score ?? 0) > threshold }.sorted { abs($0.score!) > abs($1.score!) }
    }

    /// The visible effects of all numbers of each quantity, ascending; quantities in the order in which they were added.
    private var effects: [(quantity: String, effects: [Double])] {
        var names: [String] = []
        var effects: [String: [Double]] = [:]
        let threshold = threshold
        for number in numbers where number.score != nil {
            if effects[number.quantity] == nil { names.append(number.quantity) }
            effects[number.quantity, default: []].append(number.visibleEffect(threshold: threshold))
        }
        return names.map { ($0, effects[$0]!.sorted()) }
    }

    /// One smallest visible effect for each quantity, in the order in which they were added.
    public var visible: [(quantity: String, effect: Double)] { effects.map { ($0.quantity, $0.effects[0]) } }

    /// Compared numbers in which an error of the demanded size could hide.
    public var unresolved: Int {
        effects.reduce(0) { $0 + $1.effects.count { !($0 <= Self.demandedResolution) } }
    }

    /// Whether an error of the demanded size would be noticed in at least half of the numbers of some quantity.
    public var isResolved: Bool {
        effects.contains { $0.effects[($0.effects.count - 1) / 2] <= Self.demandedResolution }
    }

    public var verdict: Verdict {
        let failures = failures
        if !failures.isEmpty { return .deciding(failures.map(\.verdictOnFailure)) }
        return isResolved ? .agrees : .cannotTell
    }

    /// Why, in one or two sentences.
    public var reason: String {
        if compared == 0 { return "Nothing to compare." }
        let largest = "The largest of \(compared) |z| is \(Self.short(largestScore)); agreement allows \(Self.short(threshold))."
        let seen = visible.filter { $0.effect.isFinite }.map { "\($0.quantity) \(Self.percent($0.effect))" }
        let hidden = unresolved
        let power =
            (seen.isEmpty ? "" : " Errors that would have been seen: \(seen.joined(separator: ", ")).")
            + (hidden > 0 && isResolved
                ? " In \(hidden) of the numbers alone an error of \(Self.percent(Self.demandedResolution)) could hide." : "")
        let failures = failures
        if let worst = failures.first(where: { $0.verdictOnFailure == verdict }) {
            let place = worst.place.isEmpty ? "" : ", \(worst.place)"
            let advice = worst.advice.isEmpty ? "" : " \(worst.advice)"
            return "\(largest) Worst: \(worst.quantity)\(place).\(advice)\(power)"
        }
        return isResolved
            ? largest + power : "\(largest) But the error bars are larger than the effects: this is no test.\(power)"
    }

    private static func short(_ x: Double) -> String {
        guard x.isFinite else { return "infinite" }
        return x < 100 ? "\((x * 100).rounded() / 100)" : "\(Int(min(x, 1e15).rounded()))"
    }

    private static func percent(_ x: Double) -> String {
        let percent = 100 * x
        return percent >= 1e4
            ? "more than 100-fold" : percent >= 10 ? "\(Int(percent.rounded())) %" : "\((percent * 10).rounded() / 10) %"
    }
}
