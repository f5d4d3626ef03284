#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// A linear teacher, a student linear in its inputs or in random features of them, how it is trained, and the finite systems beside the theory.
public struct LearningCurveSettings: Sendable, Equatable {
    /// Eigenvalues of the inputs' covariance Σ.
    public enum Spectrum: Sendable, Equatable {
        /// λ = 1
        case isotropic
        /// λ_k = k^−exponent
        case powerLaw
        /// The eigenvalues themselves.
        case list([Double])
    }
    /// How the teacher's squared weights w_k² follow from the number k of the eigenvector.
    public enum Teacher: String, Sendable, CaseIterable {
        /// All weights of the same size.
        case isotropic
        /// w_k² ∝ k^−exponent
        case powerLaw = "power_law"
    }
    /// How the student is trained.
    public enum Method: String, Sendable, CaseIterable {
        /// Gradient flow, gradient descent, SGD on batches of the same samples, or the minimum with a ridge.
        case flow, descent, sgd, ridge
        /// SGD on batches of samples never seen before.
        case onePass = "one_pass"
    }

    /// D, P and N of the smallest system; theory depends on their ratios only.
    public var dimension = 400
    /// P
    public var samples = 300
    /// Nil: no random features.
    public var width: Int? = 200
    /// φ of the random features; see ``FeatureActivation``.
    public var activation = Activation.linear
    /// Of the inputs.
    public var spectrum = Spectrum.powerLaw
    /// Of a power-law spectrum, λ_k = k^−exponent.
    public var spectrumExponent = 1.2
    /// How the teacher's weights follow from k.
    public var teacher = Teacher.isotropic
    /// Of a power-law teacher, w_k² ∝ k^−exponent.
    public var teacherExponent = 1.0
    /// Variance of the label noise, of the output of the student at initialisation; that of the teacher's output is 1.
    public var noise = 0.2
    /// Variance of the student's output at initialisation.
    public var initialVariance = 0.0
    /// How the student is trained.
    public var method = Method.flow
    /// Nil: half of what is stable.
    public var learningRate: Double?
    /// β, of descent and SGD.
    public var momentum = 0.0
    /// Whether the momentum is Nesterov's.
    public var usesNesterov = false
    /// B, samples of a step of SGD.
    public var batchSize = 20
    /// The last time of gradient flow, or the last step; nil: 10⁵ over the largest eigenvalue, 3000 steps.
    public var time: Double?
    /// Systems of the smallest size, and twice as many of them, for the extrapolation.
    public var repeats = 40
    /// Of the finite systems.
    public var seed = 1

    /// The settings that the properties state.
    public init() {}

    /// The task: signal 1, weights of the student with Var w₀·(μ₁² + μ_*²) tr Σ the variance of its first output.
    public func task() throws -> RegressionTask {
        let population =
            switch spectrum {
            case .isotropic where teacher == .isotropic: try PopulationSpectrum.isotropic(dimension: Double(dimension))
            case .isotropic: try PopulationSpectrum([Double](repeating: 1, count: dimension))
            case .powerLaw: try PopulationSpectrum.powerLaw(count: dimension, exponent: spectrumExponent)
            case .list(let values): try PopulationSpectrum(values)
            }
        let energies = population.eigenvalues.enumerated().map { k, λ in
            λ * (teacher == .powerLaw ? pow(Double(k + 1), -teacherExponent) : 1)
        }
        let sum = energies.reduce(0, +)
        let φ = try FeatureActivation(activation)
        return try RegressionTask(
            spectrum: population, energies: energies.map { $0 / sum }, samples: Double(samples),
            width: width.map(Double.init) ?? .infinity, activation: φ, noise: noise,
            initialVariance: initialVariance / (φ.variance * population.trace))
    }

    private func optimizer(rate: Double) -> RegressionOptimizer {
        RegressionOptimizer(rate: rate, momentum: momentum, usesNesterov: usesNesterov)
    }

    /// Nil for ridge regression.
    public func training(rate: Double) -> RegressionTraining? {
        switch method {
        case .ridge: nil
        case .flow: .flow
        case .descent: .descent(optimizer(rate: rate))
        case .sgd: .batches(optimizer(rate: rate), size: batchSize)
        case .onePass: .onePass(optimizer(rate: rate), size: batchSize)
        }
    }

    /// In words, as in "stochastic gradient descent".
    package var methodText: String {
        let tail = momentum > 0 ? " with \(usesNesterov ? "Nesterov's " : "")momentum \(momentum)" : ""
        return switch method {
        case .flow: "gradient flow"
        case .descent: "gradient descent" + tail
        case .sgd: "SGD, batches of \(batchSize)" + tail
        case .onePass: "one-pass SGD, batches of \(batchSize) fresh samples" + tail
        case .ridge: "ridge regression"
        }
    }
}
