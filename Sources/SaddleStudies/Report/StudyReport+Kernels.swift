import SaddleNumerics
import SaddleReport

/// Kernels before and after training, and the growth of the bases that carry the theory.
extension StudyReport {
    func kernelSection() -> Page.Section? {
        let figures = arrays.kernelNames.map(kernelFigure)
        guard !figures.isEmpty else { return nil }
        let order = arrays.classes(.train).isEmpty ? "in the order given" : "sorted by class"
        return Page.Section(
            "Kernels before and after training",
            [
                .paragraph(
                    "How alike each pair of training samples (\(order)) looks to the network: Φ compares the features of a layer, G the "
                        + "fields propagated back to it, K is the tangent kernel that drives learning. Without feature learning, before and after are equal."
                )
            ] + figures.map(Page.Block.figure))
    }

    private func kernelFigure(_ name: String) -> Figure {
        let width = arrays.widths.last { content.ensemble["\(name)_mean_\($0)"] != nil }
        let hasLimit = content.theory[name] != nil
        var sources: [(width: Int?, words: String)] = []
        if hasLimit { sources.append((nil, "infinite width")) }
        if let width { sources.append((width, "measured, \(widthLabel(width))")) }
        let times = arrays.times > 1 ? [0, arrays.last] : [arrays.last]
        var drawings: [(title: String, values: [Double])] = []
        for source in sources {
            for time in times {
                // Before training, one picture is enough.
                if source.width != nil && hasLimit && time == 0 && times.count > 1 { continue }
                let when = times.count == 1 ? "" : time == 0 ? "before, " : "after, "
                drawings.append((when + source.words, ordered(arrays.kernel(name, time: time, width: source.width)!)))
            }
        }
        let colours = ColourScale.fitting(drawings.lazy.flatMap(\.values))
        let symbol = Self.symbol(name)
        let panels = drawings.map { drawing -> HeatMap in
            let p = Int(Double(drawing.values.count).squareRoot())
            return HeatMap(
                "\(symbol) \(drawing.title)", rows: p, columns: p, values: drawing.values, colours: colours, groups: groups)
        }
        return Figure(
            name.map { $0 == "_" ? "-" : String($0) }.joined(), caption: Self.words(name), columns: max(panels.count, 3),
            panels: panels)
    }

    /// Samples of the training set sorted by class.
    private func ordered(_ kernel: [Double]) -> [Double] {
        let classes = arrays.classes(.train)
        guard !classes.isEmpty else { return kernel }
        let p = classes.count
        let order = (0..<p).sorted { (classes[$0], $0) < (classes[$1], $1) }
        return order.flatMap { i in order.map { kernel[i * p + $0] } }
    }

    private var groups: [HeatMap.Group] {
        let classes = arrays.classes(.train)
        guard !classes.isEmpty else { return [] }
        return content.classNames.indices.map { k in HeatMap.Group(content.classNames[k], count: classes.count { $0 == k }) }
    }

    private static func layer(_ name: String) -> Int? { name.split(separator: "_").last.flatMap { Int($0) } }

    static func symbol(_ name: String) -> String {
        guard let layer = layer(name) else { return "K" }
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return (name.hasPrefix("feature") ? "Φ" : "G") + String(String(layer).map { digits[$0.wholeNumberValue!] })
    }

    private static func words(_ name: String) -> String {
        guard let layer = layer(name) else { return "Tangent kernel." }
        return "\(name.hasPrefix("feature") ? "Feature" : "Gradient") kernel of hidden layer \(layer)."
    }

    func rankSection() -> Page.Section? {
        guard let ranks = content.theory["ranks"], ranks.elements.count > 0 else { return nil }
        let words =
            "The theory follows each hidden weight matrix through a basis of the vectors that training has sent through it, forwards and "
            + "backwards. Their number is what the computation costs, and says how many directions training really uses."
        guard ranks.shape.count == 3, arrays.times > 1 else {
            let matrices = ranks.shape[ranks.shape.count - 2]
            let start = ranks.elements.count - 2 * matrices
            let rows = (0..<matrices).map { l in
                ["layer \(l + 1) to \(l + 2)"] + (0..<2).map { NumberText.short(ranks.elements[start + 2 * l + $0], digits: 4) }
            }
            let table = Table([.text("Weights from"), .number("Forward basis"), .number("Backward basis")], rows: rows)
            return Page.Section("Directions that training uses", [.paragraph(words), .table(table)])
        }
        let matrices = ranks.shape[1]
        let marks = (0..<matrices).flatMap { l in
            (0..<2).map { side in
                Chart.Mark.line(
                    arrays.steps, (0..<arrays.times).map { ranks[$0, l, side] }, .series(l),
                    label: "layer \(l + 1) to \(l + 2), \(side == 0 ? "forward" : "backward")", dashed: side == 1)
            }
        }
        let chart = Chart("Size of the bases", x: stepAxis, y: Chart.Axis("basis vectors", including: [0]), marks: marks)
        return Page.Section(
            "Directions that training uses",
            [.paragraph(words), .figure(Figure("ranks", caption: "Basis vectors kept up to each step.", panels: [chart]))])
    }
}
