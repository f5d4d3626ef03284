import SaddleModels
import SaddleNumerics
import SaddleTheory

/// The answer of `saddle predict lazy`: how the networks of a study learn in the lazy limit, from their kernels.
struct LazyAnswer: Sendable {
    let study: Study
    let theory: LazySolution
    let warnings: [String]
    var data: Dataset { theory.data }
    var steps: [Int] { theory.steps }

    /// - Throws: `StudyFileError` for what the lazy limit does not serve; what the theory throws.
    init(_ context: QuestionRunner.Context) throws {
        let study = context.study
        if let size = study.training.batchSize {
            throw study.problem(
                "training.batch_size", "'training.batch_size' is \(size); expected full batches, which the lazy limit needs")
        }
        try study.checkPlainDescent(": the kernel of other rules moves with them")
        var settings = study.lazy ?? LazySettings()
        settings.width = settings.width ?? study.simulate?.widths.max()
        if settings.isFlow {
            let training = study.training
            if training.momentum != 0 || !training.hasConstantRate || training.loss != .squared || training.weightDecay != 0 {
                throw study.problem(
                    "training",
                    "gradient flow is known for the squared loss with a constant learning rate; expected no momentum, schedule or weight decay in 'training' with lazy.flow: true"
                )
            }
        }
        let loaded = try study.loadData()
        let experiment = Experiment(
            network: study.network, data: loaded.dataset, training: study.training, recordedSteps: study.recordedSteps)
        self.study = study
        theory = try study.lazySolution(experiment, settings, context)
        warnings = loaded.warnings + theory.warnings
    }
}

extension Study {
    /// - Throws: `StudyFileError` for what the lazy limit does not serve; what the theory throws.
    func lazySolution(
        _ experiment: Experiment, _ settings: LazySettings, _ context: QuestionRunner.Context
    ) throws -> LazySolution {
        var settings = settings
        (settings.sites, settings.seed) = (predict.sites, predict.seed)
        settings.estimatesFluctuations = predict.directions > 0
        do {
            return try blamingNetwork {
                try LazySolution(experiment, settings: settings, progress: context.progress, shouldStop: context.shouldStop)
            }
        } catch let error as LazyError {
            switch error {
            case .unstable: throw problem("training.learning_rate", "'training.learning_rate': \(error)")
            case .weightDecay: throw problem("training.weight_decay", "\(error)")
            case .unsupported: throw problem("training", "\(error)")
            default: throw error
            }
        }
    }
}
