import SaddleNumerics
import SaddleReport

/// A finished study as a page to read: what was asked, what theory says, what the ensembles did, whether they agree.
///
/// Composes only; every number comes from the run folder. Sections whose numbers are missing are left out.
public struct StudyReport: Sendable {
    let arrays: StudyArrays
    var content: StudyReportContent { arrays.content }

    /// - Throws: ``StudyReportError`` naming the first array that does not fit the others.
    public init(_ content: StudyReportContent) throws(StudyReportError) {
        arrays = try StudyArrays(content)
    }

    /// The files of the report by path within the run folder: `report.html`, and each figure as `figures/<name>.svg`.
    public func files() -> [(path: String, text: String)] {
        let page = page()
        return [("report.html", page.html())] + page.figures.map { ("figures/\($0.name).svg", $0.svg()) }
    }

    public func page() -> Page {
        Page(
            title: content.name, subtitle: subtitle, lead: headline(),
            sections: [
                askedSection(), learningSection(), fluctuationSection(), outputSection(), kernelSection(), rankSection(),
                agreementSection(), widthSection(), timingSection(), warningSection(), reproductionSection(),
            ].compactMap(\.self),
            footer: "Conventions: N is the width of every hidden layer; the loss is the mean over samples. "
                + "Variance and bias are those over random initialisations at order 1/N; ± is one standard error unless said otherwise."
        )
    }

    private var subtitle: String {
        var parts: [String] = []
        if hasTheory { parts.append("infinite-width theory" + (hasFluctuations ? " with 1/N corrections" : "")) }
        if !arrays.widths.isEmpty {
            parts.append("ensembles of networks of width " + arrays.widths.map(NumberText.count).joined(separator: ", "))
        }
        return parts.isEmpty ? "" : "Study of how wide networks learn: " + parts.joined(separator: "; ")
    }

    // MARK: What there is

    var hasTheory: Bool { arrays.curve("train_loss") != nil || arrays.outputs("train_output") != nil }
    var hasFluctuations: Bool { arrays.outputs("train_output_variance") != nil || arrays.outputs("test_output_variance") != nil }

    /// Widths for which the finite-width prediction is drawn: those of the ensembles, or without any a few examples.
    var drawnWidths: [Int] { arrays.widths.isEmpty && hasFluctuations ? [64, 256, 1024] : arrays.widths }

    /// Training and test set, as far as anything is recorded for them.
    var parts: [StudyArrays.Part] {
        [.train, .test].filter { part in
            [part.rawValue + "_output", part.rawValue + "_loss"].contains { name in
                content.theory[name] != nil || arrays.widths.contains { content.ensemble["\(name)_mean_\($0)"] != nil }
            }
        }
    }

    // MARK: Shared looks

    /// Steps against which everything is drawn: logarithmic if they were recorded ever more sparsely.
    var stepAxis: Chart.Axis {
        let steps = arrays.steps
        let isSparse = steps.last! >= 20 && steps[steps.count / 2] < 0.3 * steps.last!
        return Chart.Axis("step", isSparse ? .logarithmicFromZero : .linear)
    }

    func widthLabel(_ width: Int) -> String { "N = \(NumberText.count(width))" }

    /// A logarithmic axis for positive numbers that differ much, else a linear one.
    func axis(_ label: String, for values: [Double]) -> Chart.Axis {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max(), low > 0, high > 20 * low else { return Chart.Axis(label) }
        return Chart.Axis(label, .logarithmic)
    }

    var ensembleWords: String {
        let counts = Set(arrays.widths.compactMap { content.networks[$0] })
        guard counts.count == 1, let count = counts.first else { return "an ensemble" }
        return "\(NumberText.count(count)) networks"
    }
}
