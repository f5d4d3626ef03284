import SaddleNumerics
import SaddleReport
import SaddleTheory

extension DepthPrediction {
    /// Relative variances above this are beyond an expansion in 1/N.
    private static let strong = 0.5

    func page(_ study: Study, widths: [Int]) -> Page {
        let network = study.network
        return Page(
            title: "Depth: \(hiddenLayers) hidden layers of \(network.activation.name) at initialisation",
            subtitle:
                "σ_w = \(NumberText.short(network.weightScale, digits: 6)), σ_b = \(NumberText.short(network.biasScale, digits: 6)), "
                + "\(network.parameterization.text), one input with |x|²/D = \(NumberText.short(recursion.inputKernel))",
            lead: [verdict(widths)],
            sections: [
                Page.Section("Widths", [.table(widthTable(widths))]),
                Page.Section("Layers", [.table(layerTable(widths[widths.count - 1])), .paragraph(Self.legend)]),
                Page.Section("Pictures", [figure(widths)]),
            ])
    }

    private static let legend = """
        Layer ℓ: K and H are the variance of its preactivations and the tangent kernel of one of them, at infinite width and ± one \
        standard deviation between networks, with N·variance relative to the square and N·bias. The last layer is the output.
        """

    /// How far the limit of infinite width describes single networks: the cut-off L/n and the spread it stands for.
    private func verdict(_ widths: [Int]) -> Page.Block {
        let perWidth = max(output.relativeVertex, output.relativeTangentVariance)
        let needed = Int((100 * perWidth).rounded(.up))
        let statements = widths.map { width in
            let spread = perWidth / Double(width)
            let regime =
                spread > Self.strong
                ? "the expansion in 1/n does not apply" : spread > 0.05 ? "single networks differ visibly" : "close to its limit"
            return "n = \(width): r = L/n = \(NumberText.short(Double(hiddenLayers) / Double(width))), kernels vary by "
                + "\(NumberText.short(100 * spread.squareRoot())) %, \(regime)"
        }
        return .callout(
            perWidth / Double(widths[0]) > Self.strong ? .bad : .neutral,
            title: "Relative variance of the kernels: \(NumberText.short(perWidth / Double(hiddenLayers))) · L/n",
            text: statements.joined(separator: "; ") + ". Spread below 10 % needs n ≥ \(NumberText.count(needed)).")
    }

    private func widthTable(_ widths: [Int]) -> Table {
        Table(
            [
                .number("n"), .number("r = L/n"), .number("K of the output"), .number("E − limit"),
                .number("H of the output"), .number("E − limit"),
            ],
            rows: widths.map { width in
                let n = Double(width)
                return [
                    "\(width)", NumberText.short(Double(hiddenLayers) / n),
                    NumberText.withError(output.kernel, (output.vertex / n).squareRoot()),
                    Self.bias(output.kernelCorrection / n, of: output.kernel),
                    NumberText.withError(output.tangent, (output.tangentVariance / n).squareRoot()),
                    Self.bias(output.tangentCorrection / n, of: output.tangent),
                ]
            }, caption: "Mean ± standard deviation between networks at initialisation.")
    }

    private func layerTable(_ width: Int) -> Table {
        let n = Double(width)
        return Table(
            [
                .number("ℓ"), .number("K, n = \(width)"), .number("N·Var/K²"), .number("N·bias"), .number("H, n = \(width)"),
                .number("N·Var/H²"), .number("N·bias"),
            ],
            rows: ([0] + depths(atMost: 12)).map { layers[$0] }.map { layer in
                [
                    "\(layer.layer)", NumberText.withError(layer.kernel, (layer.vertex / n).squareRoot()),
                    NumberText.short(layer.relativeVertex, digits: 4), Self.bias(layer.kernelCorrection, of: layer.kernel),
                    NumberText.withError(layer.tangent, (layer.tangentVariance / n).squareRoot()),
                    NumberText.short(layer.relativeTangentVariance, digits: 4),
                    Self.bias(layer.tangentCorrection, of: layer.tangent),
                ]
            })
    }

    /// A correction; what is rounding of its kernel, as for linear and ReLU networks, is 0.
    private static func bias(_ correction: Double, of kernel: Double) -> String {
        abs(correction) < 1e-9 * abs(kernel) ? "0" : NumberText.short(correction, digits: 4)
    }

    private func figure(_ widths: [Int]) -> Page.Block {
        let shown = [0] + depths(atMost: 200)
        let chosen = shown.map { layers[$0] }
        let ℓ = chosen.map { Double($0.layer) }
        let axis = Chart.Axis("layer ℓ", hiddenLayers > 30 ? .logarithmic : .linear)
        func means(_ title: String, _ mean: (InitialLayer) -> Double, _ variance: (InitialLayer) -> Double) -> Chart {
            let scale: Scale =
                chosen.map(mean).min()! > 0 && chosen.map(mean).max()! > 30 * chosen.map(mean).min()! ? .logarithmic : .linear
            let bands = widths.prefix(4).enumerated().map { k, width in
                let spread = chosen.map { (variance($0) / Double(width)).squareRoot() }
                return Chart.Mark.band(
                    ℓ, low: zip(chosen, spread).map { mean($0) - $1 }, high: zip(chosen, spread).map { mean($0) + $1 },
                    .series(k), label: "± one standard deviation at n = \(width)")
            }
            return Chart(
                title, x: axis, y: Chart.Axis("", scale, lowest: 0),
                marks: bands + [.line(ℓ, chosen.map(mean), .reference, label: "infinite width")])
        }
        func spread(_ title: String, _ value: (InitialLayer) -> Double) -> Chart {
            Chart(title, x: axis, y: Chart.Axis("", including: [0]), marks: [.line(ℓ, chosen.map(value), .reference)])
        }
        return .figure(
            Figure(
                "depth", caption: "Kernels of one input at initialisation against depth.",
                panels: [
                    means("Kernel K", \.kernel, \.vertex), means("Tangent kernel H", \.tangent, \.tangentVariance),
                    spread("Vertex N·Var K/K²", \.relativeVertex), spread("N·Var H/H²", \.relativeTangentVariance),
                ]))
    }
}
