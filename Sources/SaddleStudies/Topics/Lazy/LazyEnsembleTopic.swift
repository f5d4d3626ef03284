import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate lazy`: ensembles of finite networks beside the lazy limit.
///
/// In a parameterisation with a kernel limit the outputs of networks of width N have  E f = f∞ + b/N + …  and a variance that goes to that of
/// the Gaussian process or, for centred networks, N·variance that goes to what fluctuations of the tangent kernel predict. Both are fitted
/// by a straight line in 1/N over the widths, and the values at 1/N = 0 are compared with the prediction (``SizeExtrapolation``).
public struct LazyEnsembleTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study, network = study.network
        let regime = ScalingTheory(network.parameterization, hiddenLayers: network.hiddenLayers).regime
        guard regime == .kernel else {
            throw study.problem(
                "network.parameterization",
                "'network.parameterization' is \(network.parameterization.text), whose networks do not tend to a kernel regime; expected "
                    + "ntk here ('saddle run' compares networks that learn features)")
        }
        guard study.training.loss == .squared, study.training.weightDecay == 0, study.training.batchSize == nil else {
            throw study.problem(
                "training",
                "the lazy limit is compared for the squared loss, full batches and no weight decay; expected these in 'training'")
        }
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        var simulation = study.simulate ?? .init()
        if study.simulate == nil { simulation.widths = [256, 1024] }
        if simulation.networks < 4 || simulation.widths.count < 2 {
            throw study.problem(
                "simulate",
                "'simulate' has \(simulation.networks) networks at \(simulation.widths.count) width(s); expected 4 or more at two widths or more"
            )
        }
        var answer = LazyAnswer(study: study, data: experiment.data, steps: study.recordedSteps)
        try answer.computeDense(context, LazyAnswer.Options())

        let ensembles = try context.map(widths: simulation.widths) { width, progress in
            let settings = EnsembleSettings(
                width: width, networks: simulation.networks, seed: simulation.seed, recordsKernels: false)
            return try Ensemble(experiment, settings).train(progress: progress, shouldStop: context.shouldStop)
        }
        let check = LazyCheck(
            answer, widths: simulation.widths, moments: ensembles.map(\.moments), layout: ensembles[0].layout)
        return TopicResult(
            "lazy_ensemble", page: page(study, simulation, check), numbers: check.numbers, warnings: warnings + answer.warnings,
            verdict: check.check.verdict)
    }

    private func page(_ study: Study, _ simulation: Study.Simulation, _ check: LazyCheck) -> Page {
        let table = Table(
            [.number("step"), .text("points")] + simulation.widths.map { .number("distance of means, N = \($0)") }
                + [.number("deviation, predicted"), .number("measured, N → ∞")],
            rows: check.rows.map { row in
                ["\(row.step)", row.points] + row.distances.map { NumberText.short($0, digits: 2) }
                    + [
                        NumberText.withError(row.predictedDeviation, row.predictedError),
                        NumberText.withError(row.measuredDeviation, row.measuredError),
                    ]
            },
            caption: "Root mean squares over points. Deviations between networks"
                + (check.isScaled ? " times √N" : "") + ", with their standard errors as if all points were fully correlated.")
        let charts = check.curves.map { curve in
            Chart(
                curve.title, x: .init("step", .logarithmicFromZero), y: .init("output"),
                marks: [
                    .band(curve.steps, low: curve.low, high: curve.high, .series(0), label: "predicted ± one deviation"),
                    .line(curve.steps, curve.mean, .reference, label: "lazy limit"),
                ]
                    + curve.measured.enumerated().map { i, m in
                        .points(
                            curve.steps, m.map(\.mean), errors: m.map(\.standardError), .series(i + 1),
                            label: "N = \(simulation.widths[i])")
                    })
        }
        return Page(
            title: "\(study.name): networks beside the lazy limit",
            subtitle: "\(study.networkText); \(simulation.networks) networks of each width", lead: [check.check.callout],
            sections: [
                Page.Section(
                    "In numbers",
                    [
                        .table(table),
                        .paragraph(
                            "Means and \(check.isScaled ? "N·variances" : "variances") of every output at these steps are extrapolated to "
                                + "1/N = 0 by a straight line through the widths and compared with theory. Distances of means contain "
                                + "noise and what is of order 1/N."),
                        check.check.table(),
                    ]),
                Page.Section(
                    "Outputs",
                    [
                        .figure(
                            Figure(
                                "lazy-ensemble", caption: "First output of single samples; error bars of the means.",
                                panels: charts))
                    ]),
            ])
    }
}
