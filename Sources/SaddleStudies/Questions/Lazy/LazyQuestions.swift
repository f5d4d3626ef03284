import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict lazy`
enum PredictLazy: Question {
    static let verb = QuestionVerb.predict
    static let name = "lazy"
    static let phrase = "training with the tangent kernel"
    static let summary = "How infinitely wide networks learn whose features do not move."
    static let discussion = """
        Training with the tangent kernel of the study's network: outputs at the recorded steps and after infinite time, \
        their spread over initialisations and N × variance between finite networks (predict.sites, predict.directions: 0 \
        switches it off), the posterior of the initial Gaussian process, and the largest stable learning rate. In the \
        mean-field parameterisation this is the limit of small richness.

        Kernels are matrices while these fit into half of the memory, and products tile by tile beyond that.
        """
    static let examples = [
        "digits.yaml", "digits.yaml --parameterization ntk --steps 1000000", "mnist.yaml --method matrix_free --keep 8",
    ]
    static let sections = ["lazy", "network", "training", "data", "predict", "simulate"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer { try LazyAnswer(context).answer }
}

/// `saddle simulate lazy`: ensembles of finite networks beside the lazy limit.
///
/// In a parameterisation with a kernel limit the outputs of networks of width N have  E f = f∞ + b/N + …  and a variance that goes to that of
/// the Gaussian process or, for centred networks, N·variance that goes to what fluctuations of the tangent kernel predict. Both are fitted
/// by a straight line in 1/N over the widths, and the values at 1/N = 0 are compared with the prediction (``SizeExtrapolation``).
enum SimulateLazy: Question {
    static let verb = QuestionVerb.simulate
    static let name = "lazy"
    static let phrase = "training networks beside the lazy limit"
    static let summary = "Train networks in a kernel regime and compare them with the lazy limit."
    static let discussion = """
        Trains simulate.networks networks at each of simulate.widths (256 and 1024 unless the study says otherwise), \
        extrapolates means and variances of their outputs to infinite width and compares them with `saddle predict lazy`. \
        Needs a parameterisation whose limit is a kernel, such as ntk.
        """
    static let examples = ["digits.yaml --parameterization ntk", "--parameterization ntk --centered --steps 50"]
    static let sections = ["lazy", "simulate", "network", "training", "data", "predict"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        let simulation = try simulation(study)
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        var settings = LazySettings()
        settings.method = .dense
        let theory = try study.lazySolution(experiment, settings, context)
        let ensembles = try context.map(widths: simulation.widths) { width, progress in
            let ensemble = Ensemble(experiment, simulation.settings(width: width, recordsKernels: false))
            let result = try ensemble.train(progress: progress, shouldStop: context.shouldStop)
            return (result, try ensemble.rounding(of: result, shouldStop: context.shouldStop).warnings(width: width))
        }
        let check = LazyCheck(
            theory, widths: simulation.widths, moments: ensembles.map(\.0.moments), layout: ensembles[0].0.layout)
        var answer = Answer(
            "\(study.name): networks beside the lazy limit",
            subtitle: "\(study.networkText); \(simulation.networks) networks of each width",
            warnings: warnings + theory.warnings + ensembles.flatMap(\.1))
        answer.check = CheckSummary(check.check)
        addNumbers(check, simulation.widths, to: &answer)
        addCurves(check, simulation.widths, to: &answer)
        return answer
    }

    private static func simulation(_ study: Study) throws -> Study.Simulation {
        let network = study.network
        guard ScalingTheory(network.parameterization, hiddenLayers: network.hiddenLayers).regime == .kernel else {
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
        try study.checkPlainDescent(": the kernel of other rules moves with them")
        var simulation = study.simulate ?? .init()
        if study.simulate == nil { simulation.widths = [256, 1024] }
        if simulation.networks < 4 || simulation.widths.count < 2 {
            throw study.problem(
                "simulate",
                "'simulate' has \(simulation.networks) networks at \(simulation.widths.count) width(s); expected 4 or more at two widths or more"
            )
        }
        return simulation
    }

    private static func addNumbers(_ check: LazyCheck, _ widths: [Int], to answer: inout Answer) {
        let rows = check.rows, scale = check.isScaled ? " times √N" : ""
        answer.add("step", rows.map(\.step), "Step", "step")
        answer.add("points", words: rows.map(\.points), "points")
        for (k, width) in widths.enumerated() {
            answer.add(
                "distance_\(width)", rows.map { $0.distances[k] }, "Root mean square of mean − limit at width \(width)",
                "distance, N = \(width)")
        }
        answer.add(
            "deviation_predicted", rows.map(\.predictedDeviation), errors: rows.map(\.predictedError),
            "Deviation between networks\(scale) by theory",
            "deviation, predicted")
        answer.add(
            "deviation_measured", rows.map(\.measuredDeviation), errors: rows.map(\.measuredError), "The same, measured, N → ∞",
            "measured, N → ∞")
        answer.section(
            "In numbers",
            [
                .table(
                    [.init("step"), .init("points")] + widths.map { .init("distance_\($0)") }
                        + [.init("deviation_predicted"), .init("deviation_measured")],
                    caption:
                        "Root mean squares over points. Deviations between networks\(scale), with their standard errors as if all points were "
                        + "fully correlated."),
                .paragraph(
                    "Means and \(check.isScaled ? "N·variances" : "variances") of every output at these steps are extrapolated to "
                        + "1/N = 0 by a straight line through the widths and compared with theory. Distances of means contain "
                        + "noise and what is of order 1/N."),
                .checked(),
            ])
    }

    private static func addCurves(_ check: LazyCheck, _ widths: [Int], to answer: inout Answer) {
        answer.add("time", check.curves.first?.steps ?? [], "Recorded steps", "step")
        let panels = check.curves.map { curve -> View.Panel in
            let name = curve.title.replacing(" ", with: "_")
            answer.add(name, curve.mean, along: ["time"], "First output of \(curve.title), lazy limit", "output")
            answer.add("\(name)_low", curve.low, along: ["time"], "One deviation below it", "output")
            answer.add("\(name)_high", curve.high, along: ["time"], "One deviation above it", "output")
            for (k, width) in widths.enumerated() {
                answer.add(
                    "\(name)_mean_\(width)", curve.measured[k], along: ["time"], "Mean over networks of width \(width)", "output")
            }
            return .init(
                curve.title, x: .init(nil, .logarithmicFromZero),
                [
                    .band("\(name)_low", "\(name)_high", .series(0), label: "predicted ± one deviation"),
                    .line(name, label: "lazy limit"),
                ]
                    + widths.enumerated().map { k, width in
                        .points("\(name)_mean_\(width)", .series(k + 1), label: "N = \(width)")
                    })
        }
        answer.section(
            "Outputs",
            [.figure("lazy-ensemble", caption: "First output of single samples; error bars of the means.", panels: panels)])
    }
}
