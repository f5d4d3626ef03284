import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// What a reader should know before anything else.
extension StudyReport {
    func headline() -> [Page.Block] {
        var blocks: [Page.Block] = [verdict]
        if let summary { blocks.append(.paragraph(summary)) }
        if !highlights.isEmpty { blocks.append(.highlights(highlights)) }
        let warnings = results.warnings
        if !warnings.isEmpty {
            let isOne = warnings.count == 1
            blocks.append(
                .callout(
                    .bad, title: isOne ? "One warning" : "\(warnings.count) warnings",
                    text: isOne ? warnings[0] : "They are listed under “Warnings” below."))
        }
        return blocks
    }

    private var verdict: Page.Block {
        if let comparison = results.comparison {
            return .callout(comparison.verdict.tone, title: comparison.verdict.title, text: comparison.summary)
        }
        let (title, text) = whatIsThere
        return .callout(.neutral, title: title, text: text)
    }

    /// Without a comparison: which parts of the study are in the folder, and which are not.
    private var whatIsThere: (title: String, text: String) {
        let hasNetworks = !widths.isEmpty
        if !results.unfinished.isEmpty {
            let finished = [hasTheory ? "the theory" : nil, hasNetworks ? "some of the networks" : nil].compactMap(\.self)
            return (
                "Interrupted",
                "The run was interrupted. Kept and not finished: \(results.unfinished.joined(separator: "; ")). "
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
            return results.answers.isEmpty
                ? ("Nothing computed yet", "The folder has no result of this study: neither theory nor trained networks.")
                : (
                    "Single questions only",
                    "The study itself was not run, so there is neither its theory nor trained networks. The folder holds the answers to "
                        + "single questions: \(results.answers.joined(separator: ", "))."
                )
        }
    }

    /// One sentence on the infinite-width limit, one on what a finite width changes.
    private var summary: String? {
        guard hasTheory else { return nil }
        let losses = results.lossSets.compactMap { set in
            results.theory(\.mean, .loss(set)).map { "a \(set.title) loss of \(NumberText.short($0.at(last)))" }
        }
        var text = ""
        if !losses.isEmpty {
            text =
                "After \(NumberText.count(results.steps[last])) steps an infinitely wide network reaches \(losses.joined(separator: " and "))."
        }
        if let set = results.sets.last, let variance = results.theory(\.variance, .output(set)) {
            // Root mean square of √(N·variance) over final outputs.
            let spread = (variance.meanSums[last] / Double(variance.entry.outputs)).squareRoot()
            let words = drawnWidths.map {
                "\(NumberText.short(spread / Double($0).squareRoot(), digits: 2)) at width \(NumberText.count($0))"
            }
            text +=
                " From one random initialisation to the next, a \(set.title) output varies by \(words.joined(separator: ", "))"
            text += " (one standard deviation, root mean square over the \(set.title) set)."
        }
        return text.isEmpty ? nil : text
    }

    private var highlights: [Page.Highlight] {
        var items: [Page.Highlight] = []
        for set in results.lossSets {
            if let loss = results.theory(\.mean, .loss(set)) {
                let error = results.theoryErrors(MeanFieldPrediction.meanTotalError(at:), .loss(set))?.at(last) ?? 0
                items.append(highlight(set, loss.at(last), error, "infinite width"))
            } else if let width = widths.last, let loss = results.measured(\.mean, .loss(set), width) {
                let error = results.measured(\.meanError, .loss(set), width)?.at(last) ?? 0
                items.append(highlight(set, loss.at(last), error, "mean at width \(width)"))
            }
        }
        if let set = results.sets.last, let accuracy = results.limitAccuracy(set) {
            items.append(
                Page.Highlight(
                    "\(set == .test ? "Test" : "Training") accuracy", "\(NumberText.fixed(100 * accuracy, decimals: 1)) %",
                    remark: "infinite width, final step"))
        }
        if let set = results.sets.last, let needed = results.wideEnough {
            let percent = Int((100 * needed.excess).rounded())
            items.append(
                Page.Highlight("Wide enough", "\(needed)", remark: "excess \(set.title) loss below \(percent) %"))
        }
        return items
    }

    private func highlight(_ set: SampleSet, _ loss: Double, _ error: Double, _ remark: String) -> Page.Highlight {
        let uncertainty = error.isFinite && error > 0 ? "± \(NumberText.short(error, digits: 1)), " : ""
        return Page.Highlight("Final \(set.title) loss", NumberText.short(loss), remark: uncertainty + remark)
    }
}
