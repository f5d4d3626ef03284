import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// How often the comparison of a study alarms although theory is right, and how often it sees a theory that is wrong by a known amount.
public struct StudyCalibration: Sendable {
    /// What is wrong with the theory.
    public enum PlantedError: Sendable, Hashable, CustomStringConvertible {
        case none
        /// All means, or all variances, or all biases times a factor.
        case means(Double), variances(Double), bias(Double)
        /// Theory for another learning rate.
        case learningRate(Double)

        public static let usual: [PlantedError] = [
            .none, .means(1.02), .means(1.05), .means(1.1), .variances(1.2), .variances(1 / 1.2), .variances(1.5),
            .variances(1 / 1.5),
            .bias(0), .bias(3), .learningRate(1.05),
        ]

        public var description: String {
            switch self {
            case .none: "none"
            case .means(let factor): "means × \(rounded(factor, digits: 3))"
            case .variances(let factor): "variances × \(rounded(factor, digits: 3))"
            case .bias(let factor): "bias × \(rounded(factor, digits: 3))"
            case .learningRate(let factor): "learning rate × \(rounded(factor, digits: 3))"
            }
        }
    }

    public let experiment: Experiment
    public let settings: MeanFieldSettings
    public let widths: [Int]
    public let networks: Int
    public var falseAlarmRate = 1e-3

    public init(_ experiment: Experiment, settings: MeanFieldSettings, widths: [Int], networks: Int) {
        (self.experiment, self.settings, self.widths, self.networks) = (experiment, settings, widths, networks)
    }

    /// The verdict on each error, for theory and networks with the random numbers of `seed`.
    public func comparisons(seed: Int, errors: [PlantedError] = PlantedError.usual) throws -> [PlantedError: Comparison] {
        let ensembles = try widths.map { width in
            let settings = EnsembleSettings(
                width: width, networks: networks, seed: 2 * seed + 1, recordsKernels: settings.recordsKernels)
            return EnsembleStatistics(width: width, try Ensemble(experiment, settings).train().state)
        }
        let right = try prediction(experiment, seed: seed)
        var results: [PlantedError: Comparison] = [:]
        for error in errors {
            var theory = right
            switch error {
            case .none: break
            case .means(let factor): theory.scaleMeans(by: factor)
            case .variances(let factor): theory.scaleVariances(by: factor)
            case .bias(let factor): theory.scaleBias(by: factor)
            case .learningRate(let factor):
                let rate = experiment.training.learningRate
                let wrong = Experiment(
                    network: experiment.network, data: experiment.data,
                    training: experiment.training.with(rate: rate.scaled(by: factor)),
                    recordedSteps: experiment.recordedSteps)
                theory = try prediction(wrong, seed: seed)
            }
            results[error] = Comparison.make(
                prediction: theory, steps: experiment.recordedSteps, ensembles: ensembles,
                classes: experiment.data.testCount > 0 ? experiment.data.testClasses : experiment.data.trainClasses,
                falseAlarmRate: falseAlarmRate)
        }
        return results
    }

    /// A line of `table`: how often each verdict was reached.
    public struct Row: Sendable {
        public let error: PlantedError
        public fileprivate(set) var counts: [Verdict: Int] = [:]
        /// Why, where the verdict was "disagrees" or "cannot tell".
        public fileprivate(set) var alarms: [String] = []

        public static var header: String {
            "| theory's mistake | " + Verdict.allCases.map(\.rawValue).joined(separator: " | ") + " |\n"
                + "|---|" + Verdict.allCases.map { _ in "---|" }.joined()
        }

        public var line: String {
            "| \(error) | " + Verdict.allCases.map { "\(counts[$0] ?? 0)" }.joined(separator: " | ") + " |"
        }
    }

    /// - Parameter progress: called with the number of studies done.
    public func table(
        studies: Int, errors: [PlantedError] = PlantedError.usual, progress: (Int) throws -> Void = { _ in }
    ) throws -> [Row] {
        var rows = errors.map { Row(error: $0) }
        for seed in 0..<studies {
            let found = try comparisons(seed: seed, errors: errors)
            for i in rows.indices {
                let comparison = found[rows[i].error]!
                rows[i].counts[comparison.verdict, default: 0] += 1
                if comparison.verdict == .disagrees || comparison.verdict == .cannotTell {
                    rows[i].alarms.append(
                        "study \(seed): \(comparison.summary) \(comparison.widths.flatMap(\.reasons).joined(separator: " "))")
                }
            }
            try progress(seed + 1)
        }
        return rows
    }

    /// A small study of the digits 0 and 1, as people make them: tanh, two hidden layers, features learnt.
    public static func digits(networks: Int, widths: [Int]) throws -> StudyCalibration {
        let study = try Study(
            text:
                "{data: {source: digits, classes: [0, 1], train: 10, test: 20}, training: {steps: 30, learning_rate: 0.5}, record: 10}",
            file: "calibration.yaml")
        let experiment = try study.experiment(includesTheory: true).experiment
        return StudyCalibration(
            experiment, settings: MeanFieldSettings(sites: 500, directions: 64, replicas: 4), widths: widths, networks: networks)
    }

    private func prediction(_ experiment: Experiment, seed: Int) throws -> MeanFieldPrediction {
        var settings = settings
        settings.seed = 2 * seed
        return try MeanFieldSolver(experiment, settings: settings).predict()
    }
}

extension Training {
    fileprivate func with(rate: LearningRate) -> Training {
        var result = self
        result.learningRate = rate
        return result
    }
}

extension LearningRate {
    fileprivate func scaled(by factor: Double) -> LearningRate {
        var result = self
        result.base *= factor
        return result
    }
}

extension MeanFieldPrediction {
    fileprivate mutating func scaleMeans(by factor: Double) {
        for path in [\MeanFieldPrediction.mean, \.meanError] { self[keyPath: path] = self[keyPath: path].map { $0 * factor } }
        panels.solutions = panels.solutions.map { $0.map { $0 * factor } }
        panels.limits = panels.limits.map { $0.map { $0 * factor } }
    }

    fileprivate mutating func scaleVariances(by factor: Double) {
        for path in [\MeanFieldPrediction.variance, \.varianceError] {
            self[keyPath: path] = self[keyPath: path].map { $0 * factor }
        }
        panels.halves = panels.halves.map { $0.map { $0 * factor.squareRoot() } }
    }

    fileprivate mutating func scaleBias(by factor: Double) {
        // The error bar stays: the factor is the mistake.
        let mean = panels.shifts[0].indices.map { i in panels.shifts.reduce(0) { $0 + $1[i] } / Double(panels.shifts.count) }
        bias = bias.map { $0 * factor }
        panels.shifts = panels.shifts.map { zip($0, mean).map { $0 + (factor - 1) * $1 } }
    }
}
