import SaddleComparisons
import SaddleStudies

/// The summary of a study as a person reads it.
struct SummaryText {
    let summary: StudySummary
    let terminal: Terminal

    var text: String {
        var lines: [String] = [""]
        for (name, loss) in [("Training", summary.trainLoss as StudySummary.Loss?), ("Test", summary.testLoss)] {
            if let loss { lines += table("\(name) loss after \(summary.step) steps", loss) + [""] }
        }
        if let lost = summary.stepsLost { lines += table(lost) + [""] }
        if !summary.accuracies.isEmpty { lines += accuracies + [""] }
        if let needed = summary.wideEnough {
            lines += ["Wide enough: \(needed), for an excess of the loss below \(Int((100 * needed.excess).rounded())) %.", ""]
        }
        if let cost = summary.theoryCost { lines += [cost.sentence, ""] }
        for verdict in summary.verdicts {
            lines.append("Width \(verdict.width): \(styled(verdict.verdict)). \(verdict.reasons.joined(separator: " "))")
            if verdict.verdict == .disagrees { lines += verdict.worst.map { "  \($0)" } }
        }
        if let explanation = summary.explanation { lines += ["", terminal.styled(explanation, .bold)] }
        lines.append(summary.report.map { "Report: \($0)" } ?? "Results: \(summary.folder)")
        return lines.joined(separator: "\n")
    }

    private func styled(_ verdict: Comparison.Verdict) -> String {
        switch verdict {
        case .agrees: terminal.styled(verdict.rawValue, .green)
        case .disagrees: terminal.styled(verdict.rawValue, .red)
        case .outsideRegime, .cannotTell: terminal.styled(verdict.rawValue, .yellow)
        }
    }

    private var accuracies: [String] {
        // Rounding is no spread.
        func percent(_ x: Double, _ error: Double) -> String {
            "\(StudySummary.Number(abs(x) < 1e-9 ? 0 : 100 * x, error < 1e-9 ? 0 : 100 * error)) %"
        }
        let rows = summary.accuracies.map { entry -> [String] in
            let a = entry.accuracy
            return [
                "\(entry.width)", percent(a.predictedMean, a.predictedError), percent(a.measuredMean, a.measuredError),
                percent(a.predictedSpread, 0), percent(a.measuredSpread, 0),
            ]
        }
        let limit = ["∞", percent(summary.accuracies[0].accuracy.limit, 0), "", "", ""]
        return table(
            "Accuracy on \(summary.accuracies[0].accuracy.samples) \(summary.testLoss == nil ? "training" : "test") samples after \(summary.step) steps",
            [limit] + rows)
    }

    private func table(_ title: String, _ loss: StudySummary.Loss) -> [String] {
        var rows: [[String]] = []
        if let limit = loss.infiniteWidth { rows.append(["∞", text(limit), "", "", ""]) }
        for width in loss.widths {
            rows.append([
                "\(width.width)", text(width.predictedMean), text(width.measuredMean), text(width.predictedSpread),
                text(width.measuredSpread),
            ])
        }
        return table(title, rows)
    }

    private func table(_ lost: StepsLost) -> [String] {
        let shown = lost.shown(of: summary.step)
        let rows = lost.points[0].widths.indices.map { k in
            ["\(lost.points[0].widths[k].width)"]
                + shown.flatMap { [$0.widths[k].predicted?.description ?? "", $0.widths[k].measured?.description ?? ""] }
        }
        return table(
            "Steps lost: how many more a width takes to the test loss that infinite width has at a step", rows,
            columns: ["width"] + shown.flatMap { ["\($0.step): predicted", "\($0.step): measured"] })
    }

    private func table(
        _ title: String, _ cells: [[String]],
        columns: [String] = ["width", "predicted mean", "measured mean", "predicted spread", "measured spread"]
    ) -> [String] {
        var (rows, columns) = (cells, columns)
        let used = columns.indices.filter { i in rows.contains { !$0[i].isEmpty } }
        columns = used.map { columns[$0] }
        rows = rows.map { row in used.map { row[$0] } }
        let widths = columns.indices.map { i in ([columns] + rows).map { $0[i].count }.max()! }
        func line(_ cells: [String]) -> String {
            "  " + zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
        }
        return [terminal.styled(title, .bold), terminal.styled(line(columns), .dim)] + rows.map(line)
    }

    private func text(_ number: StudySummary.Number?) -> String { number?.description ?? "" }
}
