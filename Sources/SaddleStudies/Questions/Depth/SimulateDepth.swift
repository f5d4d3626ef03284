import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleReport

/// `saddle simulate depth`: kernels of real networks at initialisation, layer by layer, against the prediction.
enum SimulateDepth: Question {
    static let verb = QuestionVerb.simulate
    static let name = "depth"
    static let phrase = "drawing networks at initialisation"
    static let summary = "Kernels of real networks at initialisation, layer by layer, beside `predict depth`."
    static let discussion = """
        Draws networks of every width, without training, and compares N × bias and N × variance of feature and tangent \
        kernels with theory.
        """
    static let examples = ["digits.yaml", "--activation gelu --depth 4 --widths 32,64,128 --networks 5000"]
    static let sections = ["depth", "network", "simulate"]
    static let shorthands = ["depth": "network.hidden_layers", "width": "depth.widths"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.depth ?? DepthStudy()
        let prediction = try study.depthPrediction(context, inputKernel: settings.inputKernel)
        let widths = (settings.widths ?? study.simulate?.widths ?? [32, 64]).sorted()
        let depths = prediction.depths(atMost: 6)
        let moments = try context.map(widths: widths) { width, progress in
            try InitialEnsemble(
                study.network, width: width, networks: settings.networks, seed: study.simulate?.seed ?? 2,
                inputKernel: settings.inputKernel, depths: depths
            ).moments(progress: progress, shouldStop: context.shouldStop)
        }
        let check = DepthCheck(prediction, widths: widths, networks: settings.networks, depths: depths, moments: moments)
        var answer = Answer(
            "Depth: networks at initialisation against theory",
            subtitle: "\(prediction.hiddenLayers) hidden layers of \(study.network.activation.name), widths "
                + "\(widths.map(String.init).joined(separator: ", ")), \(settings.networks) networks each")
        answer.check = CheckSummary(check.check)
        answer.section(
            "In numbers",
            [
                .checked(
                    caption: """
                        Φ is the feature kernel of a hidden layer, Θ the tangent kernel of a network with so many. N(mean − limit) and the \
                        logarithm of N·variance are extrapolated to 1/N = 0 by a straight line through the widths; with a single width they \
                        contain orders beyond 1/N.
                        """)
            ])
        answer.add("width", widths, "Width", "N")
        var panels: [View.Panel] = []
        for (name, symbol) in [("feature_kernel", "Φ"), ("tangent_kernel", "Θ")] {
            let rows = check.rows.filter { $0.name == symbol }, layer = "\(name)_layer"
            answer.add(layer, rows.map(\.layer), "Layer", "layer ℓ")
            for (what, title, predicted, measured) in [
                ("variance", "N·Var \(symbol)", rows.map(\.predicted.variance), rows.map(\.variances)),
                ("bias", "N·bias of \(symbol)", rows.map(\.predicted.bias), rows.map(\.biases)),
            ] {
                answer.add("\(name)_\(what)_theory", predicted, along: [layer], "\(title) at 1/N → 0", title)
                answer.add(
                    "\(name)_\(what)", widths.indices.flatMap { k in measured.map { $0[k] } }, along: ["width", layer],
                    shape: [widths.count, rows.count], "\(title), measured", title)
                panels.append(
                    .init(
                        title, y: .init("", including: [0]),
                        [.line("\(name)_\(what)_theory", label: "theory, 1/N → 0")]
                            + widths.enumerated().map { k, width in
                                .points(
                                    "\(name)_\(what)", at: k, .series(k), label: "networks, N = \(width)", nudge: 3 * Double(k))
                            }))
            }
        }
        answer.section(
            "Pictures", [.figure("depth-check", caption: "At finite width orders beyond 1/N are visible.", panels: panels)])
        return answer
    }
}
