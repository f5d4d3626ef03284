import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict depth`: kernel, vertex and tangent kernel of networks at initialisation against depth, with their spread
/// at finite width.
enum PredictDepth: Question {
    static let verb = QuestionVerb.predict
    static let name = "depth"
    static let phrase = "following kernels through the layers"
    static let summary = "Kernel, vertex and tangent kernel against depth at initialisation, and their spread at finite width."
    static let discussion = """
        For one input: layer by layer the limit of infinite width, N × variance and N × bias, and the cut-off L/N.
        """
    static let examples = [
        "digits.yaml --depth 50 --widths 128,512", "--activation relu --weight-scale 1.4142135623730951 --depth 100",
    ]
    static let sections = ["depth", "network"]
    static let shorthands = ["depth": "network.hidden_layers", "width": "depth.widths"]

    /// Relative variances above this are beyond an expansion in 1/N.
    private static let strong = 0.5

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.depth ?? DepthStudy(), network = study.network
        let prediction = try study.depthPrediction(context, inputKernel: settings.inputKernel)
        let widths = (settings.widths ?? study.simulate?.widths ?? [256]).sorted()
        var answer = Answer(
            "Depth: \(prediction.hiddenLayers) hidden layers of \(network.activation.name) at initialisation",
            subtitle:
                "σ_w = \(NumberText.short(network.weightScale, digits: 6)), σ_b = \(NumberText.short(network.biasScale, digits: 6)), "
                + "\(network.parameterization.text), one input with |x|²/D = \(NumberText.short(settings.inputKernel))")
        answer.lead = [verdict(prediction, widths)]
        addWidths(prediction, widths, to: &answer)
        addLayers(prediction, to: &answer)
        addPictures(prediction, widths, to: &answer)
        return answer
    }

    /// How far the limit of infinite width describes single networks: the cut-off L/N and the spread it stands for.
    private static func verdict(_ prediction: DepthPrediction, _ widths: [Int]) -> View {
        let perWidth = prediction.output.largestRelativeVariance
        let statements = widths.map { width in
            let spread = perWidth / Double(width)
            let regime =
                spread > strong
                ? "the expansion in 1/N does not apply" : spread > 0.05 ? "single networks differ visibly" : "close to its limit"
            return "N = \(width): L/N = \(NumberText.short(Double(prediction.hiddenLayers) / Double(width))), kernels vary by "
                + "\(NumberText.short(100 * spread.squareRoot())) %, \(regime)"
        }
        return .callout(
            perWidth / Double(widths[0]) > strong ? .bad : .neutral,
            title: "Relative variance of the kernels: \(NumberText.short(perWidth / Double(prediction.hiddenLayers))) · L/N",
            text: statements.joined(separator: "; ")
                + ". Spread below 10 % needs N ≥ \(NumberText.count(prediction.output.widthForTenPercent)).")
    }

    private static func addWidths(_ prediction: DepthPrediction, _ widths: [Int], to answer: inout Answer) {
        let output = prediction.output, ns = widths.map(Double.init), along = ["width"]
        answer.add("spread_width_needed", output.widthForTenPercent, "Width from which kernels vary by less than 10 %")
        answer.add("width", widths, "Width", "N")
        answer.add("cutoff", ns.map { Double(prediction.hiddenLayers) / $0 }, along: along, "Depth over width", "L/N")
        for (name, symbol, mean, variance, bias) in [
            ("kernel", "K", output.kernel, output.vertex, output.kernelCorrection),
            ("tangent_kernel", "Θ", output.tangent, output.tangentVariance, output.tangentCorrection),
        ] {
            answer.add("output_\(name)", mean, "\(symbol) of the output at infinite width", symbol)
            answer.add(
                "output_\(name)_spread", ns.map { (variance / $0).squareRoot() / mean }, along: along,
                "Standard deviation between networks, relative", "spread of \(symbol)", form: .percent)
            answer.add(
                "output_\(name)_shift", ns.map { Self.bias(bias, of: mean) / $0 }, along: along,
                "Mean at that width minus the limit",
                "E \(symbol) − limit")
        }
        answer.section(
            "Widths",
            [
                .facts([.init("output_kernel"), .init("output_tangent_kernel")]),
                .table(
                    [
                        "width", "cutoff", "output_kernel_spread", "output_kernel_shift", "output_tangent_kernel_spread",
                        "output_tangent_kernel_shift",
                    ]
                    .map { .init($0) }, caption: "Of the output's kernels, between networks at initialisation."),
            ])
    }

    private static func addLayers(_ prediction: DepthPrediction, to answer: inout Answer) {
        let layers = prediction.layers, along = ["layer"]
        answer.add("layer", layers.map(\.layer), "Layer; the last is the output", "ℓ")
        for (name, symbol, mean, variance, bias) in [
            ("kernel", "K", \InitialLayer.kernel, \InitialLayer.vertex, \InitialLayer.kernelCorrection),
            ("tangent_kernel", "Θ", \.tangent, \.tangentVariance, \.tangentCorrection),
        ] {
            answer.add(name, layers.map { $0[keyPath: mean] }, along: along, "\(symbol) at infinite width", symbol)
            answer.add(
                "\(name)_variance", layers.map { $0[keyPath: variance] }, along: along, "N·variance of \(symbol)",
                "N·Var \(symbol)")
            answer.add(
                "\(name)_relative_variance", layers.map { $0[keyPath: variance] / ($0[keyPath: mean] * $0[keyPath: mean]) },
                along: along, "N·variance of \(symbol) over its square", "N·Var \(symbol)/\(symbol)²")
            answer.add(
                "\(name)_bias", layers.map { Self.bias($0[keyPath: bias], of: $0[keyPath: mean]) }, along: along,
                "N·bias of \(symbol)",
                "N·bias \(symbol)")
        }
        answer.section(
            "Layers",
            [
                .table(
                    [.init("layer")]
                        + ["kernel", "tangent_kernel"].flatMap {
                            [.init($0), .init("\($0)_relative_variance"), .init("\($0)_bias")]
                        },
                    rows: [0] + prediction.depths(atMost: 12)),
                .paragraph(
                    """
                    Layer ℓ: K and Θ are the variance of its preactivations and the tangent kernel of one of them, at infinite width, \
                    with N·variance relative to the square and N·bias. The last layer is the output.
                    """),
            ])
    }

    private static func addPictures(_ prediction: DepthPrediction, _ widths: [Int], to answer: inout Answer) {
        let shown = ([0] + prediction.depths(atMost: 200)).map { prediction.layers[$0] }
        let axis = View.Axis("layer ℓ", prediction.hiddenLayers > 30 ? .logarithmic : .linear)
        answer.add("shown_layer", shown.map(\.layer), "Layers that are drawn", "ℓ")
        func panel(_ title: String, _ name: String, _ mean: (InitialLayer) -> Double, _ variance: (InitialLayer) -> Double)
            -> View.Panel
        {
            let means = shown.map(mean)
            let isWide = means.min()! > 0 && means.max()! > 30 * means.min()!
            answer.add("shown_\(name)", means, along: ["shown_layer"], "\(title) of these layers")
            let bands = widths.prefix(4).enumerated().map { k, width in
                let spreads = shown.map { (variance($0) / Double(width)).squareRoot() }
                for (end, sign) in [("low", -1.0), ("high", 1)] {
                    answer.add(
                        "shown_\(name)_\(end)_\(width)", zip(means, spreads).map { $0 + sign * $1 }, along: ["shown_layer"],
                        "\(title) \(sign < 0 ? "−" : "+") one standard deviation at width \(width)")
                }
                return View.Mark.band(
                    "shown_\(name)_low_\(width)", "shown_\(name)_high_\(width)", .series(k),
                    label: "± one standard deviation at N = \(width)")
            }
            return View.Panel(
                title, x: axis, y: .init("", isWide ? .logarithmic : .linear, lowest: 0),
                bands + [.line("shown_\(name)", label: "infinite width")])
        }
        let kernel = panel("Kernel K", "kernel", \.kernel, \.vertex)
        let tangent = panel("Tangent kernel Θ", "tangent_kernel", \.tangent, \.tangentVariance)
        answer.section(
            "Pictures",
            [
                .figure(
                    "depth", caption: "Kernels of one input at initialisation against depth.",
                    panels: [
                        kernel, tangent,
                        .init("N·Var K/K²", x: axis, y: .init(including: [0]), [.line("kernel_relative_variance")]),
                        .init("N·Var Θ/Θ²", x: axis, y: .init(including: [0]), [.line("tangent_kernel_relative_variance")]),
                    ])
            ])
    }

    /// A correction; what is rounding of its kernel, as for linear and ReLU networks, is 0.
    private static func bias(_ correction: Double, of kernel: Double) -> Double {
        abs(correction) < 1e-9 * abs(kernel) ? 0 : correction
    }
}

extension InitialLayer {
    /// Of its two kernels: N·variance over the square.
    fileprivate var largestRelativeVariance: Double { max(vertex / (kernel * kernel), tangentVariance / (tangent * tangent)) }
    fileprivate var widthForTenPercent: Int { Int((100 * largestRelativeVariance).rounded(.up)) }
}
