import SaddleNumerics
import SaddleReport

extension LinearResponseCheck {
    var page: Page {
        let sizes = ensembles.map { "\($0.size)" }.joined(separator: ", ")
        return Page(
            title: "\(answer.title): finite systems beside theory",
            subtitle: answer.subtitle + "; \(answer.study.matrices) matrices of each size \(sizes)",
            lead: [
                check.callout,
                .paragraph(
                    "Means over matrices at all pairs of \(ensembles[0].times.count) times are extrapolated to 1/N = 0 by a straight line through the "
                        + "sizes. At N = \(ensembles.last!.size) they differ from that by up to \(NumberText.short(100 * largestCorrection, digits: 2)) %."
                ),
            ] + (remedies.isEmpty ? [] : [.list(remedies)]),
            sections: [Page.Section("In numbers", [check.table()])] + answer.sections(measured: ensembles.last!))
    }

    /// What would help where nothing can be told.
    private var remedies: [String] {
        guard check.verdict == .cannotTell else { return [] }
        var remedies: [String] = []
        if answer.stepError > 0.1 {
            remedies.append(
                "The step of the theory's grid leaves an error of \(NumberText.short(100 * answer.stepError, digits: 2)) %: raise "
                    + "'linear_response.steps'.")
        }
        return remedies + ["Errors become smaller with larger 'sizes', more 'matrices' or a shorter 'duration'."]
    }
}
