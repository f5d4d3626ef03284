import SaddleModels
import SaddleNumerics

/// How finely the mean-field theory is solved.
public struct MeanFieldSettings: Sendable {
    /// Sites S a layer: the Monte Carlo size of the solver.
    public var sites: Int
    /// A residual direction enters a basis if its mean square exceeds this fraction of the field's own.
    public var tolerance: Double
    /// Pairs of halved solutions B behind the 1/N corrections, good to a relative error of about 1/√B in N·variance; 0 switches them off.
    public var directions: Int
    /// Independent solutions with matched noise, for the limit and its error bars.
    public var replicas: Int
    public var seed: Int
    /// Whether kernels are recorded beside outputs and losses.
    public var recordsKernels: Bool
    /// How the corrections are computed, and of which observables: names as in ``ScalarRequest``, nil for all.
    public var method: CorrectionMethod
    public var observables: [String]?

    public init(
        sites: Int = 2000, tolerance: Double = 1e-4, directions: Int = 64, replicas: Int = 4, seed: Int = 1,
        recordsKernels: Bool = true, method: CorrectionMethod = .auto, observables: [String]? = nil
    ) {
        self.sites = sites
        self.tolerance = tolerance
        self.directions = directions
        self.replicas = replicas
        self.seed = seed
        self.recordsKernels = recordsKernels
        self.method = method
        self.observables = observables
    }
}

/// N·variance of one named scalar at the recorded times.
public struct ScalarVariance: Sendable, Equatable {
    public var name: String
    public var variance: [Estimate]

    public init(name: String, variance: [Estimate]) {
        self.name = name
        self.variance = variance
    }
}

/// The infinite-width limit of every recorded observable and its 1/N corrections, with Monte Carlo standard errors.
public struct MeanFieldPrediction: Sendable {
    public var layout: ObservableLayout
    /// Infinite-width values and their standard errors, laid out as `layout` says.
    public var mean: [Double]
    public var meanError: [Double]
    /// Independent solutions behind `mean`, and directions behind the corrections.
    public var solutions: Int
    public var directions = 0
    /// N·variance and N·bias over initialisations and their standard errors; empty if no directions were asked for.
    public var variance: [Double] = []
    public var varianceError: [Double] = []
    public var bias: [Double] = []
    public var biasError: [Double] = []
    /// N·variance of the scalars that were asked for by name, where the adjoint computed them.
    public var scalars: [ScalarVariance] = []
    /// Sizes of the forward and backward bases of each hidden-to-hidden matrix, at each recorded time: T × (L−1) × 2, mean over replicas.
    public var ranks: Tensor
    /// Single numbers of every solution, half and shift, scaled to networks of width N; empty in predictions made otherwise.
    public var panels = FluctuationPanels()
    /// What the user should know about this solution, in plain words.
    public var warnings: [String] = []
}
