import SaddleModels
import SaddleNumerics

extension LazySolution {
    /// What outputs come to.
    public struct Score: Sendable {
        /// Of the mean outputs; nil without samples or labels.
        public var trainLoss, testLoss: Double?
        /// Shares of samples; nil without classes, and while all outputs are zero.
        public var trainAccuracy, testAccuracy: Double?
        /// Root mean square over points of the standard deviation over initialisations.
        public var trainDeviation, testDeviation: Double?
        /// Mean loss over initialisations, where it differs from the loss of the mean (squared loss).
        public var meanTrainLoss, meanTestLoss: Double?
        /// √ of the mean over points of N·variance from fluctuations of the kernel: networks of width N spread by this over √N.
        public var scaledTrainDeviation, scaledTestDeviation: Double?
        /// Their sampling errors; points share their sites, so the errors of all are taken as one.
        public var scaledTrainDeviationError, scaledTestDeviationError: Double?
    }

    /// Losses, accuracies and deviations of outputs on the experiment's own data.
    public func score(_ outputs: Outputs) -> Score {
        var score = Score()
        let loss = training.loss
        func part(_ f: Matrix, _ y: Matrix, _ classes: [Int], _ deviations: [Double]?) -> (Double?, Double?, Double?, Double?) {
            if f.rows == 0 { return (nil, nil, nil, nil) }
            let value = y.rows > 0 ? loss.mean(outputs: f, labels: y) : nil
            let square = deviations.map { $0.reduce(0) { $0 + $1 * $1 } / Double(f.rows) }
            return (
                value, classes.isEmpty ? nil : Self.accuracy(f, classes), square?.squareRoot(),
                loss == .squared ? value.flatMap { value in square.map { value + 0.5 * Double(f.columns) * $0 } } : nil
            )
        }
        (score.trainLoss, score.trainAccuracy, score.trainDeviation, score.meanTrainLoss) = part(
            outputs.train, data.trainLabels, data.trainClasses, outputs.trainDeviations)
        (score.testLoss, score.testAccuracy, score.testDeviation, score.meanTestLoss) = part(
            outputs.test, data.testLabels, data.testClasses, outputs.testDeviations)
        if let variance = outputs.kernelVariance {
            func mean(_ matrix: Matrix, _ rows: Range<Int>) -> Double {
                rows.reduce(0) { sum, i in sum + (0..<matrix.columns).reduce(0) { $0 + matrix[i, $1] } }
                    / Double(rows.count * matrix.columns)
            }
            func deviation(_ rows: Range<Int>) -> (Double?, Double?) {
                if rows.isEmpty { return (nil, nil) }
                let deviation = mean(variance.value, rows).squareRoot()
                return (deviation, deviation > 0 ? mean(variance.error, rows) / (2 * deviation) : 0)
            }
            (score.scaledTrainDeviation, score.scaledTrainDeviationError) = deviation(0..<data.trainCount)
            (score.scaledTestDeviation, score.scaledTestDeviationError) = deviation(data.trainCount..<variance.value.rows)
        }
        return score
    }

    /// Nil while all outputs are zero, which decide nothing.
    private static func accuracy(_ f: Matrix, _ classes: [Int]) -> Double? {
        f.elements.allSatisfy({ $0 == 0 }) ? nil : Classification.accuracy(classes: classes, f)
    }
}
