import Foundation
import SaddleModels
import SaddleNumerics
import SaddleReport

/// A study as a page to read: what was asked, what theory says, what the ensembles did, whether they agree.
///
/// A view of ``StudyResults``: nothing is computed here, and nothing read. Sections whose results are missing are left out.
public struct StudyReport: Sendable {
    let results: StudyResults

    public init(_ results: StudyResults) { self.results = results }

    /// The files of the report by path within the run folder: `report.html`, and each figure as `figures/<name>.svg`.
    public func files() -> [(path: String, text: String)] {
        let page = page()
        return [("report.html", page.html())] + page.figures.map { ("figures/\($0.name).svg", $0.svg()) }
    }

    public func page() -> Page {
        Page(
            title: results.study.name, subtitle: subtitle, lead: headline(),
            sections: [
                askedSection(), learningSection(), stepsLostSection(), fluctuationSection(), outputSection(), kernelSection(),
                rankSection(),
                agreementSection(), widthSection(), timingSection(), warningSection(), reproductionSection(),
            ].compactMap(\.self),
            footer: "Conventions: N is the width of every hidden layer; the loss is the mean over samples. "
                + "Variance and bias are those over random initialisations at order 1/N; ± is one standard error unless said otherwise."
        )
    }

    private var subtitle: String {
        var parts: [String] = []
        if hasTheory { parts.append("infinite-width theory" + (hasFluctuations ? " with 1/N corrections" : "")) }
        if !widths.isEmpty {
            parts.append("ensembles of networks of width " + widths.map(NumberText.count).joined(separator: ", "))
        }
        return parts.isEmpty ? "" : "Study of how wide networks learn: " + parts.joined(separator: "; ")
    }

    // MARK: What there is

    var hasTheory: Bool { results.prediction != nil }
    var hasFluctuations: Bool { results.prediction.map { !$0.variance.isEmpty } ?? false }
    var widths: [Int] { results.widths }
    var last: Int { results.steps.count - 1 }
    /// Widths for which the finite-width prediction is drawn: those of the ensembles, or without any a few examples.
    var drawnWidths: [Int] { widths.isEmpty && hasFluctuations ? [64, 256, 1024] : widths }

    func classes(_ set: SampleSet) -> [Int] { results.data?.classes(set) ?? [] }
    var classNames: [String] { results.data?.classNames ?? [] }

    // MARK: Shared looks

    /// Recorded steps, against which everything is drawn: logarithmic if they were recorded ever more sparsely.
    var steps: [Double] { results.steps.map(Double.init) }
    var stepAxis: Chart.Axis {
        let isSparse = steps[last] >= 20 && steps[steps.count / 2] < 0.3 * steps[last]
        return Chart.Axis("step", isSparse ? .logarithmicFromZero : .linear)
    }

    func widthLabel(_ width: Int) -> String { "N = \(NumberText.count(width))" }

    /// Sideways shift of the points of the k-th width.
    func nudge(_ k: Int) -> Double { (Double(k) - Double(widths.count - 1) / 2) * 4.5 }

    /// A logarithmic axis for positive numbers that differ much, else a linear one.
    func axis(_ label: String, for values: [Double]) -> Chart.Axis {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max(), low > 0, high > 20 * low else { return Chart.Axis(label) }
        return Chart.Axis(label, .logarithmic)
    }

    var ensembleWords: String {
        let counts = Set(results.ensembles.map(\.networks))
        guard counts.count == 1, let count = counts.first else { return "an ensemble" }
        return "\(NumberText.count(count)) networks"
    }
}

extension RunFolder {
    /// Draws the report from what the folder holds, and writes it there.
    ///
    /// - Returns: what about the files of the folder the user should know, in sentences.
    /// - Throws: ``RunFolderError/changed(path:)`` if a result to be drawn is not what was written.
    @discardableResult
    public func writeReport() throws -> [String] {
        let results = try StudyResults(self)
        try redrawAnswers(results.manifest)
        try write(StudyReport(results))
        return results.remarks
    }

    func write(_ report: StudyReport) throws {
        let files = report.files()
        if files.contains(where: { $0.path.contains("/") }) {
            try FileManager.default.createDirectory(atPath: path + "/figures", withIntermediateDirectories: true)
        }
        try AtomicFile.write(files.map { AtomicFile.Pending([UInt8]($0.text.utf8), to: "\(path)/\($0.path)") })
    }
}
