import SaddleComparisons
import SaddleNumerics
import SaddleReport

/// Steps that a finite width loses on a stream.
extension StudyReport {
    func stepsLostSection() -> Page.Section? {
        guard let lost = results.stepsLost else { return nil }
        let shown = lost.shown(of: results.steps[last])
        let rows = lost.points[0].widths.indices.map { k -> [String] in
            [NumberText.count(lost.points[0].widths[k].width)]
                + shown.flatMap { [$0.widths[k].predicted?.description ?? "–", $0.widths[k].measured?.description ?? "–"] }
        }
        let columns = shown.flatMap { point in
            ["predicted", "measured"].map { Table.Column.number("Step \(NumberText.count(point.step)), \($0)") }
        }
        return Page.Section(
            "How much a finite width slows learning",
            [
                .paragraph(
                    "For each width: how many steps more than the infinitely wide network a network takes, on average, until its "
                        + "test loss is what that of the infinitely wide one is at a step. Negative where the width learns faster. Losses that a width "
                        + "does not come to within the \(NumberText.count(results.steps[last])) steps of the study have no number."
                ),
                .table(Table([.number("Width")] + columns, rows: rows)), .figure(figure(lost)),
            ])
    }

    private func figure(_ lost: StepsLost) -> Figure {
        let marks = lost.points[0].widths.enumerated().flatMap { k, entry -> [Chart.Mark] in
            func reached(_ delay: (StepsLost.Width) -> StepsLost.Delay?) -> (x: [Double], y: [Double], errors: [Double]) {
                let found = lost.points.compactMap { point in
                    delay(point.widths[k]).flatMap { d in d.steps.map { (Double(point.step), $0, d.error ?? 0) } }
                }
                return (found.map(\.0), found.map(\.1), found.map(\.2))
            }
            let label = widthLabel(entry.width), predicted = reached(\.predicted), measured = reached(\.measured)
            var marks: [Chart.Mark] = []
            if !predicted.x.isEmpty { marks.append(.line(predicted.x, predicted.y, .series(k), label: label, dashed: true)) }
            if !measured.x.isEmpty {
                marks.append(.points(measured.x, measured.y, errors: measured.errors, .series(k), label: label, nudge: nudge(k)))
            }
            return marks
        }
        return Figure(
            "steps-lost",
            caption:
                "Steps lost against the step at which the infinitely wide network has the loss. Dashed: predicted from the loss at infinite "
                + "width plus correction/N. Points: measured, with the errors of both losses over the slope of the curve.",
            panels: [Chart("Test loss", x: stepAxis, y: Chart.Axis("steps lost", including: [0]), marks: marks)])
    }
}
