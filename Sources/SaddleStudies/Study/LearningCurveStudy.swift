import Foundation
import SaddleModels
import SaddleNumerics

/// The section `learning_curve`: a linear teacher, a student linear in its inputs or in random features of them, how it is trained, and the finite systems beside the theory.
public struct LearningCurveStudy: Settings, Equatable {
    public enum Spectrum: Sendable, Equatable {
        /// λ = 1
        case isotropic
        /// λ_k = k^−exponent
        case powerLaw
        case list([Double])
    }
    public enum Teacher: String, Sendable, CaseIterable {
        /// All weights of the same size.
        case isotropic
        /// w_k² ∝ k^−exponent
        case powerLaw = "power_law"
    }
    public enum Method: String, Sendable, CaseIterable {
        case flow, descent, sgd, ridge
        case onePass = "one_pass"
    }

    /// D, P and N of the smallest system; theory depends on their ratios only.
    public var dimension = 400
    public var samples = 300
    /// Nil: no random features.
    public var width: Int? = 200
    /// φ of the random features; see ``FeatureActivation``.
    public var activation = Activation.linear
    public var spectrum = Spectrum.powerLaw
    public var spectrumExponent = 1.2
    public var teacher = Teacher.isotropic
    public var teacherExponent = 1.0
    /// Variance of the label noise, of the output of the student at initialisation; that of the teacher's output is 1.
    public var noise = 0.2
    public var initialVariance = 0.0
    public var method = Method.flow
    /// Nil: half of what is stable.
    public var learningRate: Double?
    public var momentum = 0.0
    public var usesNesterov = false
    public var batchSize = 20
    /// The last time of gradient flow, or the last step; nil: 10⁵ over the largest eigenvalue, 3000 steps.
    public var time: Double?
    /// Systems of the smallest size, and twice as many of them, for the extrapolation.
    public var repeats = 40
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("spectrum", \.spectrum, spectrumKind, "Eigenvalues of the inputs' covariance."),
        Key("dimension", \.dimension, .integer(atLeast: 1, atMost: 10_000_000), "D, components of an input."),
        Key("samples", \.samples, .integer(atLeast: 1), "P, the size of the training set."),
        Key(
            "width", \.width, .word("infinite", or: .integer(atLeast: 1)),
            "N, random features of the inputs; infinite: the inputs themselves."),
        .activation(\.activation, "φ of the random features; needs a linear part."),
        Key("spectrum_exponent", \.spectrumExponent, .number(0...10), "Of a power-law spectrum, λ_k = k^−exponent."),
        Key("teacher", \.teacher, .choice, "How the teacher's squared weights fall along the spectrum."),
        Key("teacher_exponent", \.teacherExponent, .number(-10...10), "Of a power-law teacher, w_k² ∝ k^−exponent."),
        Key("noise", \.noise, .number(atLeast: 0), "Variance of the label noise; the signal's is 1."),
        Key("initial_variance", \.initialVariance, .number(atLeast: 0), "Variance of the student's output at initialisation."),
        Key("method", \.method, .choice, "How the student is trained."),
        Key(
            "learning_rate", \.learningRate, .optional(.number(above: 0)),
            "η; half of what is stable unless given."),
        Key("momentum", \.momentum, .number(0...0.98), "Of the heavy ball."),
        Key("nesterov", \.usesNesterov, .flag, "Whether the momentum is Nesterov's."),
        Key("batch_size", \.batchSize, .integer(atLeast: 1), "Samples of a step of sgd or one_pass."),
        Key(
            "time", \.time, .optional(.number("a number above 0, at most 1e15, whole for steps") { $0 > 0 && $0 <= 1e15 }),
            "The last time of flow, or the last step; 10⁵ over the largest eigenvalue, or 3000 steps, unless given."),
        Key("repeats", \.repeats, .integer(atLeast: 4, atMost: 100_000), "Systems of the smallest size that are simulated."),
        Key("seed", \.seed, .seed, "Of the simulation's random numbers."),
    ]

    private static let spectrumKind = Kind<Spectrum>(
        "isotropic, power_law, or a list of eigenvalues of 0 or more such as [1, 0.5]", words: ["isotropic", "power_law"],
        isList: true,
        read: { node, _ in
            switch node.scalar?.string {
            case "isotropic": return .isotropic
            case "power_law": return .powerLaw
            default: break
            }
            guard let list = node.sequence, !list.isEmpty else { return nil }
            let numbers = list.compactMap(StudySection.number)
            let isValid = numbers.count == list.count && numbers.allSatisfy { $0 >= 0 } && numbers.contains { $0 > 0 }
            return isValid ? .list(numbers) : nil
        },
        write: { spectrum in
            switch spectrum {
            case .isotropic: "isotropic"
            case .powerLaw: "power_law"
            case .list(let values): YAMLText.list(values)
            }
        })

    mutating func complete(_ section: StudySection) {
        if case .list(let values) = spectrum {
            if section.has("dimension"), dimension != values.count {
                section.reject(
                    "dimension",
                    "'learning_curve.dimension' is \(dimension), but 'spectrum' lists \(values.count) eigenvalues; expected no dimension here"
                )
            }
            dimension = values.count
        }
        if width == nil, !activation.isLinear {
            section.reject(
                "activation",
                "'learning_curve.activation' is \(activation.name), but 'width' is infinite: inputs without random features have no activation; "
                    + "expected a finite width, or linear")
        }
        if !section.has("batch_size") { batchSize = min(batchSize, samples) }
        if let time, [.descent, .sgd, .onePass].contains(method), time != time.rounded() || time > 1e6 {
            section.reject("time", "'learning_curve.time' is \(time); expected a whole number of steps, at most 1000000")
        }
    }

    /// The task: signal 1, weights of the student with Var w₀·(μ₁² + μ_*²) tr Σ the variance of its first output.
    func task() throws -> RegressionTask {
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

    func optimizer(rate: Double) -> RegressionOptimizer {
        RegressionOptimizer(rate: rate, momentum: momentum, usesNesterov: usesNesterov)
    }

    /// Nil for ridge regression.
    func training(rate: Double) -> RegressionTraining? {
        switch method {
        case .ridge: nil
        case .flow: .flow
        case .descent: .descent(optimizer(rate: rate))
        case .sgd: .batches(optimizer(rate: rate), size: batchSize)
        case .onePass: .onePass(optimizer(rate: rate), size: batchSize)
        }
    }

    /// In words, as in "stochastic gradient descent".
    var methodText: String {
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
