import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The comparison of `saddle run` and `saddle verify`, on a small study of the digits 0 and 1 as people make them: tanh, two hidden layers,
/// features learnt. Theory is solved for thirty seeds, so that its own errors are part of what is calibrated, and every study has networks of
/// its own.
extension CalibrationCase {
    public static func studies() throws -> [CalibrationCase] {
        try [
            study(networks: 2, widths: [64, 256], planted: []), study(networks: 10, widths: [64, 256], planted: []),
            study(networks: 50, widths: [64, 256]), study(networks: 500, widths: [64, 256], studies: 60),
            study(networks: 400, widths: [64], steps: 200, studies: 60, planted: []),
        ]
    }

    private static let planted: [PlantedError] = [
        .means2, .means5, .means10, .variances20, .variances50, .variancesLess33, .noBias, .tripledBias, .learningRate5,
    ]

    static func study(
        networks: Int, widths: [Int], steps: Int = 30, studies: Int = 300, planted: [PlantedError] = planted
    ) throws -> CalibrationCase {
        func experiment(_ rate: Double) throws -> Experiment {
            try Study(
                text: """
                    data: {source: digits, classes: [0, 1], train: 10, test: 20}
                    training: {steps: \(steps), learning_rate: \(rate)}
                    record: 10
                    """, file: "calibration"
            ).experiment(includesTheory: true).experiment
        }
        let right = try experiment(0.5), wrong = try experiment(0.525)
        let rate = 1e-3
        let name =
            "run, \(networks) networks of \(widths.count == 1 ? "width" : "widths") \(widths.map(String.init).joined(separator: ", "))"
        func predictions(_ experiment: Experiment) throws -> [MeanFieldPrediction] {
            try (1...min(30, studies)).map { seed in
                let settings = MeanFieldSettings(sites: 500, directions: 64, replicas: 4, seed: seed)
                return try MeanFieldSolver(experiment, settings: settings).predict()
            }
        }
        let theories = try predictions(right)
        let others = planted.contains(.learningRate5) ? try predictions(wrong) : []
        var result = CalibrationCase(
            name + (steps > 30 ? ", converged" : ""), statedRate: rate, planted: planted
        ) { seed in
            let ensembles = try widths.map { width in
                let settings = EnsembleSettings(width: width, networks: networks, seed: 1000 + seed)
                return EnsembleStatistics(width: width, try Ensemble(right, settings).train().state)
            }
            let theory = theories[seed % theories.count]
            return { planted in
                Comparison.make(
                    prediction: planted == .learningRate5 ? others[seed % others.count] : theory.with(planted),
                    steps: right.recordedSteps, ensembles: ensembles, classes: right.data.testClasses, falseAlarmRate: rate
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
