import Foundation
import SaddleModels
import SaddleNumerics

/// The section `learning_curve`: a linear teacher, a student linear in its inputs or in random features of them, how it is trained, and the finite systems beside the theory.
public struct LearningCurveStudy: Sendable, Equatable {
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

    /// The section; every key has a default.
    init(_ section: StudySection) {
        spectrum =
            section.value("spectrum", expected: "isotropic, power_law, or a list of eigenvalues of 0 or more such as [1, 0.5]") {
                node -> Spectrum? in
                switch node.scalar?.string {
                case "isotropic": return .isotropic
                case "power_law": return .powerLaw
                default: break
                }
                guard let list = node.sequence, !list.isEmpty else { return nil }
                let numbers = list.compactMap(StudySection.number)
                let isValid = numbers.count == list.count && numbers.allSatisfy { $0 >= 0 } && numbers.contains { $0 > 0 }
                return isValid ? .list(numbers) : nil
            } ?? spectrum
        if case .list(let values) = spectrum { dimension = values.count }
        let given = section.optionalInteger("dimension", atLeast: 1, atMost: 10_000_000)
        if let given, case .list(let values) = spectrum, given != values.count {
            section.reject(
                "dimension",
                "'learning_curve.dimension' is \(given), but 'spectrum' lists \(values.count) eigenvalues; expected no dimension here"
            )
        }
        dimension = given ?? dimension
        samples = section.integer("samples", default: samples, atLeast: 1)
        width =
            section.value("width", expected: "a whole number of features, at least 1, or infinite") { node -> Int?? in
                if node.scalar?.string == "infinite" { return .some(nil) }
                guard let n = StudySection.integer(node), n >= 1, n <= StudySection.largestCount else { return nil }
                return .some(n)
            } ?? width
        activation = section.activation(default: activation)
        if width == nil, !activation.isLinear {
            section.reject(
                "activation",
                "'learning_curve.activation' is \(activation.name), but 'width' is infinite: inputs without random features have no activation; "
                    + "expected a finite width, or linear")
        }
        spectrumExponent = section.number("spectrum_exponent", default: spectrumExponent, "a number from 0 to 10") {
            $0 >= 0 && $0 <= 10
        }
        teacher = Teacher(
            rawValue: section.choice("teacher", default: teacher.rawValue, of: Teacher.allCases.map(\.rawValue)))!
        teacherExponent = section.number("teacher_exponent", default: teacherExponent, "a number from -10 to 10") {
            abs($0) <= 10
        }
        noise = section.number("noise", default: noise, "a number of 0 or more") { $0 >= 0 }
        initialVariance = section.number("initial_variance", default: initialVariance, "a number of 0 or more") { $0 >= 0 }
        method = Method(rawValue: section.choice("method", default: method.rawValue, of: Method.allCases.map(\.rawValue)))!
        learningRate = section.optionalNumber("learning_rate", "a number above 0") { $0 > 0 }
        momentum = section.number("momentum", default: momentum, "a number of 0 or more, at most 0.98") { $0 >= 0 && $0 <= 0.98 }
        usesNesterov = section.flag("nesterov", default: usesNesterov)
        batchSize = section.integer("batch_size", default: min(batchSize, samples), atLeast: 1)
        time = section.optionalNumber("time", "a number above 0, at most 1e15, whole for steps") { $0 > 0 && $0 <= 1e15 }
        repeats = section.integer("repeats", default: repeats, atLeast: 4, atMost: 100_000)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        if let time, [.descent, .sgd, .onePass].contains(method), time != time.rounded() || time > 1e6 {
            section.reject("time", "'learning_curve.time' is \(time); expected a whole number of steps, at most 1000000")
        }
        section.finish()
    }

    var lines: [String] {
        let spectrumText =
            switch spectrum {
            case .isotropic: "isotropic"
            case .powerLaw: "power_law"
            case .list(let values): YAMLText.list(values)
            }
        var lines = [YAMLText.line("spectrum", spectrumText)]
        if case .list = spectrum {} else { lines.append(YAMLText.line("dimension", dimension)) }
        lines += [
            YAMLText.line("samples", samples), YAMLText.line("width", width.map { "\($0)" } ?? "infinite"),
            YAMLText.line("activation", activation.written),
            YAMLText.line("spectrum_exponent", spectrumExponent), YAMLText.line("teacher", teacher.rawValue),
            YAMLText.line("teacher_exponent", teacherExponent), YAMLText.line("noise", noise),
            YAMLText.line("initial_variance", initialVariance), YAMLText.line("method", method.rawValue),
        ]
        if let learningRate { lines.append(YAMLText.line("learning_rate", learningRate)) }
        lines += [
            YAMLText.line("momentum", momentum), YAMLText.line("nesterov", usesNesterov),
            YAMLText.line("batch_size", batchSize),
        ]
        if let time { lines.append(YAMLText.line("time", time)) }
        return lines + [YAMLText.line("repeats", repeats), YAMLText.line("seed", seed)]
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
