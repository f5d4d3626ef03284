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
        blocks += pooledBlocks(comparison) + accuracyBlocks(comparison)
        let charts = comparison.widths.filter { !$0.zScores.isEmpty }.map { histogram($0) }
        if !charts.isEmpty {
            let caption =
                "How often each z-score occurs, against a standard normal distribution. Numbers of one study are correlated (neighbouring "
                + "times, similar samples), so the outline is rougher than its count suggests."
            blocks.append(.figure(Figure("z-scores", caption: caption, panels: charts)))
        }
        return Page.Section("Do theory and ensembles agree?", blocks)
    }

    /// Whole observables: what many small deviations of the same sign add up to.
    private func pooledBlocks(_ comparison: StudyReportContent.Comparison) -> [Page.Block] {
        guard !comparison.pooled.isEmpty else { return [] }
        let widths = comparison.widths.map(\.width)
        func cell(_ value: PooledComparison.Value?) -> String { value.map { NumberText.withError($0.value, $0.error) } ?? "–" }
        let rows = comparison.pooled.map { number -> [String] in
            let values = widths.map { width in number.values.first { $0.width == width } }
            let joint = widths.count > 1 ? [number.values.first { $0.width == nil }] : []
            let seen = number.values.compactMap(\.visible).min()
            return ["\(number.quantity.replacing("_", with: " ")), \(number.statistic.rawValue)"] + (values + joint).map(cell)
                + [seen.map { "\(NumberText.short(100 * $0, digits: 2)) %" } ?? "–"]
        }
        let columns =
            [Table.Column.text("Observable")] + widths.map { .number(widthLabel($0)) }
            + (widths.count > 1 ? [.number("all widths")] : [])
            + [.number("would be seen")]
        return [
            .paragraph(
                "Whole observables, over all times and samples: the measured size over the predicted one, the measured variance over "
                    + "the predicted one (a perfect theory gives 1), and accuracies (measured less predicted). The last column is the smallest "
                    + "error that this study would have noticed nine times in ten."),
            .table(Table(columns, rows: rows)),
        ]
    }

    private func accuracyBlocks(_ comparison: StudyReportContent.Comparison) -> [Page.Block] {
        guard let first = comparison.accuracies.first?.accuracy else { return [] }
        func percent(_ x: Double, _ error: Double) -> String { "\(NumberText.withError(100 * x, 100 * error)) %" }
        let rows = comparison.accuracies.map { width, a in
            [
                NumberText.count(width), percent(a.predictedMean, a.predictedError), percent(a.measuredMean, a.measuredError),
                "\(NumberText.short(100 * a.predictedSpread, digits: 2)) %",
                "\(NumberText.short(100 * a.measuredSpread, digits: 2)) %",
            ]
        }
        return [
            .table(
                Table(
                    [
                        .number("Width"), .number("accuracy, predicted"), .number("measured"), .number("spread, predicted"),
                        .number("measured"),
                    ], rows: rows,
                    caption:
                        "Fraction of \(first.samples) samples classified correctly at the last step, mean and standard deviation over networks; "
                        + "at infinite width \(NumberText.short(100 * first.limit, digits: 4)) %. Predicted from fluctuations of outputs that vary together "
                        + "as in the theory."))
        ]
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
