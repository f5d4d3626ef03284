import SaddleNumerics
import SaddleReport

extension Verdict {
    /// As the title of a callout.
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    var tone: Page.Tone {
        switch self {
        case .agrees: .good
        case .disagrees: .bad
        case .outsideRegime, .cannotTell: .neutral
        }
    }
}

extension Check {
    /// The verdict and why.
    var callout: Page.Block {
        .callout(
            verdict.tone, title: verdict.title,
            text: "\(reason) A right theory fails once in \(NumberText.count(Int((1 / falseAlarmRate).rounded()))) such checks.")
    }

    /// More numbers than this hide those that matter.
    private static let longest = 40

    /// Every number, or the worst of many.
    func table(_ caption: String = "") -> Page.Block {
        let isLong = numbers.count > Self.longest
        let shown =
            isLong
            ? Array(numbers.sorted { abs($0.score ?? -1) > abs($1.score ?? -1) }.prefix(Self.longest)) : numbers
        let limit = limit
        let hasPlaces = shown.contains { !$0.place.isEmpty }
        return .table(
            Table(
                [.text("Quantity")] + (hasPlaces ? [.text("Where")] : [])
                    + [.number("Predicted"), .number("Measured"), .number("z"), .text("")],
                rows: shown.map { number in
                    let fails = limit.isExceeded(by: number.score)
                    return [number.quantity] + (hasPlaces ? [number.place] : []) + [
                        NumberText.short(number.predicted, digits: 5),
                        number.error.isFinite
                            ? NumberText.withError(number.measured, number.error) : NumberText.short(number.measured, digits: 5),
                        number.score.map { $0.isFinite ? NumberText.short($0, digits: 2) : "infinite" } ?? "–",
                        fails ? number.verdictOnFailure.rawValue : "",
                    ]
                },
                caption: caption
                    + (isLong ? " The \(Self.longest) largest |z| of \(numbers.count) numbers; the others are in the JSON." : ""))
        )
    }
}
