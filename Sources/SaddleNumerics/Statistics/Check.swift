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
    /// Compared or not, in the order in which they were added.
    public private(set) var numbers: [CheckedNumber]

    /// What most checks use: one correct study in ten thousand alarms.
    public static let usualRate = 1e-4
    /// A check of these numbers, or of none yet.
    ///
    /// - Precondition: a rate between 0 and 1.
    public init(falseAlarmRate: Double = Check.usualRate, _ numbers: [CheckedNumber] = []) {
        precondition(falseAlarmRate > 0 && falseAlarmRate < 1, "false-alarm rate \(falseAlarmRate)")
        self.falseAlarmRate = falseAlarmRate
        self.numbers = numbers
    }

    /// Adds a number; the threshold follows how many have a score.
    public mutating func add(_ number: CheckedNumber) { numbers.append(number) }

    /// Numbers that have a score.
    public var compared: Int { numbers.count { $0.score != nil } }

    /// The |z| that none of the compared numbers may exceed.
    public var threshold: Double { limit.threshold }

    /// The rule that decides about each of them.
    public var limit: ScoreLimit { ScoreLimit(falseAlarmRate: falseAlarmRate, numbers: compared) }

    /// The largest |z|; 0 if nothing is compared.
    public var largestScore: Double { numbers.reduce(0) { max($0, abs($1.score ?? 0)) } }

    /// Numbers beyond the threshold, the worst first.
    public var failures: [CheckedNumber] {
        let limit = limit
        return numbers.filter { limit.isExceeded(by: $0.score) }.sorted { abs($0.score!) > abs($1.score!) }
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
        effects.reduce(0) { $0 + $1.effects.count { !($0 <= ScoreLimit.demandedResolution) } }
    }

    /// Whether an error of the demanded size would be noticed in at least half of the numbers of some quantity.
    public var isResolved: Bool {
        effects.contains { $0.effects[($0.effects.count - 1) / 2] <= ScoreLimit.demandedResolution }
    }

    /// What the failures decide; without any, agreement if an error could have been seen, else "cannot tell".
    public var verdict: Verdict {
        let failures = failures
        if !failures.isEmpty { return .deciding(failures.map(\.verdictOnFailure)) }
        return isResolved ? .agrees : .cannotTell
    }

    /// Why, in one or two sentences.
    public var reason: String {
        if compared == 0 { return ScoreLimit.nothing }
        let largest = ScoreLimit.sentence("\(compared)", largest: Self.short(largestScore), allowed: Self.short(threshold))
        let seen = visible.filter { $0.effect.isFinite }.map { "\($0.quantity) \(Self.percent($0.effect))" }
        let hidden = unresolved
        let power =
            (seen.isEmpty ? "" : " Errors that would have been seen: \(seen.joined(separator: ", ")).")
            + (hidden > 0 && isResolved
                ? " In \(hidden) of the numbers alone an error of \(Self.percent(ScoreLimit.demandedResolution)) could hide."
                : "")
        let failures = failures
        if let worst = failures.first(where: { $0.verdictOnFailure == verdict }) {
            let place = worst.place.isEmpty ? "" : ", \(worst.place)"
            let advice = worst.advice.isEmpty ? "" : " \(worst.advice)"
            return "\(largest) Worst: \(worst.quantity)\(place).\(advice)\(power)"
        }
        return isResolved
            ? largest + power : "\(largest) \(ScoreLimit.noTest)\(power)"
    }

    private static func short(_ x: Double) -> String {
        guard x.isFinite else { return "infinite" }
        return x < 100 ? "\((x * 100).rounded() / 100)" : "\(Int(min(x, 1e15).rounded()))"
    }

    private static func percent(_ x: Double) -> String {
        x >= 100 ? "more than 100-fold" : NumberText.percent(x)
    }
}
