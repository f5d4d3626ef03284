import SaddleNumerics
import SaddleReport

extension LinearResponseCheck {
    var page: Page {
        let sizes = ensembles.map { "\($0.size)" }.joined(separator: ", ")
        let bound =
            "the largest of \(NumberText.count(rows.count)) |z| is \(NumberText.short(worst)); agreement allows \(NumberText.short(threshold))"
        return Page(
            title: "\(answer.title): finite systems beside theory",
            subtitle: answer.subtitle + "; \(answer.study.matrices) matrices of each size \(sizes)",
            lead: [
                callout(bound),
                .paragraph(
                    "Means over matrices at all pairs of \(ensembles[0].times.count) times are extrapolated to 1/N = 0 by a straight line through the "
                        + "sizes. At N = \(ensembles.last!.size) they differ from that by up to \(NumberText.short(100 * largestCorrection, digits: 2)) %; "
                        + "the largest error of an extrapolated one is \(NumberText.short(100 * largestError, digits: 2)) %. A check fails by chance "
                        + "once in 10 000."),
            ],
            sections: [Page.Section("In numbers", [.table(table)])]
                + answer.sections(measured: ensembles.last!))
    }

    private func callout(_ bound: String) -> Page.Block {
        switch verdict {
        case .agrees: .callout(.good, title: "Agree", text: bound + ".")
        case .disagrees: .callout(.bad, title: "DISAGREE", text: bound + ".")
        case .cannotTell:
            .callout(.neutral, title: "Cannot tell", text: doubts.joined(separator: "; ") + " (\(bound)).")
        }
    }

    /// What is not known to half of its scale, and what would help.
    private var doubts: [String] {
        func doubt(_ error: Double, _ what: String, _ remedy: String) -> String? {
            error > Self.tolerable ? "\(what) \(NumberText.short(100 * error, digits: 2)) %: \(remedy)" : nil
        }
        return [
            doubt(answer.stepError, "the step of the theory's grid leaves an error of", "raise 'linear_response.steps'"),
            doubt(
                largestCorrection, "means at N = \(ensembles.last!.size) differ from the limit by up to",
                "larger 'sizes' or a shorter 'duration' are needed"),
            doubt(
                largestError, "the error of an extrapolated mean reaches",
                "larger 'sizes', more 'matrices' or a shorter 'duration' are needed"),
        ].compactMap { $0 }
    }

    private var table: Table {
        let shown = ["C", "P", "R"].flatMap { quantity in
            rows.filter {
                $0.quantity == quantity && ($0.time == $0.otherTime || $0.otherTime == ensembles[0].times[1] || quantity == "R")
            }
        }
        return Table(
            [
                .text(""), .number("t"), .number("t′"), .number("predicted"), .number("measured, N → ∞"), .number("z"),
            ],
            rows: shown.map {
                [
                    $0.quantity, NumberText.exponent($0.time), NumberText.exponent($0.otherTime),
                    NumberText.short($0.predicted, digits: 4), NumberText.withError($0.measured, $0.error),
                    NumberText.short($0.z, digits: 2),
                ]
            }, caption: "Equal times and the first recorded one; all pairs are in linear_response_check.json.")
    }
}
