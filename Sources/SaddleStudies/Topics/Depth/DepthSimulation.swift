import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

/// `saddle simulate depth`: kernels of real networks at initialisation, layer by layer, against the prediction.
public struct DepthSimulation: Sendable {
    /// Nil: those of the study, or 32 and 64 if it trains no networks.
    public var widths: [Int]?
    /// Nil: 2000.
    public var networks: Int?
    /// |x|²/D of the input.
    public var inputKernel = 1.0

    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        let prediction = try DepthPrediction(context, inputKernel: inputKernel)
        let widths = (self.widths ?? study.simulate?.widths ?? [32, 64]).sorted()
        let networks = self.networks ?? 2000
        let depths = prediction.depths(atMost: 6)
        var moments: [StreamingMoments] = []
        // The work of a network grows with the square of its width.
        let work = widths.map { Double($0 * $0) }
        let total = work.reduce(0, +)
        for (k, width) in widths.enumerated() {
            let done = work.prefix(k).reduce(0, +) / total
            let ensemble = InitialEnsemble(
                study.network, width: width, networks: networks, seed: study.simulate?.seed ?? 2, inputKernel: inputKernel,
                depths: depths)
            moments.append(
                try ensemble.moments(
                    progress: { context.progress(done + work[k] / total * $0 / $1, 1) }, shouldStop: context.shouldStop))
        }
        let check = DepthCheck(prediction, widths: widths, networks: networks, depths: depths, moments: moments)
        return TopicResult(
            "depth_check", page: check.page(study), numbers: check.numbers(study), passes: check.passes)
    }
}

extension DepthCheck {
    struct Numbers: Encodable, Sendable {
        struct Number: Encodable, Sendable {
            let kernel: String
            let layer: Int
            let mean, bias, biasPredicted, biasScore, variance, variancePredicted, varianceScore: Double
            /// Nil with a single network.
            let biasError, varianceError: Double?
        }
        let passes: Bool
        let worst, threshold: Double
        let widths: [Int]
        let networks: Int
        let numbers: [Number]
    }

    func numbers(_ study: Study) -> Numbers {
        func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
        return Numbers(
            passes: passes, worst: worst, threshold: threshold, widths: widths, networks: networks,
            numbers: rows.map {
                Numbers.Number(
                    kernel: $0.name == "Φ" ? "feature" : "tangent", layer: $0.layer, mean: $0.predicted.mean, bias: $0.bias.mean,
                    biasPredicted: $0.predicted.bias, biasScore: $0.biasScore, variance: $0.variance.mean,
                    variancePredicted: $0.predicted.variance, varianceScore: $0.varianceScore,
                    biasError: finite($0.bias.standardError), varianceError: finite($0.variance.standardError))
            })
    }

    func page(_ study: Study) -> Page {
        let bound =
            "the largest of \(2 * rows.count) |z| is \(NumberText.short(worst)); agreement allows \(NumberText.short(threshold))"
        let method =
            widths.count > 1
            ? "N(mean − limit) and N·variance are extrapolated to 1/N = 0 by a straight line through the widths."
            : "One width only: N(mean − limit) and N·variance contain orders beyond 1/N. Two widths or more separate them."
        let precision = rows.map { $0.variance.standardError / $0.predicted.variance }.filter(\.isFinite).max() ?? 0
        return Page(
            title: "Depth: networks at initialisation against theory",
            subtitle: "\(prediction.hiddenLayers) hidden layers of \(study.network.activation.name), widths "
                + "\(widths.map(String.init).joined(separator: ", ")), \(networks) networks each",
            lead: [
                .callout(passes ? .good : .bad, title: passes ? "Agree" : "Disagree", text: "\(bound)."),
                .paragraph("\(method) Variances are known to \(NumberText.short(100 * precision, digits: 2)) % or better."),
            ],
            sections: [
                Page.Section(
                    "Feature kernels Φ of each layer, tangent kernels K at some depths", [.table(table), .paragraph(Self.legend)]),
                Page.Section("Pictures", [figure]),
            ])
    }

    private static let legend = """
        Layer ℓ of Φ is a hidden layer; ℓ of K is the number of hidden layers of the network. N·bias and N·Var: measured, then \
        predicted.
        """

    private var table: Table {
        Table(
            [
                .text(""), .number("ℓ"), .number("limit"), .number("N·bias"), .number("predicted"), .number("z"),
                .number("N·Var"),
                .number("predicted"), .number("z"),
            ],
            rows: rows.map {
                [
                    $0.name, "\($0.layer)", NumberText.short($0.predicted.mean, digits: 4), NumberText.withError($0.bias),
                    DepthPrediction.bias($0.predicted.bias, of: $0.predicted.mean), NumberText.short($0.biasScore, digits: 2),
                    NumberText.withError($0.variance), NumberText.short($0.predicted.variance),
                    NumberText.short($0.varianceScore, digits: 2),
                ]
            })
    }

    private var figure: Page.Block {
        func panel(_ title: String, _ name: String, _ predicted: (Row) -> Double, _ measured: @escaping (Row) -> [Estimate])
            -> Chart
        {
            let chosen = rows.filter { $0.name == name }
            let ℓ = chosen.map { Double($0.layer) }
            let points = widths.enumerated().map { k, width in
                Chart.Mark.points(
                    ℓ, chosen.map { measured($0)[k].mean }, errors: chosen.map { measured($0)[k].standardError }, .series(k),
                    label: "networks, n = \(width)", nudge: 3 * Double(k))
            }
            return Chart(
                title, x: Chart.Axis("layer ℓ"), y: Chart.Axis("", including: [0]),
                marks: [.line(ℓ, chosen.map(predicted), .reference, label: "theory, 1/n → 0")] + points)
        }
        return .figure(
            Figure(
                "depth-check", caption: "At finite width orders beyond 1/n are visible.",
                panels: [
                    panel("N·Var Φ", "Φ", { $0.predicted.variance }, { $0.variances }),
                    panel("N·Var K", "K", { $0.predicted.variance }, { $0.variances }),
                    panel("N·bias of Φ", "Φ", { $0.predicted.bias }, { $0.biases }),
                    panel("N·bias of K", "K", { $0.predicted.bias }, { $0.biases }),
                ]))
    }
}
