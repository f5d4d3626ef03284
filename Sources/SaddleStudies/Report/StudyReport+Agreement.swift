#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics
import SaddleReport

/// How well theory and ensembles agree, number by number.
extension StudyReport {
    private static let edge = 6.0

    func agreementSection() -> Page.Section? {
        guard let comparison = content.comparison, !comparison.widths.isEmpty else { return nil }
        let rows = comparison.widths.map { width in
            [
                NumberText.count(width.width), NumberText.count(width.compared), NumberText.fixed(width.largestZ, decimals: 2),
                NumberText.fixed(width.expectedLargestZ, decimals: 2), width.verdict,
            ]
        }
        let table = Table(
            [.number("Width"), .number("Numbers compared"), .number("Largest |z|"), .number("Expected"), .text("Verdict")],
            rows: rows)
        var blocks: [Page.Block] = [
            .paragraph(
                "Each measured number is compared with its prediction in units of their joint standard error, the z-score. Among so many "
                    + "numbers some are far out by chance; the largest to be expected is given beside the largest found."),
            .table(table),
        ]
        let charts = comparison.widths.filter { !$0.zScores.isEmpty }.map { histogram($0) }
        if !charts.isEmpty {
            let caption =
                "How often each z-score occurs, against a standard normal distribution. Numbers of one study are correlated (neighbouring "
                + "times, similar samples), so the outline is rougher than its count suggests."
            blocks.append(.figure(Figure("z-scores", caption: caption, panels: charts)))
        }
        return Page.Section("Do theory and ensembles agree?", blocks)
    }

    private func histogram(_ width: StudyReportContent.WidthComparison) -> Chart {
        let k = arrays.widths.firstIndex(of: width.width) ?? 0
        // Few numbers want wide bins.
        let bin = width.zScores.count < 200 ? 1.0 : width.zScores.count < 2000 ? 0.5 : 0.25
        let bins = Int(2 * Self.edge / bin)
        var heights = [Double](repeating: 0, count: bins)
        var outside = 0
        for z in width.zScores {
            let place = ((z + Self.edge) / bin).rounded(.down)
            if place >= 0 && place < Double(bins) { heights[Int(place)] += 1 } else { outside += 1 }
        }
        let density = heights.map { $0 / Double(width.zScores.count) / bin }
        let edges = (0...bins).map { -Self.edge + Double($0) * bin }
        let xs = (0...120).map { -Self.edge + Double($0) / 10 }
        let normal = xs.map { exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
        let beyond = outside == 0 ? "" : ", \(NumberText.count(outside)) beyond ±\(Int(Self.edge))"
        return Chart(
            "\(widthLabel(width.width)): \(NumberText.count(width.zScores.count)) z-scores\(beyond)", x: Chart.Axis("z"),
            y: Chart.Axis("density", including: [0]),
            marks: [
                .steps(edges: edges, density, .series(k), label: widthLabel(width.width)),
                .line(xs, normal, .reference, label: "standard normal"),
            ])
    }
}
