import SaddleModels
import SaddleNumerics
import SaddleTheory

/// The answer of `saddle predict lazy`: how the networks of a study learn in the lazy limit, from their kernels.
///
/// In the mean-field parameterisation this is γ₀ → 0 at infinite width; in the others infinite width itself.
struct LazyAnswer: Sendable {
    /// Outputs and what they come to, at a time, at infinity, or of a posterior.
    struct Outputs: Sendable {
        var train, test: Matrix
        /// Standard deviations over initialisations, or of the posterior; the same for each output.
        var trainDeviations: [Double]?
        var testDeviations: [Double]?
        /// N·variance that fluctuations of the tangent kernel between finite networks make, training points first.
        var kernelVariance: TangentKernelFluctuations.Variance?
    }

    let study: Study
    let data: Dataset
    /// Dense: "eigenvectors" or "steps"; else "products".
    var way = ""
    var steps: [Int]
    var recorded: [Outputs] = []
    var infinity: Outputs?
    var posterior: Outputs?
    /// Eigenvalues of the tangent kernel, ascending; empty where they are not computed.
    var eigenvalues: [Double] = []
    var rank: Int?
    var conditionNumber: Double?
    var largestEigenvalue = 0.0
    var maximumStableLearningRate = 0.0
    /// Bytes that were foreseen.
    var memory = 0.0
    /// Error estimates of predictions by products.
    var errorEstimates: [Double] = []
    var products: Int?
    /// Relative residuals of conjugate gradients, where they solved for infinite time and the posterior.
    var infinityResidual, posteriorResidual: Double?
    var warnings: [String] = []

    init(study: Study, data: Dataset, steps: [Int]) {
        (self.study, self.data, self.steps) = (study, data, steps)
    }

    /// - Throws: `StudyFileError` for what the lazy limit does not serve; what the theory throws.
    init(_ context: QuestionRunner.Context) throws {
        let study = context.study
        var options = study.lazy ?? LazyStudy()
        options.width = options.width ?? study.simulate?.widths.max()
        if let size = study.training.batchSize {
            throw study.problem(
                "training.batch_size", "'training.batch_size' is \(size); expected full batches, which the lazy limit needs")
        }
        if options.isFlow {
            let training = study.training
            if training.momentum != 0 || !training.hasConstantRate || training.loss != .squared || training.weightDecay != 0 {
                throw study.problem(
                    "training",
                    "gradient flow is known for the squared loss with a constant learning rate; expected no momentum, schedule or weight decay in 'training' with lazy.flow: true"
                )
            }
        }
        let loaded = try study.loadData()
        self.init(study: study, data: loaded.dataset, steps: study.recordedSteps)
        warnings = loaded.warnings
        let memory = LazyMemory(
            trainCount: data.trainCount, testCount: data.testCount, outputCount: data.outputCount,
            times: steps.count + 1)
        let dense = memory.dense(withSpread: hasSpread)
        do {
            try compute(context, options, memory, dense)
        } catch let error as LazyError {
            switch error {
            case .unstable: throw study.problem("training.learning_rate", "'training.learning_rate': \(error)")
            case .unsupported: throw study.problem("training", "\(error)")
            default: throw error
            }
        }
    }

    private mutating func compute(
        _ context: QuestionRunner.Context, _ options: LazyStudy, _ memory: LazyMemory, _ dense: Double
    ) throws {
        let isDense = options.method == .dense || options.method == .auto && dense <= Machine.memory / 2
        if isDense {
            try LazyMemory.check(dense, for: "the kernels as matrices", advice: "use lazy.method: matrix_free")
            self.memory = dense
            try computeDense(context, options)
        } else {
            try computeMatrixFree(context, options, memory)
        }
    }

    /// Whether outputs at initialisation differ between infinitely wide networks: N(0, NNGP/γ₀²) where the readout is of order 1/√N.
    var hasSpread: Bool {
        let parameterization = study.network.parameterization
        let exponent = parameterization.multiplier.output + parameterization.initialDeviation.output
        return !study.network.isCentered && exponent == 0.5
    }

    /// The times that recorded steps stand for.
    func times(_ options: LazyStudy) -> [LazyTime] {
        let rate = study.training.learningRate.base
        return steps.map { options.isFlow ? .flow(rate * Double($0)) : .step($0) }
    }

    /// Whether modes of the kernel learn independently.
    var isQuadratic: Bool { study.training.loss == .squared && study.training.weightDecay == 0 }
}
