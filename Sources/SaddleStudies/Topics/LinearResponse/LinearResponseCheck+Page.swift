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
                .callout(passes ? .good : .bad, title: passes ? "Agree" : "DISAGREE", text: bound + "."),
                .paragraph(
                    "Means over matrices at all pairs of \(ensembles[0].times.count) times are extrapolated to 1/N = 0 by a straight line through the "
                        + "sizes. At N = \(ensembles.last!.size) they differ from that by up to \(NumberText.short(100 * largestCorrection, digits: 2)) %; "
                        + "the largest error of an extrapolated one is \(NumberText.short(100 * largestError, digits: 2)) %. A check fails by chance "
                        + "once in 10 000."),
            ],
            sections: [Page.Section("In numbers", [.table(table)])]
                + answer.sections(measured: ensembles.last!))
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
