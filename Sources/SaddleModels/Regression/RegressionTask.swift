import SaddleNumerics

/// Linear student and teacher in high dimension, in the limit of many inputs, samples and features.
///
///     x = Σ^{1/2} z ∈ R^D,   y = w*·x + ε,   Var ε = σ²,   student f = w·Ax,   A an N × D matrix of variance 1/N
///
/// Nonlinear features replace Ax by s[φ(Ax/s) − μ₀], with s² = tr Σ/N the variance of an entry of Ax, so that φ sees unit variance and
/// the linear φ is Ax. Infinite width N is the student f = w·x itself. The loss is half the mean of squares over P samples.
public struct RegressionTask: Sendable, Equatable {
    /// Of Σ. Zero eigenvalues are directions in which the data do not extend: neither student nor loss sees them.
    public let spectrum: PopulationSpectrum
    /// m_kλ_kw_k²: what each eigenvalue adds to the variance of w*·x. One for each eigenvalue of the spectrum.
    public let energies: [Double]
    /// P; infinite: the population itself.
    public let samples: Double
    /// N; infinite: no random features.
    public let width: Double
    /// φ of the features; infinitely many features of a nonlinear φ are those of its kernel.
    public let activation: FeatureActivation
    /// σ²
    public let noise: Double
    /// Variance of each initial weight of the student.
    public let initialVariance: Double

    /// A task from the covariance of inputs and what the teacher adds to the variance of labels in each direction.
    ///
    /// - Throws: ``RegressionError`` for a number out of its range, or energy where an eigenvalue is 0.
    /// - Precondition: one energy for each eigenvalue.
    public init(
        spectrum: PopulationSpectrum, energies: [Double], samples: Double, width: Double = .infinity,
        activation: FeatureActivation = .linear, noise: Double = 0, initialVariance: Double = 0
    ) throws(RegressionError) {
        precondition(
            energies.count == spectrum.eigenvalues.count,
            "\(energies.count) energies for \(spectrum.eigenvalues.count) eigenvalues")
        if let k = energies.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
            throw .badEnergy(index: k, value: energies[k])
        }
        if let k = energies.indices.first(where: { energies[$0] > 0 && spectrum.eigenvalues[$0] == 0 }) {
            throw .invisibleEnergy(index: k)
        }
        if !(samples > 0) { throw .badCount("samples", value: samples) }
        if !(width > 0) { throw .badCount("features", value: width) }
        if !(noise.isFinite && noise >= 0) { throw .badVariance("of the label noise", value: noise) }
        if !(initialVariance.isFinite && initialVariance >= 0) {
            throw .badVariance("of the initial weights", value: initialVariance)
        }
        self.spectrum = spectrum
        self.energies = energies
        self.samples = samples
        self.width = width
        self.activation = activation
        self.noise = noise
        self.initialVariance = initialVariance
    }

    /// Var w*·x, the loss of the student that is zero.
    public var signal: Double { energies.reduce(0, +) }

    /// The same teacher with other numbers of samples or features.
    public func with(samples: Double? = nil, width: Double? = nil) throws(RegressionError) -> RegressionTask {
        try RegressionTask(
            spectrum: spectrum, energies: energies, samples: samples ?? self.samples, width: width ?? self.width,
            activation: activation, noise: noise, initialVariance: initialVariance)
    }
}
