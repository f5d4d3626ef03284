import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate kernel`: kernels of finite networks at initialisation beside those of infinite width.
enum SimulateKernel: Question {
    static let verb = QuestionVerb.simulate
    static let name = "kernel"
    static let phrase = "drawing networks and their kernels"
    static let summary = "Kernels of finite networks at initialisation, beside those of infinite width."
    static let discussion = """
        Draws simulate.networks networks at each of simulate.widths: means and N × variance of their NNGP and tangent \
        kernels on the first training samples, with N × (mean − limit).
        """
    static let examples = ["digits.yaml", "--activation relu --widths 64,256 --json"]
    static let sections = ["kernel", "simulate", "network", "data", "predict"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, simulation = study.simulate ?? .init()
        var (experiment, warnings) = try study.experiment(includesTheory: false)
        let all = experiment.data.trainInputs
        let inputs = all.selectingRows(Array(0..<min((study.kernel ?? KernelStudy()).samples, all.rows)))
        if simulation.networks < 2 {
            throw study.problem("simulate.networks", "'simulate.networks' is 1; expected 2 or more, for a variance")
        }
        let ensembles = try context.map(widths: simulation.widths) { width, progress in
            try KernelEnsemble(
                study.network, inputs: inputs, width: width, networks: simulation.networks, seed: simulation.seed,
                progress: progress, shouldStop: context.shouldStop)
        }
        let theories = try theories(context, inputs, widths: simulation.widths, &warnings)
        let comparisons = zip(ensembles, theories).flatMap { KernelComparison.both($0, $1) }
        var answer = Answer(
            "Kernels of finite networks at initialisation",
            subtitle: "\(study.networkText); \(simulation.networks) networks of each width, \(inputs.rows) samples",
            warnings: warnings)
        answer.check = CheckSummary(KernelCheck.check(comparisons))
        answer.section(
            "Theory and networks",
            [.checked(caption: "Relative to the prediction; entries in units of the diagonal. Extrapolated to N → ∞.")])
        add(comparisons, to: &answer)
        return answer
    }

    private static func add(_ comparisons: [KernelComparison], to answer: inout Answer) {
        let along = ["kernel"]
        answer.add("kernel", words: comparisons.map(\.kind.symbol), "Kernel")
        answer.add("width", comparisons.map(\.width), along: along, "Width", "N")
        answer.add("diagonal_mean", comparisons.map(\.statistics.diagonal), along: along, "Mean of the diagonal", "mean diagonal")
        answer.add(
            "diagonal_mean_limit", comparisons.map { $0.infinite?.diagonalMean ?? .nan }, along: along,
            "The same at infinite width; none where no theory serves the network", "N = ∞", isPartial: true)
        answer.add(
            "distance", comparisons.map { $0.distance ?? .nan }, along: along, "‖mean − K∞‖/‖K∞‖ over all entries",
            "distance of means", isPartial: true)
        answer.add(
            "distance_noise", comparisons.map { $0.noise ?? .nan }, along: along,
            "What standard errors alone make of that distance",
            "of which noise", isPartial: true)
        answer.add(
            "diagonal_variance", comparisons.map { $0.scaledVariance.value.diagonalMean },
            errors: comparisons.map { $0.scaledVariance.error.diagonalMean }, along: along, "N·variance, mean of the diagonal",
            "N·variance")
        answer.add(
            "diagonal_variance_predicted", comparisons.map { $0.predicted?.value.diagonalMean ?? .nan },
            errors: comparisons.map { $0.predicted?.error.diagonalMean ?? .nan }, along: along, "The same by theory", "predicted",
            isPartial: true)
        for c in comparisons {
            let name = c.kind.rawValue
            answer.add(
                "\(name)_mean_\(c.width)", c.statistics.mean, errors: c.statistics.meanError,
                "Mean of \(c.kind.symbol) at width \(c.width)")
            answer.add(
                "\(name)_variance_\(c.width)", c.scaledVariance.value, errors: c.scaledVariance.error, "N·variance of every entry"
            )
            if let infinite = c.infinite, let bias = c.scaledBias {
                answer.add("\(name)_limit_\(c.width)", infinite, "\(c.kind.symbol) at infinite width")
                answer.add("\(name)_bias_\(c.width)", bias.value, errors: bias.error, "N·(mean − limit) of every entry")
            }
            if let predicted = c.predicted {
                answer.add(
                    "\(name)_variance_predicted_\(c.width)", predicted.value, errors: predicted.error, "N·variance by theory")
            }
        }
        answer.section(
            "Widths",
            [
                .table(
                    [
                        "kernel", "width", "diagonal_mean", "diagonal_mean_limit", "distance", "distance_noise",
                        "diagonal_variance",
                        "diagonal_variance_predicted",
                    ].map { .init($0) }),
                .paragraph(
                    "The arrays hold means, N·(mean − K∞) and N·variance of every entry, each with its standard error."),
            ])
    }

    /// Nil, with a warning, where no theory serves the network.
    private static func theories(
        _ context: QuestionRunner.Context, _ inputs: Matrix, widths: [Int], _ warnings: inout [String]
    ) throws -> [KernelExpansion?] {
        let study = context.study
        do {
            return try KernelExpansion.expansions(
                study.network, inputs: inputs, widths: widths, sites: study.predict.sites, seed: study.predict.seed,
                shouldStop: context.shouldStop)
        } catch let error as KernelError {
            warnings.append("no kernels of infinite width to compare with: \(error)")
            return widths.map { _ in nil }
        }
    }
}
