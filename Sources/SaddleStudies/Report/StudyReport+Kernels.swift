import SaddleModels
import SaddleNumerics
import SaddleReport

/// Kernels before and after training, and the growth of the bases that carry the theory.
extension StudyReport {
    /// Layer by layer, features before gradients, the tangent kernel last.
    private var kernels: [Observable] {
        // As many layers as there are: a block of a transformer may have two.
        let layers = (1...).lazy.prefix { results.knows(.kernel(.feature, layer: $0)) }
        return layers.flatMap { [.kernel(.feature, layer: $0), .kernel(.gradient, layer: $0)] }.filter(results.knows)
            + [.tangentKernel].filter(results.knows)
    }

    func kernelSection() -> Page.Section? {
        let figures = kernels.map(kernelFigure)
        guard !figures.isEmpty else { return nil }
        let order = classes(.train).isEmpty ? "in the order given" : "sorted by class"
        return Page.Section(
            "Kernels before and after training",
            [
                .paragraph(
                    "How alike each pair of training samples (\(order)) looks to the network: Φ compares the features of a layer, G the "
                        + "fields propagated back to it, \(Self.symbol(.tangentKernel)) is the tangent kernel that drives learning. Without feature learning, before and after are equal."
                )
            ] + figures.map(Page.Block.figure) + signalBlocks())
    }

    private func kernelFigure(_ kernel: Observable) -> Figure {
        let limit = results.theory(\.mean, kernel)
        let measured = widths.last.flatMap { width in
            results.measured(\.mean, kernel, width).map { ("measured, \(widthLabel(width))", $0) }
        }
        var drawings: [(title: String, values: [Double])] = []
        for (words, series) in [limit.map { ("infinite width", $0) }, measured].compactMap(\.self) {
            for time in last > 0 ? [0, last] : [last] {
                // Before training, one picture is enough.
                if !drawings.isEmpty && time == 0 && last > 0 { continue }
                let when = last == 0 ? "" : time == 0 ? "before, " : "after, "
                drawings.append((when + words, ordered(Array(series.numbers(at: time)))))
            }
        }
        let colours = ColourScale.fitting(drawings.map(\.values))
        let panels = drawings.map { drawing -> HeatMap in
            let p = Int(Double(drawing.values.count).squareRoot())
            return HeatMap(
                "\(Self.symbol(kernel)) \(drawing.title)", rows: p, columns: p, values: drawing.values, colours: colours,
                groups: groups)
        }
        let title = kernel.title
        return Figure(
            kernel.name.replacing("_", with: "-"), caption: title.prefix(1).uppercased() + title.dropFirst() + ".",
            columns: max(panels.count, 3), panels: panels)
    }

    /// Samples of the training set sorted by class.
    private func ordered(_ kernel: [Double]) -> [Double] {
        let classes = classes(.train)
        guard !classes.isEmpty else { return kernel }
        let p = classes.count
        let order = (0..<p).sorted { (classes[$0], $0) < (classes[$1], $1) }
        return order.flatMap { i in order.map { kernel[i * p + $0] } }
    }

    private var groups: [HeatMap.Group] {
        let classes = classes(.train)
        guard !classes.isEmpty else { return [] }
        return classNames.indices.map { k in HeatMap.Group(classNames[k], count: classes.count { $0 == k }) }
    }

    static func symbol(_ kernel: Observable) -> String {
        guard case .kernel(let kind, let layer) = kernel else { return "Θ" }
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return (kind == .feature ? "Φ" : "G") + String(String(layer).compactMap { $0.wholeNumberValue.map { digits[$0] } })
    }

    func rankSection() -> Page.Section? {
        guard let ranks = results.prediction?.ranks, ranks.elements.count > 0 else { return nil }
        let words =
            "The theory follows each hidden weight matrix through a basis of the vectors that training has sent through it, forwards and "
            + "backwards. Their number is what the computation costs, and says how many directions training really uses."
        let rows = (0..<ranks.shape[1]).map { l in
            ["layer \(l + 1) to \(l + 2)"] + (0..<2).map { NumberText.short(ranks[last, l, $0], digits: 4) }
        }
        let table = Table([.text("Weights from"), .number("Forward basis"), .number("Backward basis")], rows: rows)
        guard last > 0 else { return Page.Section("Directions that training uses", [.paragraph(words), .table(table)]) }
        let marks = (0..<ranks.shape[1]).flatMap { l in
            (0..<2).map { side in
                Chart.Mark.line(
                    steps, steps.indices.map { ranks[$0, l, side] }, .series(l),
                    label: "layer \(l + 1) to \(l + 2), \(side == 0 ? "forward" : "backward")", dashed: side == 1)
            }
        }
        let chart = Chart("Size of the bases", x: stepAxis, y: Chart.Axis("basis vectors", including: [0]), marks: marks)
        let figure = Figure("ranks", caption: "Basis vectors kept up to each step.", panels: [chart])
        return Page.Section("Directions that training uses", [.paragraph(words), .table(table), .figure(figure)])
    }
}

// MARK: - Signal and noise

extension StudyReport {
    /// How well the kernels of a single network are known: their size over their spread between networks.
    private func signalBlocks() -> [Page.Block] {
        let drawn = widths.last ?? 256
        let marks = kernels.enumerated().flatMap { k, kernel -> [Chart.Mark] in
            let label = Self.symbol(kernel)
            var marks: [Chart.Mark] = []
            if let signal = results.signalToNoise(kernel, width: drawn, isMeasured: false) {
                if signal.allSatisfy(\.error.isFinite) {
                    let (low, high) = (signal.map { $0.value - $0.error }, signal.map { $0.value + $0.error })
                    marks.append(.band(steps, low: low, high: high, .series(k), label: label))
                }
                marks.append(.line(steps, signal.map(\.value), .series(k), label: label))
            }
            if let signal = results.signalToNoise(kernel, width: drawn, isMeasured: true) {
                marks.append(
                    .points(
                        steps, signal.map(\.value), errors: signal.map(\.error), .series(k), label: label,
                        nudge: 3 * (Double(k) - Double(kernels.count - 1) / 2)))
            }
            return marks
        }
        guard last > 0, hasFluctuations, !marks.isEmpty else { return [] }
        let chart = Chart("Kernels of one network", x: stepAxis, y: Chart.Axis("signal over noise", including: [0]), marks: marks)
        let caption =
            "Signal over noise of the kernels of a single network of width \(NumberText.count(drawn)): root mean square of the entries over "
            + "root mean square of their standard deviation between networks. It grows as √N."
            + (widths.isEmpty ? " Shaded: one standard error." : " Lines: theory, shaded by its error. Points: \(ensembleWords).")
        return [.figure(Figure("kernel-signal", caption: caption, panels: [chart]))]
    }
}
