import SaddleModels
import SaddleNumerics

/// How finely the mean-field theory is solved.
public struct MeanFieldSettings: Sendable, Equatable {
    /// Relative error of N·variance that is aimed at; nil where `directions` says how much is done.
    public var accuracy: Double?
    /// Sites S a layer that were asked for: the Monte Carlo size of the solver. Nil: as many as the accuracy needs.
    public var statedSites: Int?
    /// S: as stated, or else 1000, with an accuracy 500.
    public var sites: Int {
        get { statedSites ?? (accuracy == nil ? 1000 : 500) }
        set { statedSites = newValue }
    }
    /// A residual direction enters a basis if its mean square exceeds this fraction of the field's own.
    public var tolerance: Double
    /// Pairs of halved solutions B behind the 1/N corrections, good to a relative error of about 1/√B in N·variance; 0 switches them off.
    public var directions: Int
    /// The same where it, and not an accuracy, says how much is done.
    public var statedDirections: Int? {
        get { accuracy == nil ? directions : nil }
        set { if let newValue { (directions, accuracy) = (newValue, nil) } }
    }
    /// Independent solutions with matched noise, for the limit and its error bars.
    public var replicas: Int
    /// Seed of all noise.
    public var seed: Int
    /// Whether kernels are recorded beside outputs and losses.
    public var recordsKernels: Bool
    /// Whether feature kernels between all pairs of recorded times are kept, ``TwoTimeKernels``.
    public var recordsTwoTime: Bool
    /// How the corrections are computed, and of which observables: names as in ``ScalarRequest``, nil for all.
    public var method: CorrectionMethod
    /// Names of the scalars, as in ``ScalarRequest``; nil for all observables.
    public var observables: [String]?

    /// By default 2000 sites, four replicas and 64 directions; an `accuracy` takes the place of the directions.
    public init(
        accuracy: Double? = nil, sites: Int? = 2000, tolerance: Double = 1e-4, directions: Int = 64, replicas: Int = 4,
        seed: Int = 1, recordsKernels: Bool = true, recordsTwoTime: Bool = false, method: CorrectionMethod = .auto,
        observables: [String]? = nil
    ) {
        self.accuracy = accuracy
        statedSites = sites
        self.tolerance = tolerance
        self.directions = directions
        self.replicas = replicas
        self.seed = seed
        self.recordsKernels = recordsKernels
        self.recordsTwoTime = recordsTwoTime
        self.method = method
        self.observables = observables
    }
}

/// N·variance of one named scalar at the recorded times.
public struct ScalarVariance: Sendable, Equatable {
    /// The scalar, named as in ``ScalarRequest``.
    public var name: String
    /// With sampling errors.
    public var variance: [Estimate]
    /// Truncation error of each.
    public var truncation: [Double]

    /// One variance and truncation error for each recorded time.
    public init(name: String, variance: [Estimate], truncation: [Double]) {
        self.name = name
        self.variance = variance
        self.truncation = truncation
    }

    /// Sampling and truncation errors together.
    public var errors: [Double] { zip(variance, truncation).map { hypotenuse($0.standardError, $1) } }
}

/// The infinite-width limit of every recorded observable and its 1/N corrections.
///
/// Every number has independent errors: the standard error of sampling; that of truncation, which is what `tolerance`
/// leaves out of the bases; and, of means, the bias of a finite number of sites. An error that is not known is infinite.
public struct MeanFieldPrediction: Sendable {
    /// Which number is where in the arrays.
    public var layout: ObservableLayout
    /// Infinite-width values and their errors, laid out as `layout` says.
    public var mean: [Double]
    /// Standard errors of sampling.
    public var meanError: [Double]
    /// What `tolerance` leaves out of the bases.
    public var meanTruncation: [Double]
    /// Independent solutions behind `mean`, and directions behind the corrections.
    public var solutions: Int
    /// Pairs of halved solutions behind the corrections.
    public var directions = 0
    /// Narrow networks of each of two widths behind the corrections, and the larger of these; 0 where directions are.
    public var networks = 0
    /// Width of the wider networks behind the corrections; 0 where directions are.
    public var networkWidth = 0
    /// N·variance and N·bias over initialisations and their errors; empty if no directions were asked for.
    public var variance: [Double] = []
    /// Standard errors of sampling of N·variance.
    public var varianceError: [Double] = []
    /// What networks of a finite width add to N·variance of losses (``atWidth(_:)``); empty where directions made the corrections.
    public var nextVariances: [NextVariance] = []
    /// N·bias, laid out like `mean`.
    public var bias: [Double] = []
    /// Standard errors of sampling of N·bias.
    public var biasError: [Double] = []
    var knownSiteBias: [Double]?
    var knownVarianceTruncation: [Double]?
    var knownBiasTruncation: [Double]?
    /// N·variance of the scalars that were asked for by name, where the adjoint computed them.
    public var scalars: [ScalarVariance] = []
    /// Sizes of the forward and backward bases of each hidden-to-hidden matrix, at each recorded time: T × (L−1) × 2, mean over replicas.
    public var ranks: Tensor
    /// Single numbers of every solution, half and shift, scaled to networks of width N; empty in predictions made otherwise.
    public var panels = FluctuationPanels()
    /// Nil unless asked for.
    public var twoTimeKernels: TwoTimeKernels?
    /// What the user should know about this solution, in plain words.
    public var warnings: [String] = []
}

extension MeanFieldPrediction {
    /// The error of means that a finite number of sites makes beyond sampling, of order 1/S (Documentation/MeanField.md); zero without directions, which tell it.
    public var meanSiteBias: [Double] {
        get { knownSiteBias ?? mean.map { _ in 0 } }
        set { knownSiteBias = newValue }
    }
    /// Truncation errors of N·variance and N·bias; zero where none were set.
    public var varianceTruncation: [Double] {
        get { knownVarianceTruncation ?? variance.map { _ in 0 } }
        set { knownVarianceTruncation = newValue }
    }
    /// Truncation error of N·bias.
    public var biasTruncation: [Double] {
        get { knownBiasTruncation ?? bias.map { _ in 0 } }
        set { knownBiasTruncation = newValue }
    }

    /// Independent samples behind every variance, and behind every bias.
    public var varianceSamples: Int { networks > 0 ? networks : 2 * directions }
    /// Independent samples behind every bias.
    public var biasSamples: Int { networks > 0 ? networks : directions }

    /// All errors of one number together.
    public func meanTotalError(at i: Int) -> Double {
        hypotenuse(hypotenuse(meanError[i], meanTruncation[i]), knownSiteBias?[i] ?? 0)
    }
    /// All errors of one N·variance together.
    public func varianceTotalError(at i: Int) -> Double { hypotenuse(varianceError[i], knownVarianceTruncation?[i] ?? 0) }
    /// All errors of one N·bias together.
    public func biasTotalError(at i: Int) -> Double { hypotenuse(biasError[i], knownBiasTruncation?[i] ?? 0) }

    /// Of all numbers.
    public var meanTotalError: [Double] { mean.indices.map(meanTotalError(at:)) }
    /// Of all N·variances, laid out like `variance`.
    public var varianceTotalError: [Double] { variance.indices.map(varianceTotalError(at:)) }
    /// Of all N·biases, laid out like `bias`.
    public var biasTotalError: [Double] { bias.indices.map(biasTotalError(at:)) }
}

/// √(a² + b²), infinite if one of the two is.
package func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
