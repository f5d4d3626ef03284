/// An ensemble of random matrices with a theory of its spectrum.
public struct RandomMatrixModel: Sendable, Equatable {
    /// Which matrices.
    public enum Ensemble: String, Sendable, CaseIterable {
        /// Symmetric, entries of variance σ²/N.
        case goe
        /// Hermitian, entries of E|H_ij|² = σ²/N.
        case gue
        /// Sample covariances of D dimensions.
        case wishart
        /// Products of sample covariances.
        case randomFeatures = "random-features"
        /// Sample covariances with single large directions.
        case spiked
        /// A few large eigenvalues plus noise.
        case spikedWigner = "spiked-wigner"
        /// A fixed matrix plus a randomly rotated one.
        case freeSum = "free-sum"
        /// Complex, without symmetry.
        case ginibre
        /// Real, partially symmetric.
        case elliptic
    }

    /// Eigenvalues of what is not random, beside spikes.
    public enum Population: Sendable, Equatable {
        /// All equal to 1.
        case isotropic
        /// λ_k = k^{−α}
        case powerLaw
        /// Each the same number of times.
        case values([Double])
    }

    /// What is added to the population in a free sum: a GOE matrix, a sample covariance, or a rotated copy of it.
    public enum Addend: String, Sendable, CaseIterable { case goe, wishart, population }

    /// Which matrices.
    public var ensemble = Ensemble.wishart
    /// σ of a Wigner matrix.
    public var deviation = 1.0
    /// D/N_i, one for each factor of a covariance.
    public var ratios: [Double] = [0.5]
    /// Of covariances, and of the fixed part of a free sum.
    public var population = Population.isotropic
    /// α of λ_k = k^{−α}.
    public var exponent = 1.0
    /// Of the spiked ensembles: eigenvalues of the population, or of what is added to the noise.
    public var spikes: [Double] = []
    /// Of a free sum.
    public var addend = Addend.goe
    /// τ
    public var symmetry = 0.5
    /// Of the statistic x/(x + ridge).
    public var ridge = 0.1

    /// Sample covariances with D/P = ½ and all other settings as the properties state.
    public init() {}

    /// Whether the matrix is σ times a Gaussian one, plus spikes.
    var isWigner: Bool { [.goe, .gue, .spikedWigner].contains(ensemble) }
    /// β: 1 for real matrices, 2 for complex ones.
    public var beta: Double { ensemble == .gue ? 2 : 1 }
    /// Whether eigenvalues are complex.
    public var isPlanar: Bool { ensemble == .ginibre || ensemble == .elliptic }
    /// Spikes that the ensemble has.
    public var usedSpikes: [Double] { [.spiked, .spikedWigner].contains(ensemble) ? spikes : [] }
}
