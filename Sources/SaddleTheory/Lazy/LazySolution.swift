import SaddleModels
import SaddleNumerics

/// How networks learn in the lazy limit, from their kernels: mean outputs at the recorded steps and after infinite time, their spread over
/// initialisations, N·variance between finite networks, and the posterior of the initial Gaussian process.
///
/// In the mean-field parameterisation this is γ₀ → 0 at infinite width; in the others infinite width itself. Full batches.
public struct LazySolution: Sendable {
    /// Outputs at a time, at infinity, or of a posterior.
    public struct Outputs: Sendable {
        /// Mean outputs, P × C at training and Q × C at test points.
        public var train, test: Matrix
        /// Standard deviations over initialisations, or of the posterior; the same for each output.
        public var trainDeviations: [Double]?
        /// Of the test points, likewise.
        public var testDeviations: [Double]?
        /// N·variance that fluctuations of the tangent kernel between finite networks make, training points first.
        public var kernelVariance: TangentKernelFluctuations.Variance?
    }

    /// By eigenvectors or steps of kernels that are matrices, or by products with their tiles.
    public enum Way: String, Sendable { case eigenvectors, steps, products }

    /// Network, data and training.
    public let experiment: Experiment
    /// Method, tolerances and memory that were asked for.
    public let settings: LazySettings
    /// How the solution was found.
    public internal(set) var way = Way.eigenvectors
    /// At the recorded steps.
    public internal(set) var recorded: [Outputs] = []
    /// After infinite time; nil where modes of the kernel do not learn independently, or products did not converge.
    public internal(set) var infinity: Outputs?
    /// Of the initial Gaussian process given the labels; nil for other losses than squared, and by products without noise.
    public internal(set) var posterior: Outputs?
    /// Eigenvalues of the tangent kernel, ascending; empty where they are not computed.
    public internal(set) var eigenvalues: [Double] = []
    /// Eigenvalues of the tangent kernel that are not null; nil where they are not computed.
    public internal(set) var rank: Int?
    /// Largest over smallest of these; nil where they are not computed.
    public internal(set) var conditionNumber: Double?
    /// λ_max of the tangent kernel; 0 where it is not computed.
    public internal(set) var largestEigenvalue = 0.0
    /// The learning rate above which training diverges.
    public internal(set) var maximumStableLearningRate = 0.0
    /// Bytes that were foreseen.
    public internal(set) var memory = 0.0
    /// Error estimates of predictions by products.
    public internal(set) var errorEstimates: [Double] = []
    /// Products with the tangent kernel; nil unless solved by them.
    public internal(set) var products: Int?
    /// Relative residuals of conjugate gradients, where they solved for infinite time and the posterior.
    public internal(set) var infinityResidual, posteriorResidual: Double?
    /// What is left out, or less accurate than it might be: sentences.
    public internal(set) var warnings: [String] = []

    /// What a calculation hears from, and tells, its surroundings.
    struct Watch: Sendable {
        let progress: ProgressHandler?
        let shouldStop: @Sendable () -> Bool
    }

    /// - Throws: ``LazyError``, ``KernelError``, and what factorisations throw.
    public init(
        _ experiment: Experiment, settings: LazySettings = .init(), progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        (self.experiment, self.settings) = (experiment, settings)
        let watch = Watch(progress: progress, shouldStop: shouldStop)
        let sizes = LazyMemory(
            trainCount: data.trainCount, testCount: data.testCount, outputCount: data.outputCount, times: steps.count + 1)
        let dense = sizes.dense(withSpread: hasSpread)
        if settings.method == .dense || settings.method == .auto && dense <= Machine.memory / 2 {
            try LazyMemory.check(dense, for: "the kernels as matrices", advice: "use lazy.method: matrix_free")
            memory = dense
            try computeDense(watch)
        } else {
            try computeMatrixFree(watch, sizes)
        }
    }

    /// Training and test points of the experiment.
    public var data: Dataset { experiment.data }
    /// Recorded ones, which `recorded` belongs to.
    public var steps: [Int] { experiment.recordedSteps }
    var training: Training { experiment.training }

    /// Whether outputs at initialisation differ between infinitely wide networks: N(0, NNGP/γ₀²) where the readout is of order 1/√N.
    public var hasSpread: Bool {
        let parameterization = experiment.network.parameterization
        let exponent = parameterization.multiplier.output + parameterization.initialDeviation.output
        return !experiment.network.isCentered && exponent == 0.5
    }

    /// The times that recorded steps stand for.
    var times: [LazyTime] {
        let rate = training.learningRate.base
        return steps.map { settings.isFlow ? .flow(rate * Double($0)) : .step($0) }
    }

    /// Whether modes of the kernel learn independently.
    var isQuadratic: Bool { training.loss == .squared && training.weightDecay == 0 }
}
