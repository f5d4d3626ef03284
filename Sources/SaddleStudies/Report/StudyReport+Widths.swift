#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// How wide is wide enough, and whether to widen or to average.
extension StudyReport {
    func widthSection() -> Page.Section? {
        let excesses = results.sets.compactMap { set in results.excessLoss(set, last).map { (set, $0) } }
        guard !excesses.isEmpty else { return nil }
        let rows = excesses.map { set, e -> [String] in
            let needed = [0.1, 0.01].map { fraction -> String in
                guard e.whole.isResolved else { return "–" }
                guard let width = e.width(for: fraction) else { return e.whole.value <= 0 ? "any" : "–" }
                return e.whole.error > 0
                    ? NumberText.withError(width, width * e.whole.error / e.whole.value) : NumberText.short(width)
            }
            return [
                set.title, NumberText.short(e.limit),
                NumberText.withError(e.whole.value, e.whole.error) + (e.whole.isResolved ? "" : " (not resolved from zero)"),
            ] + needed
        }
        let columns: [Table.Column] = [
            .text("Set"), .number("Loss at infinite width"), .number("N × excess"), .number("Width for 10 %"),
            .number("Width for 1 %"),
        ]
        var blocks: [Page.Block] = [
            .paragraph(
                "Averaged over initialisations, the loss of a network of width N exceeds that of an infinitely wide one by about "
                    + "correction/N (or falls below it, where the correction is negative). The table gives the widths at which this excess is 10 % and 1 % of the infinite-width loss, at the final "
                    + "step. Widths below about 30 lie outside the reach of a 1/N expansion: they only say that any usual width is enough."
            ),
            .table(Table(columns, rows: rows)), .figure(excessFigure(excesses)),
        ]
        blocks += partsFigure(excesses.map(\.0)).map { [.figure($0)] } ?? []
        if let advice = excesses.last.flatMap(advice) {
            blocks.append(.callout(.neutral, title: "Widen, or average?", text: advice))
        }
        return Page.Section("How wide is wide enough?", blocks)
    }

    private func excessFigure(_ excesses: [(SampleSet, ExcessLoss)]) -> Figure {
        let (first, end) = (Double(widths.min() ?? 32) / 2, Double(widths.max() ?? 1024) * 4)
        let places = (0...40).map { first * pow(end / first, Double($0) / 40) }
        let charts = excesses.filter { $0.1.limit > 0 }.map { set, e -> Chart in
            var marks: [Chart.Mark] = []
            func curve(_ correction: Double) -> [Double] { places.map { correction / $0 / e.limit } }
            let (value, error) = (e.whole.value, e.whole.error)
            if error.isFinite {
                marks.append(
                    .band(places, low: curve(value - error), high: curve(value + error), .reference, label: "theory"))
            }
            var values = curve(value)
            marks.append(.line(places, values, .reference, label: "theory"))
            for fraction in [0.01, 0.1] {
                marks.append(.line([first, end], [fraction, fraction], .muted, label: "1 % and 10 %", dashed: true))
            }
            for (k, width) in widths.enumerated() {
                guard let mean = results.measured(\.mean, .loss(set), width)?.at(last) else { continue }
                let relative = (mean - e.limit) / e.limit
                let errors = results.measured(\.meanError, .loss(set), width).map { [$0.at(last) / e.limit] } ?? []
                marks.append(.points([Double(width)], [relative], errors: errors, .series(k), label: widthLabel(width)))
                values.append(relative)
            }
            return Chart(
                set == .train ? "Training set" : "Test set", x: Chart.Axis("width N", .logarithmic),
                y: Chart.Axis(
                    "excess loss, relative to infinite width", values.allSatisfy { $0 > 0 } ? .logarithmic : .linear),
                marks: marks)
        }
        return Figure(
            "excess-loss", caption: "Excess of the final loss over its infinite-width limit against width.", panels: charts)
    }

    /// The excess against time, and what it consists of.
    private func partsFigure(_ sets: [SampleSet]) -> Figure? {
        guard last > 0 else { return nil }
        let charts = sets.compactMap { set -> Chart? in
            let excesses = steps.indices.compactMap { results.excessLoss(set, $0) }
            guard excesses.count == steps.count, excesses.allSatisfy({ $0.spread != nil && $0.bias != nil }) else { return nil }
            let parts: [(String, Ink, (ExcessLoss) -> ExcessLoss.Part?)] = [
                ("excess", .reference, { $0.whole }), ("spread between networks", .series(0), { $0.spread }),
                ("bias", .series(1), { $0.bias }),
            ]
            let marks = parts.flatMap { label, ink, part -> [Chart.Mark] in
                let values = excesses.compactMap(part)
                let line = Chart.Mark.line(steps, values.map(\.value), ink, label: label)
                guard values.allSatisfy(\.error.isFinite) else { return [line] }
                return [
                    .band(
                        steps, low: values.map { $0.value - $0.error }, high: values.map { $0.value + $0.error }, ink,
                        label: label),
                    line,
                ]
            }
            return Chart(
                set == .train ? "Training set" : "Test set", x: stepAxis, y: Chart.Axis("N × excess loss", including: [0]),
                marks: marks)
        }
        guard !charts.isEmpty else { return nil }
        return Figure(
            "excess-parts",
            caption:
                "N × excess of the loss over its infinite-width limit in training, and its two parts: that from the spread between "
                + "networks also falls when the outputs of several networks are averaged, that from their common bias with the width alone. "
                + "Shaded: one standard error, points of a set taken as fully correlated.", panels: charts)
    }

    private func advice(_ set: SampleSet, _ e: ExcessLoss) -> String? {
        let layers = results.study.network.hiddenLayers
        guard let spread = e.spread, let bias = e.bias, let advice = e.advice(hiddenLayers: layers) else { return nil }
        let cost = "At equal cost (∝ \(layers == 1 ? "N (one hidden layer)" : "N²"))"
        let doubt = bias.isResolved ? "" : "The bias part is not resolved from zero, so take the following with care. "
        let words =
            switch advice {
            case .average:
                "The bias lowers the loss: a\(cost.dropFirst()), average over more networks rather than widen."
            case .widen where layers == 1: "\(cost), widen: it reduces both parts alike."
            case .widen: "\(cost), widen: averaging leaves the bias."
            case .averageUpTo(let count) where count < 1e4:
                "\(cost), average up to about \(NumberText.count(Int(count.rounded()))) networks; beyond that, widen."
            case .averageUpTo: "\(cost), average over as many networks as you like."
            }
        return
            "On the \(set.title) set, N × excess consists of \(NumberText.withError(spread.value, spread.error)) from the spread between "
            + "networks, which averaging the outputs of E networks divides by E, and of "
            + "\(NumberText.withError(bias.value, bias.error)) from bias, which only width removes. \(doubt)\(words)"
    }
}
