import SaddleComparisons
import SaddleReport

extension MeasureDims {
    /// The linear dimensions of infinite width beside those of the network.
    static func addLimit(_ rows: [Row], _ context: QuestionRunner.Context, to answer: inout Answer) throws {
        let study = context.study
        guard study.isOfFile, !(study.representation?.isTest ?? false) else {
            throw study.problem(
                "dims.theory",
                "'dims.theory' is true, which is for the training samples of a study or run folder; expected false here")
        }
        let (experiment, _) = try study.experiment()
        let limit = try LimitDimensions(
            experiment, theory: study.predict, progress: context.progress, shouldStop: context.shouldStop)
        answer.warnings += limit.warnings
        answer.add("limit_step", limit.steps, "Recorded steps", "step")
        var marks: [View.Mark] = []
        for (k, layer) in Set(rows.compactMap(\.item.layer)).filter({ $0 > 0 }).sorted().enumerated() {
            answer.add(
                "limit_dimension_of_layer_\(layer)", limit.layers[layer - 1], along: ["limit_step"],
                "Linear dimension of layer \(layer) at infinite width", "N = ∞")
            marks.append(.line("limit_dimension_of_layer_\(layer)", .series(k), label: "layer \(layer), N = ∞"))
            let part = rows.filter { $0.item.layer == layer && $0.item.step != nil && $0.linear != nil }
            guard !part.isEmpty else { continue }
            answer.add("network_step_\(layer)", part.map { $0.item.step! }, "Steps of layer \(layer) of the network", "step")
            answer.add(
                "linear_dimension_of_layer_\(layer)", part.map { $0.linear! }, along: ["network_step_\(layer)"],
                "Linear dimension of layer \(layer) of the network", "network")
            marks.append(.points("linear_dimension_of_layer_\(layer)", .series(k), label: "layer \(layer) of the network"))
        }
        answer.section(
            "Linear dimension beside theory",
            [
                .figure(
                    "limit",
                    caption:
                        "Participation ratios: of the centred feature kernels of infinite width, and of the network's features.",
                    panels: [
                        .init(
                            "Linear dimension", x: .init("step", .logarithmicFromZero),
                            y: .init("linear dimension", including: [0]),
                            marks)
                    ])
            ])
    }
}
