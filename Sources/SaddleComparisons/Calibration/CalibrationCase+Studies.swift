import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The comparison of `saddle run` and `saddle verify`, on a small study of the digits 0 and 1 as people make them: tanh, two hidden layers,
/// features learnt. Theory is solved for thirty seeds, so that its own errors are part of what is calibrated, and every study has networks of
/// its own.
extension CalibrationCase {
    /// Studies of few and many networks, of coarse and converged theory, with the mistakes that each is able to show.
    ///
    /// - Throws: What loading the digits or solving the theory throws; the theories of all studies are solved here.
    public static func studies() throws -> [CalibrationCase] {
        let fine = try Theories(steps: 30, seeds: 5, directions: 500, learningRateToo: false)
        let usual = try Theories(steps: 30, seeds: 30)
        let converged = try Theories(steps: 200, seeds: 10, learningRateToo: false)
        return [
            study(
                fine, networks: 500, studies: 30, remark: ", 500 directions",
                planted: [.variances20, .variances50, .variancesLess33, .noBias, .tripledBias]),
            study(usual, networks: 2, planted: []), study(usual, networks: 10, planted: []), study(usual, networks: 50),
            study(usual, networks: 500, studies: 60),
            study(converged, networks: 400, widths: [64], studies: 60, planted: []),
        ]
    }

    /// One experiment, solved with several seeds; the same at a learning rate that is 5 % too large.
    struct Theories: Sendable {
        let experiment: Experiment
        let right, wrongRate: [MeanFieldPrediction]

        init(steps: Int, seeds: Int, directions: Int = 64, learningRateToo: Bool = true) throws {
            let digits = DataSource(source: "digits", classes: [0, 1], train: 10, test: 20)
            func experiment(_ rate: Double) throws -> Experiment {
                Experiment(
                    network: Network(hiddenLayers: 2, activation: .tanh), data: try digits.load(loss: .squared).dataset,
                    training: Training(steps: steps, learningRate: LearningRate(base: rate)),
                    recordedSteps: Experiment.logSpacedSteps(10, upTo: steps))
            }
            func solve(_ experiment: Experiment) throws -> [MeanFieldPrediction] {
                try (1...seeds).map { seed in
                    let settings = MeanFieldSettings(sites: 500, directions: directions, replicas: 4, seed: seed)
                    return try MeanFieldSolver(experiment, settings: settings).predict()
                }
            }
            self.experiment = try experiment(0.5)
            right = try solve(self.experiment)
            wrongRate = learningRateToo ? try solve(try experiment(0.525)) : []
        }
    }

    private static let planted: [PlantedError] = [
        .means2, .means5, .means10, .variances20, .variances50, .variancesLess33, .noBias, .tripledBias, .learningRate5,
    ]

    static func study(
        _ theories: Theories, networks: Int, widths: [Int] = [64, 256], studies: Int = 300, remark: String = "",
        planted: [PlantedError] = planted
    ) -> CalibrationCase {
        let (experiment, rate) = (theories.experiment, 1e-3)
        let name =
            "run, \(networks) networks of \(widths.count == 1 ? "width" : "widths") \(widths.map(String.init).joined(separator: ", "))"
        var result = CalibrationCase(
            name + (experiment.training.steps > 30 ? ", converged" : "") + remark, statedRate: rate, planted: planted
        ) { seed in
            let ensembles = try widths.map { width in
                let settings = EnsembleSettings(width: width, networks: networks, seed: 1000 + seed)
                return EnsembleStatistics(width: width, try Ensemble(experiment, settings).train().state)
            }
            let k = seed % theories.right.count
            return { planted in
                Comparison.make(
                    prediction: planted == .learningRate5 ? theories.wrongRate[k] : theories.right[k].with(planted),
                    steps: experiment.recordedSteps, ensembles: ensembles, classes: experiment.data.testClasses,
                    falseAlarmRate: rate
                ).verdict
            }
        }
        result.studies = studies
        return result
    }
}

extension MeanFieldPrediction {
    /// Off the other way round from what `PlantedError` does to measurements.
    fileprivate func with(_ planted: PlantedError?) -> MeanFieldPrediction {
        var result = self
        let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
        func scale(_ values: inout [Double], _ factor: Double) { values = values.map { $0 * factor } }
        func scale(_ rows: inout [[Double]], _ factor: Double) { rows = rows.map { $0.map { $0 * factor } } }
        if factors.mean != 1 {
            for path in [\MeanFieldPrediction.mean, \.meanError, \.meanTruncation, \.meanSiteBias] {
                scale(&result[keyPath: path], 1 / factors.mean)
            }
            scale(&result.panels.solutions, 1 / factors.mean)
            scale(&result.panels.limits, 1 / factors.mean)
        }
        if factors.variance != 1 {
            for path in [\MeanFieldPrediction.variance, \.varianceError, \.varianceTruncation] {
                scale(&result[keyPath: path], 1 / factors.variance)
            }
            scale(&result.panels.halves, (1 / factors.variance).squareRoot())
            for k in result.nextVariances.indices {
                result.nextVariances[k].value /= factors.variance
                result.nextVariances[k].error /= factors.variance
            }
        }
        if planted == .noBias || planted == .tripledBias {
            // The error bar stays: the factor is the mistake.
            let factor = planted == .noBias ? 0.0 : 3
            let rows = panels.shifts
            let mean = rows[0].indices.map { i in rows.reduce(0) { $0 + $1[i] } / Double(rows.count) }
            scale(&result.bias, factor)
            result.panels.shifts = rows.map { zip($0, mean).map { $0 + (factor - 1) * $1 } }
        }
        return result
    }
}
