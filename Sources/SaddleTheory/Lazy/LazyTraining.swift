import SaddleModels
import SaddleNumerics

/// Full-batch training of an infinitely wide network in the lazy limit, for squared loss, mode by mode of the tangent kernel.
///
///     fₜ(X) = f₀ + Θαₜ,   fₜ(x) = f₀(x) + Θ(x, X)αₜ,   αₜ = V diag(cₜ) Vᵀ (y − f₀),      Θ = VΛVᵀ
///
/// One eigen-decomposition, then every time costs two matrix products, whether it is the tenth step or the ten millionth.
/// Gradient descent with the actual learning rate, momentum (heavy ball or Nesterov) and schedule; gradient flow; infinite time.
/// Any number of outputs, which share the kernel. Jacot, Gabriel, Hongler 2018; Lee et al. 2019, equations 13 to 16.
///
/// Null modes of the kernel (repeated points, zero inputs, fewer directions than points) move at no time in the training
/// outputs; two equal points with different labels both go to the mean label.
public struct LazyTraining: Sendable {
    /// Eigenvalues and eigenvectors of the kernel, with its null modes.
    public let spectrum: SemidefiniteSpectrum
    /// y, P × C.
    public let labels: Matrix
    /// Squared loss, full batches, no weight decay.
    public let training: Training

    /// - Parameters:
    ///   - kernel: The tangent kernel of the training points, P × P.
    ///   - accuracy: Relative accuracy of the kernel's entries (see ``SemidefiniteSpectrum``).
    /// - Throws: ``SemidefiniteError``; ``LazyError/unsupported(_:)`` for other losses, weight decay or mini-batches.
    public init(kernel: Matrix, labels: Matrix, training: Training, accuracy: Double = .ulpOfOne) throws {
        precondition(kernel.rows == labels.rows, "kernel of \(kernel.rows) points, labels of \(labels.rows)")
        try Self.check(training, points: labels.rows)
        spectrum = try SemidefiniteSpectrum(kernel, accuracy: accuracy)
        self.labels = labels
        self.training = training
    }

    /// The learning rate above which the largest mode grows without bounds; infinite for a kernel that is zero.
    ///
    ///     2(1+β)P/λ_max (heavy ball),   2(1+β)P/((1+2β)λ_max) (Nesterov)
    public var maximumStableLearningRate: Double {
        training.maximumStableLearningRate(largestEigenvalue: spectrum.largest, points: labels.rows)
    }

    /// Mean outputs at the given times.
    ///
    /// - Parameters:
    ///   - cross: Θ(test, train), Q × P; nil for training points only.
    ///   - initial: f₀ at training and test points; nil for zero, as in a centred network or the mean over initialisations.
    /// - Throws: ``LazyError/unstable(learningRate:maximum:)``, ``LazyError/diverged(step:learningRate:maximum:)``.
    public func predictions(
        at times: [LazyTime], cross: Matrix? = nil, initial: (train: Matrix, test: Matrix)? = nil
    ) throws -> [LazyPrediction] {
        let responses = try responses(at: times)
        let testCount = cross?.rows ?? 0
        precondition(
            cross.map { $0.columns == labels.rows } ?? true, "cross kernel with \(cross!.columns) columns for \(labels.rows)")
        var initialErrors = labels
        if let initial { initialErrors.add(initial.train, scale: -1) }
        let modes = spectrum.vectors.ᵀ * initialErrors
        let testModes = cross.map { $0 * spectrum.vectors }
        return zip(times, responses).map { time, response in
            func apply(_ basis: Matrix, _ factors: [Double]) -> Matrix {
                var scaled = modes
                scaled.scaleRows(by: factors)
                return basis * scaled
            }
            var train = apply(spectrum.vectors, zip(spectrum.values, response.coefficients).map { $0 * $1 })
            var test = testModes.map { apply($0, response.coefficients) } ?? Matrix(rows: 0, columns: labels.columns)
            if let initial {
                precondition(initial.test.rows == testCount, "\(initial.test.rows) initial outputs of \(testCount) test points")
                train.add(initial.train)
                test.add(initial.test)
            }
            return LazyPrediction(
                time: time, trainOutputs: train, testOutputs: test, trainErrors: apply(spectrum.vectors, response.residuals))
        }
    }

    static func check(_ training: Training, points: Int) throws {
        if training.loss != .squared {
            throw LazyError.unsupported(
                "modes of the kernel are independent for squared loss only; use LazyDescent for other losses")
        }
        if training.weightDecay != 0 {
            throw LazyError.unsupported(
                "weight decay shrinks the initial weights and so changes the tangent kernel; use LazyDescent, which follows it")
        }
        if let size = training.batchSize, size < points {
            throw LazyError.unsupported("training in the lazy limit is predicted for full batches, not for batches of \(size)")
        }
    }
}

/// Outputs at one time.
public struct LazyPrediction: Sendable {
    /// The time that the outputs are at.
    public let time: LazyTime
    /// P × C and Q × C.
    public let trainOutputs, testOutputs: Matrix
    /// Δ = −∂ℓ/∂f at the training points, y − f for squared loss; small ones keep their relative accuracy here.
    public let trainErrors: Matrix
}

/// What each mode of the kernel has done by a time.
public struct ModeResponse: Sendable {
    /// c with α = c·e₀, where e₀ is the initial error along the mode.
    public let coefficients: [Double]
    /// e/e₀ = 1 − λc
    public let residuals: [Double]
}

extension Training {
    /// The learning rate above which descent on a quadratic loss of this curvature λ_max/P diverges, weight decay included.
    public func maximumStableLearningRate(largestEigenvalue: Double, points: Int) -> Double {
        let limit = ModeDynamics(momentum: momentum, usesNesterov: usesNesterov).stabilityLimit
        return limit / (largestEigenvalue / Double(points) + weightDecay)
    }

    /// Whether the rate is the same at every step.
    package var hasConstantRate: Bool { learningRate.warmup == 0 && learningRate.decay == .constant }
}
