#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport

/// How well theory and ensembles agree, number by number.
extension StudyReport {
    func agreementSection() -> Page.Section? {
        guard let comparison = results.comparison, !comparison.widths.isEmpty else { return nil }
        let rows = comparison.widths.map { width in
            [
                NumberText.count(width.width), NumberText.count(width.numbers), NumberText.fixed(width.largestScore, decimals: 2),
                NumberText.fixed(comparison.threshold, decimals: 2), width.verdict.rawValue,
            ]
        }
        let table = Table(
            [.number("Width"), .number("Numbers compared"), .number("Largest |z|"), .number("Expected"), .text("Verdict")],
            rows: rows)
        var blocks: [Page.Block] = [
            .paragraph(
                "Each measured number is compared with its prediction in units of their joint standard error, the z-score. Among so many "
                    + "numbers some are far out by chance; the largest to be expected is given beside the largest found. All numbers are in comparison.npz."
            ),
            .table(table),
        ]
        blocks += pooledBlocks(comparison) + accuracyBlocks(comparison)
        let charts = comparison.widths.compactMap(histogram)
        if !charts.isEmpty {
            let caption =
                "How often each z-score occurs, against a standard normal distribution. Numbers of one study are correlated (neighbouring "
                + "times, similar samples), so the outline is rougher than its count suggests."
            blocks.append(.figure(Figure("z-scores", caption: caption, panels: charts)))
        }
        return Page.Section("Do theory and ensembles agree?", blocks)
    }

    /// Whole observables: what many small deviations of the same sign add up to.
    private func pooledBlocks(_ comparison: Comparison) -> [Page.Block] {
        guard !comparison.pooled.isEmpty else { return [] }
        let widths = comparison.widths.map(\.width)
        func cell(_ value: PooledComparison.Value?) -> String { value.map { NumberText.withError($0.value, $0.error) } ?? "–" }
        let rows = comparison.pooled.map { number -> [String] in
            let values = widths.map { width in number.values.first { $0.width == width } }
            let joint = widths.count > 1 ? [number.values.first { $0.width == nil }] : []
            let seen = number.values.compactMap(\.visible).min()
            return ["\(number.quantity.observable.title), \(number.statistic.rawValue)"] + (values + joint).map(cell)
                + [seen.map { "\(NumberText.short(100 * $0, digits: 2)) %" } ?? "–"]
        }
        let columns =
            [Table.Column.text("Observable")] + widths.map { .number(widthLabel($0)) }
            + (widths.count > 1 ? [.number("all widths")] : []) + [.number("would be seen")]
        return [
            .paragraph(
                "Whole observables, over all times and samples: the measured size over the predicted one, the measured variance over "
                    + "the predicted one (a perfect theory gives 1), and accuracies (measured less predicted). The last column is the smallest "
                    + "error that this study would have noticed nine times in ten."),
            .table(Table(columns, rows: rows)),
        ]
    }

    private func accuracyBlocks(_ comparison: Comparison) -> [Page.Block] {
        let accuracies = comparison.widths.compactMap { width in width.accuracy.map { (width.width, $0) } }
        guard let first = accuracies.first?.1 else { return [] }
        func percent(_ x: Double, _ error: Double) -> String { "\(NumberText.withError(100 * x, 100 * error)) %" }
        func spread(_ x: Double) -> String { "\(NumberText.short(100 * x, digits: 2)) %" }
        let rows = accuracies.map { width, a in
            [
                NumberText.count(width), percent(a.predictedMean, a.predictedError), percent(a.measuredMean, a.measuredError),
                spread(a.predictedSpread), spread(a.measuredSpread),
            ]
        }
        let columns: [Table.Column] = [
            .number("Width"), .number("accuracy, predicted"), .number("measured"), .number("spread, predicted"),
            .number("measured"),
        ]
        return [
            .table(
                Table(
                    columns, rows: rows,
                    caption:
                        "Fraction of \(first.samples) samples classified correctly at the last step, mean and standard deviation over networks; "
                        + "at infinite width \(NumberText.short(100 * first.limit, digits: 4)) %. Predicted from fluctuations of outputs that vary together "
                        + "as in the theory."))
        ]
    }

    private func histogram(_ width: WidthComparison) -> Chart? {
        guard let scores = width.scores, width.numbers > 0 else { return nil }
        let k = widths.firstIndex(of: width.width) ?? 0
        // Few numbers want wide bins.
        let joined = width.numbers < 200 ? 4 : width.numbers < 2000 ? 2 : 1
        let bin = ScoreHistogram.bin * Double(joined), edge = ScoreHistogram.edge
        let density = stride(from: 0, to: scores.counts.count, by: joined).map { first in
            Double(scores.counts[first..<first + joined].reduce(0, +)) / Double(width.numbers) / bin
        }
        let xs = (0...120).map { -edge + Double($0) / 10 }
        let normal = xs.map { exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
        let beyond = scores.beyond == 0 ? "" : ", \(NumberText.count(scores.beyond)) beyond ±\(Int(edge))"
        return Chart(
            "\(widthLabel(width.width)): \(NumberText.count(width.numbers)) z-scores\(beyond)", x: Chart.Axis("z"),
            y: Chart.Axis("density", including: [0]),
            marks: [
                .steps(
                    edges: (0...density.count).map { -edge + Double($0) * bin }, density, .series(k),
                    label: widthLabel(width.width)),
                .line(xs, normal, .reference, label: "standard normal"),
            ])
    }
}
