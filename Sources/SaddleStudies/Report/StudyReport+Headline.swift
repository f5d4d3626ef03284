import SaddleNumerics
import SaddleReport

/// What a reader should know before anything else.
extension StudyReport {
    func headline() -> [Page.Block] {
        var blocks: [Page.Block] = [verdict]
        if let summary { blocks.append(.paragraph(summary)) }
        if !highlights.isEmpty { blocks.append(.highlights(highlights)) }
        if !content.warnings.isEmpty {
            let count = content.warnings.count
            let text = count == 1 ? content.warnings[0] : "They are listed under “Warnings” below."
            blocks.append(.callout(.bad, title: count == 1 ? "One warning" : "\(count) warnings", text: text))
        }
        return blocks
    }

    private var verdict: Page.Block {
        if let comparison = content.comparison {
            switch comparison.outcome {
            case .agrees: return .callout(.good, title: "Theory and ensembles agree", text: comparison.verdict)
            case .disagrees: return .callout(.bad, title: "Theory and ensembles disagree", text: comparison.verdict)
            case .undecided: return .callout(.neutral, title: "No clear verdict", text: comparison.verdict)
            }
        }
        let (title, text) = whatIsThere
        return .callout(.neutral, title: title, text: text)
    }

    /// Without a comparison: which parts of the study are in the folder, and which are not.
    private var whatIsThere: (title: String, text: String) {
        let hasNetworks = !arrays.widths.isEmpty
        if !content.unfinished.isEmpty {
            let finished = [hasTheory ? "the theory" : nil, hasNetworks ? "some of the networks" : nil].compactMap(\.self)
            return (
                "Interrupted",
                "The run was interrupted. Kept and not finished: \(content.unfinished.joined(separator: "; ")). "
                    + (finished.isEmpty ? "Nothing is finished yet" : "Finished: \(finished.joined(separator: " and "))")
                    + "; the same command goes on from there."
            )
        }
        switch (hasTheory, hasNetworks) {
        case (true, true): return ("Not compared", "Theory and ensembles are both here, but were not compared.")
        case (true, false):
            return ("Predicted, not checked", "This is what theory says; no networks were trained to check it.")
        case (false, true): return ("Simulated only", "Networks were trained; no theory was computed to compare them with.")
        case (false, false):
            return content.answers.isEmpty
                ? ("Nothing computed yet", "The folder has no result of this study: neither theory nor trained networks.")
                : (
                    "Single questions only",
                    "The study itself was not run, so there is neither its theory nor trained networks. The folder holds the answers to "
                        + "single questions: \(content.answers.joined(separator: ", "))."
                )
        }
    }

    /// One sentence on the infinite-width limit, one on what a finite width changes.
    private var summary: String? {
        guard hasTheory else { return nil }
        let losses = parts.compactMap { part in
            arrays.curve("\(part.rawValue)_loss").map { "a \(part.name) loss of \(NumberText.short($0[arrays.last]))" }
        }
        var text = ""
        if !losses.isEmpty {
            let steps = content.recordedSteps[arrays.last]
            text =
                "After \(NumberText.count(steps)) steps an infinitely wide network reaches \(losses.joined(separator: " and "))."
        }
        if let part = parts.last, let spread = spread(part) {
            let words = drawnWidths.map {
                "\(NumberText.short(spread / Double($0).squareRoot(), digits: 2)) at width \(NumberText.count($0))"
            }
            text +=
                " From one random initialisation to the next, a \(part.name) output varies by \(words.joined(separator: ", "))"
            text += " (one standard deviation, root mean square over the \(part.name) set)."
        }
        return text.isEmpty ? nil : text
    }

    /// Root mean square of √(N·variance) over final outputs.
    private func spread(_ part: StudyArrays.Part) -> Double? {
        arrays.outputs("\(part.rawValue)_output_variance").map {
            ($0.meanSum(times: arrays.times)[arrays.last] / Double($0.outputs)).squareRoot()
        }
    }

    private var highlights: [Page.Highlight] {
        var items: [Page.Highlight] = []
        for part in parts {
            let name = "\(part.rawValue)_loss"
            if let loss = arrays.curve(name) {
                let error = arrays.curve(name + "_error")?[arrays.last] ?? 0
                items.append(highlight(part, loss[arrays.last], error, "infinite width"))
            } else if let width = arrays.widths.last, let loss = arrays.measuredCurve(name + "_mean", width) {
                let error = arrays.measuredCurve(name + "_mean_error", width)?[arrays.last] ?? 0
                items.append(highlight(part, loss[arrays.last], error, "mean at width \(width)"))
            }
        }
        if let part = parts.last, let accuracy = accuracy(part) {
            items.append(
                Page.Highlight(
                    "\(part == .test ? "Test" : "Training") accuracy", "\(NumberText.fixed(100 * accuracy, decimals: 1)) %",
                    remark: "infinite width, final step"))
        }
        if let needed = widthNeeded(part: parts.last, excess: 0.1) {
            items.append(Page.Highlight("Wide enough", needed, remark: "excess \(parts.last?.name ?? "") loss below 10 %"))
        }
        return items
    }

    private func highlight(_ part: StudyArrays.Part, _ loss: Double, _ error: Double, _ remark: String) -> Page.Highlight {
        let uncertainty = error.isFinite && error > 0 ? "± \(NumberText.short(error, digits: 1)), " : ""
        return Page.Highlight("Final \(part.name) loss", NumberText.short(loss), remark: uncertainty + remark)
    }

    /// Fraction of samples whose final output points to their label: its sign, or the largest of several.
    private func accuracy(_ part: StudyArrays.Part) -> Double? {
        guard let outputs = arrays.outputs("\(part.rawValue)_output"), let labels = arrays.labels(part),
            !arrays.classes(part).isEmpty
        else { return nil }
        func largest(_ value: (Int) -> Double) -> Int { (0..<outputs.outputs).max { value($0) < value($1) } ?? 0 }
        let right = (0..<outputs.samples).count { sample in
            if outputs.outputs == 1 { return outputs.at(arrays.last, sample, 0) * labels[sample, 0] > 0 }
            return largest { outputs.at(arrays.last, sample, $0) } == largest { labels[sample, $0] }
        }
        return Double(right) / Double(outputs.samples)
    }
}
