import SaddleNumerics

/// What programs read of a check; pages and terminals say the same in words.
struct CheckSummary: Encodable, Sendable {
    /// The smallest relative error of a quantity that would have been noticed nine times in ten.
    struct Visible: Encodable, Sendable {
        let quantity: String
        /// Null: none.
        let relativeError: Double?
    }

    struct Number: Encodable, Sendable {
        let quantity, place: String
        let predicted, measured: Double
        /// Null where nothing is known.
        let error: Double?
        /// The difference as a standard normal value; null if it is infinite, or if there is nothing to compare.
        let score: Double?
        /// Null if there is nothing to compare.
        let verdict: Verdict?
    }

    let verdict: Verdict
    let reason: String
    let falseAlarmRate: Double
    let compared: Int
    let threshold: Double
    /// Null if infinite.
    let largestScore: Double?
    let visible: [Visible]
    let numbers: [Number]

    /// - Parameters:
    ///   - verdict: nil for that of the check; another where nothing could be measured, with its reason.
    init(_ check: Check, verdict: Verdict? = nil, reason: String? = nil) {
        func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
        let limit = check.limit
        self.verdict = verdict ?? check.verdict
        self.reason = reason ?? check.reason
        falseAlarmRate = check.falseAlarmRate
        compared = check.compared
        threshold = limit.threshold
        largestScore = finite(check.largestScore)
        visible = check.visible.map { Visible(quantity: $0.quantity, relativeError: finite($0.effect)) }
        numbers = check.numbers.map { number in
            Number(
                quantity: number.quantity, place: number.place, predicted: number.predicted, measured: number.measured,
                error: finite(number.error), score: number.score.flatMap(finite),
                verdict: number.score.map { limit.isExceeded(by: $0) ? number.verdictOnFailure : .agrees })
        }
    }
}
