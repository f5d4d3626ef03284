#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics
import SaddleReport

/// How wide is wide enough, and whether to widen or to average.
extension StudyReport {
    /// Final excess loss of finite networks, at order 1/N.
    private struct Excess {
        let part: StudyArrays.Part
        /// Loss at infinite width.
        let limit: Double
        /// N × (expected loss at width N − `limit`), and its Monte Carlo error if known.
        let correction: Double
        let error: Double?

        /// Width at which the excess is a given fraction of the limit; nil if it is not positive at any width.
        func width(for fraction: Double) -> Double? { correction > 0 && limit > 0 ? correction / (fraction * limit) : nil }

        /// The correction is known to be different from zero.
        var isResolved: Bool { error.map { abs(correction) > 2 * $0 } ?? true }
    }

    private func excess(_ part: StudyArrays.Part) -> Excess? {
        let name = "\(part.rawValue)_loss"
        guard let limit = arrays.curve(name)?[arrays.last], let correction = arrays.curve(name + "_correction")?[arrays.last],
            limit.isFinite, correction.isFinite
        else { return nil }
        return Excess(
            part: part, limit: limit, correction: correction, error: arrays.curve(name + "_correction_error")?[arrays.last])
    }

    /// The width needed, in words short enough for a headline; nil without 1/N corrections known to differ from zero.
    func widthNeeded(part: StudyArrays.Part?, excess fraction: Double) -> String? {
        guard let part, let excess = excess(part), excess.isResolved else { return nil }
        guard let width = excess.width(for: fraction) else { return excess.correction <= 0 ? "any width" : nil }
        return "N ≥ " + Self.text(width)
    }

    private static func text(_ width: Double) -> String {
        guard width < 1e7 else { return NumberText.short(width, digits: 2) }
        // Two digits, rounded up: a width that is enough.
        let unit = width < 100 ? 1 : pow(10, floor(log10(width)) - 1)
        return NumberText.count(Int((width / unit).rounded(.up) * unit))
    }

    func widthSection() -> Page.Section? {
        let excesses = parts.compactMap(excess)
        guard !excesses.isEmpty else { return nil }
        let rows = excesses.map { e -> [String] in
            let needed = [0.1, 0.01].map { fraction -> String in
                guard e.isResolved else { return "–" }
                guard let width = e.width(for: fraction) else { return e.correction <= 0 ? "any" : "–" }
                guard let error = e.error else { return Self.text(width) }
                return NumberText.withError(width, width * error / e.correction)
            }
            return [
                e.part.name, NumberText.short(e.limit),
                NumberText.withError(e.correction, e.error ?? 0) + (e.isResolved ? "" : " (not resolved from zero)"),
            ] + needed
        }
        let table = Table(
            [
                .text("Set"), .number("Loss at infinite width"), .number("N × excess"), .number("Width for 10 %"),
                .number("Width for 1 %"),
            ],
            rows: rows)
        var blocks: [Page.Block] = [
            .paragraph(
                "Averaged over initialisations, the loss of a network of width N exceeds that of an infinitely wide one by about "
                    + "correction/N (or falls below it, where the correction is negative). The table gives the widths at which this excess is 10 % and 1 % of the infinite-width loss, at the final "
                    + "step. Widths below about 30 lie outside the reach of a 1/N expansion: they only say that any usual width is enough."
            ),
            .table(table), .figure(excessFigure(excesses)),
        ]
        if let advice = excesses.last.flatMap(advice) {
            blocks.append(.callout(.neutral, title: "Widen, or average?", text: advice))
        }
        return Page.Section("How wide is wide enough?", blocks)
    }

    private func excessFigure(_ excesses: [Excess]) -> Figure {
        let charts = excesses.filter { $0.limit > 0 }.map { e -> Chart in
            let (first, last) = (Double(arrays.widths.min() ?? 32) / 2, Double(arrays.widths.max() ?? 1024) * 4)
            let steps = 40
            let ratio = last / first
            let widths = (0...steps).map { first * pow(ratio, Double($0) / Double(steps)) }
            var marks: [Chart.Mark] = []
            var values = widths.map { e.correction / $0 / e.limit }
            if let error = e.error, error.isFinite {
                marks.append(
                    .band(
                        widths, low: widths.map { (e.correction - error) / $0 / e.limit },
                        high: widths.map { (e.correction + error) / $0 / e.limit },
                        .reference, label: "theory"))
            }
            marks.append(.line(widths, values, .reference, label: "theory"))
            for fraction in [0.01, 0.1] {
                marks.append(.line([first, last], [fraction, fraction], .muted, label: "1 % and 10 %", dashed: true))
            }
            for (k, width) in arrays.widths.enumerated() {
                let name = "\(e.part.rawValue)_loss_mean"
                guard let mean = arrays.measuredCurve(name, width)?[arrays.last] else { continue }
                let relative = (mean - e.limit) / e.limit
                let errors = arrays.measuredCurve(name + "_error", width).map { [$0[arrays.last] / e.limit] } ?? []
                marks.append(.points([Double(width)], [relative], errors: errors, .series(k), label: widthLabel(width)))
                values.append(relative)
            }
            let y = values.allSatisfy { $0 > 0 } ? Scale.logarithmic : .linear
            return Chart(
                e.part == .train ? "Training set" : "Test set", x: Chart.Axis("width N", .logarithmic),
                y: Chart.Axis("excess loss, relative to infinite width", y), marks: marks)
        }
        return Figure(
            "excess-loss", caption: "Excess of the final loss over its infinite-width limit against width.", panels: charts)
    }

    /// An average of E networks keeps the bias B and divides the variance part v of the excess (v + B)/N by E.
    ///
    /// Cost m buys E = m networks, or widths larger by m (one hidden layer: cost ∝ N) or by √m (more: cost ∝ N²). With
    /// k = √m, averaging wins as long as v/k² + B < (v + B)/k, that is B < v/k; with one hidden layer, if B < 0.
    private func advice(_ e: Excess) -> String? {
        guard content.hasSquaredLoss, let layers = content.hiddenLayers,
            let variance = arrays.outputs("\(e.part.rawValue)_output_variance")?.meanSum(times: arrays.times)[arrays.last]
        else { return nil }
        let v = variance / 2, bias = e.correction - v
        let varianceError =
            arrays.outputs("\(e.part.rawValue)_output_variance_error")?.meanSum(times: arrays.times)[arrays.last] ?? 0
        let error = (varianceError * varianceError / 4 + (e.error ?? 0) * (e.error ?? 0)).squareRoot()
        var text =
            "On the \(e.part.name) set, N × excess consists of \(NumberText.withError(v, varianceError / 2)) from the spread between "
        text +=
            "networks, which averaging the outputs of E networks divides by E, and of \(NumberText.withError(bias, error)) from bias, which only "
        text += "width removes. "
        if abs(bias) < 2 * error { text += "The bias part is not resolved from zero, so take the following with care. " }
        let cost = layers == 1 ? "N (one hidden layer)" : "N²"
        if bias <= 0 {
            text += "The bias lowers the loss: at equal cost (∝ \(cost)), average over more networks rather than widen."
        } else if layers == 1 {
            text += "At equal cost (∝ \(cost)), widen: it reduces both parts alike."
        } else if v / bias >= 2.0.squareRoot() {
            let count = (v / bias) * (v / bias)
            let upTo =
                count < 1e4
                ? "up to about \(NumberText.count(Int(count.rounded()))) networks" : "over as many networks as you like"
            text += "At equal cost (∝ \(cost)), average \(upTo)\(count < 1e4 ? "; beyond that, widen" : "")."
        } else {
            text += "At equal cost (∝ \(cost)), widen: averaging leaves the bias."
        }
        return text
    }
}
