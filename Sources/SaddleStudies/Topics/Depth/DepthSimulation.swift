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
        let moments = try context.map(widths: widths) { width, progress in
            try InitialEnsemble(
                study.network, width: width, networks: networks, seed: study.simulate?.seed ?? 2, inputKernel: inputKernel,
                depths: depths
            ).moments(progress: progress, shouldStop: context.shouldStop)
        }
        let check = DepthCheck(prediction, widths: widths, networks: networks, depths: depths, moments: moments)
        return TopicResult("depth_check", page: check.page(study), numbers: check.numbers, verdict: check.check.verdict)
    }
}

extension DepthCheck {
    struct Numbers: Encodable, Sendable {
        let widths: [Int]
        let networks: Int
        let check: CheckSummary
    }

    var numbers: Numbers { Numbers(widths: widths, networks: networks, check: CheckSummary(check)) }

    func page(_ study: Study) -> Page {
        Page(
            title: "Depth: networks at initialisation against theory",
            subtitle: "\(prediction.hiddenLayers) hidden layers of \(study.network.activation.name), widths "
                + "\(widths.map(String.init).joined(separator: ", ")), \(networks) networks each",
            lead: [check.callout],
            sections: [
                Page.Section("In numbers", [check.table(Self.legend)]), Page.Section("Pictures", [figure]),
            ])
    }

    private static let legend = """
        Φ is the feature kernel of a hidden layer, K the tangent kernel of a network with so many. N(mean − limit) and the logarithm of \
        N·variance are extrapolated to 1/N = 0 by a straight line through the widths; with a single width they contain orders beyond 1/N.
        """

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
