import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

/// `saddle simulate rnn`: recurrent networks that learn the system behind a series.
enum SimulateRnn: Question {
    static let verb = QuestionVerb.simulate
    static let name = "rnn"
    static let phrase = "training recurrent networks"
    static let summary = "Recurrent networks that learn a chaotic system from a noisy series, by generalised teacher forcing."
    static let discussion = """
        Trains shallow piecewise-linear recurrent networks z⁺ = Az + W₁max(0, W₂z + h₂) + h₁ on a series, drawn to the data with a strength α that keeps gradients from exploding, \
        from several seeds. The series is a flow or map of the registry ('saddle simulate flow list') or of own equations, observed with noise, or a file (times × variables at equal \
        intervals). The free orbits of the networks are compared with the system: Lyapunov exponents, where states lie, power spectra, forecasts.
        """
    static let examples = [
        "lorenz", "rossler --noise 0.02 --seeds 4", "lorenz --forcing estimated --estimator geometric",
        "mine.csv --time-column 0 --delays 6 --hidden 100",
    ]
    static let sections = ["rnn"]
    static let inputs = ["rnn", "flow"]
    static let shorthands = ["parameters": "flow.parameters", "interval": "flow.interval"]
    static let argument: (key: String, help: String)? = (
        "flow.system", "A system by name, a study with own equations, or a file with a time series."
    )
    static let isArgumentOptional = true

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.rnn ?? RnnStudy()
        let source = try context.reconstructionTask(asked), task = source.task,
            training = asked.training(observed: task.names.count)
        if let latent = asked.latent, latent < task.names.count {
            throw study.problem(
                "rnn.latent",
                "'rnn.latent' is \(latent) for \(NumberText.count(task.names.count, of: "observed variable")); expected at least as many"
            )
        }
        let found: ReconstructionEnsemble
        do {
            found = try ReconstructionEnsemble(
                task, training, seeds: asked.seeds, seed: asked.seed, ahead: asked.ahead, progress: context.progress,
                shouldStop: context.shouldStop)
        } catch let error as ReconstructionError { throw study.problem(source.key, "\(source.name): \(error)") }
        var answer = Answer(
            "Recurrent networks that learn \(source.name)",
            subtitle:
                "\(NumberText.count(task.training.rows)) times of \(NumberText.count(task.names.count, of: "variable")) at intervals of \(NumberText.short(task.interval))\(source.remark); "
                + "\(NumberText.count(training.latent, of: "latent variable")), \(NumberText.count(training.hidden, of: "unit")), windows of \(training.length), \(NumberText.count(training.updates)) updates of \(training.batch)",
            warnings: source.warnings + found.remarks)
        addScores(found, task, to: &answer)
        addOrbits(found, task, to: &answer)
        addTraining(found, training, to: &answer)
        return answer
    }
}

extension ReconstructionEnsemble {
    /// What a reader must know of members that failed.
    fileprivate var remarks: [String] {
        let groups = Dictionary(grouping: members, by: \.fate)
        return [Reconstruction.Fate.lost, .diverged, .rest, .locked, .cycle].compactMap { fate in
            groups[fate].map { members in
                let seeds = members.map { "\($0.seed)" }.joined(separator: ", ")
                let what =
                    switch fate {
                    case .lost: "training diverges: a smaller learning rate, shorter windows or stronger forcing may help"
                    case .diverged: "the free orbit diverges; it has neither exponents nor distances"
                    case .rest: "the free orbit ends on a fixed point"
                    case .locked: "the free orbit ends on a stable cycle"
                    case .cycle, .chaos: "the largest exponent is zero within its error: a cycle or torus"
                    }
                return "seed\(members.count == 1 ? "" : "s") \(seeds): \(what)"
            }
        }
    }
}
