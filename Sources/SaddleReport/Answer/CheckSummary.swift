import SaddleNumerics

/// What is kept of a check: the verdict and why, what would have been seen, and every compared number.
public struct CheckSummary: Codable, Sendable {
    /// The smallest relative error of a quantity that would have been noticed nine times in ten.
    package struct Visible: Codable, Sendable {
        package let quantity: String
        /// Null: none.
        package let relativeError: Double?
    }

    package struct Number: Codable, Sendable {
        package let quantity, place: String
        package let predicted, measured: Double
        /// Null where nothing is known.
        package let error: Double?
        /// The difference as a standard normal value; null if it is infinite, or if there is nothing to compare.
        package let score: Double?
        /// Null if there is nothing to compare.
        package let verdict: Verdict?
    }

    public let verdict: Verdict
    /// What the verdict means here, where that has words of its own; null for the verdict's.
    package let title: String?
    package let reason: String
    package let falseAlarmRate: Double
    package let compared: Int
    package let threshold: Double
    /// Null if infinite.
    package let largestScore: Double?
    package let visible: [Visible]
    package let numbers: [Number]

    /// - Parameters:
    ///   - verdict: nil for that of the check; another where nothing could be measured, with its reason.
    ///   - title: for verdicts that are not about a theory.
    package init(_ check: Check, verdict: Verdict? = nil, reason: String? = nil, title: String? = nil) {
        func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
        let limit = check.limit
        self.verdict = verdict ?? check.verdict
        self.title = title
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

    /// The verdict and why.
    var callout: Page.Block {
        .callout(
            verdict.tone, title: title ?? verdict.title,
            text: reason
                + (title == nil
                    ? " A right theory fails once in \(NumberText.count(Int((1 / falseAlarmRate).rounded()))) such checks." : ""))
    }

    /// More numbers than this hide those that matter.
    private static let longest = 40

    /// Every number, or the worst of many.
    func table(_ caption: String = "") -> Page.Block {
        func size(_ number: Number) -> Double { number.verdict == nil ? -1 : number.score.map(abs) ?? .infinity }
        let isLong = numbers.count > Self.longest
        let shown = isLong ? Array(numbers.sorted { size($0) > size($1) }.prefix(Self.longest)) : numbers
        let hasPlaces = shown.contains { !$0.place.isEmpty }
        return .table(
            Table(
                [.text("Quantity")] + (hasPlaces ? [.text("Where")] : [])
                    + [.number("Predicted"), .number("Measured"), .number("z"), .text("")],
                rows: shown.map { number in
                    [number.quantity] + (hasPlaces ? [number.place] : []) + [
                        NumberText.short(number.predicted, digits: 5),
                        number.error.map { NumberText.withError(number.measured, $0) }
                            ?? NumberText.short(number.measured, digits: 5),
                        number.verdict == nil ? "–" : number.score.map { NumberText.short($0, digits: 2) } ?? "infinite",
                        number.verdict.map { $0 == .agrees ? "" : $0.rawValue } ?? "",
                    ]
                },
                caption: caption
                    + (isLong ? " The \(Self.longest) largest |z| of \(numbers.count) numbers; the others are in the JSON." : ""))
        )
    }
}

extension Verdict {
    /// As the title of a callout.
    package var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    package var tone: Page.Tone {
        switch self {
        case .agrees: .good
        case .disagrees: .bad
        case .outsideRegime, .cannotTell: .neutral
        }
    }
}
