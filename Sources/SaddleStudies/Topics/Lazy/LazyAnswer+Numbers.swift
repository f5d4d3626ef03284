import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LazyAnswer {
    /// What outputs come to.
    struct Score: Encodable {
        var trainLoss, testLoss: Double?
        var trainAccuracy, testAccuracy: Double?
        /// Root mean square over points of the standard deviation over initialisations.
        var trainDeviation, testDeviation: Double?
        /// Mean loss over initialisations, where it differs from the loss of the mean (squared loss).
        var meanTrainLoss, meanTestLoss: Double?
        /// √ of the mean over points of N·variance from fluctuations of the kernel: networks of width N spread by this over √N.
        var scaledTrainDeviation, scaledTestDeviation: Double?
        /// Their sampling errors; points share their sites, so the errors of all are taken as one.
        var scaledTrainDeviationError, scaledTestDeviationError: Double?
    }

    struct Numbers: Encodable {
        var way: String
        var trainSamples, testSamples, outputs: Int
        var maximumStableLearningRate, largestEigenvalue: Double
        var conditionNumber: Double?
        var rank: Int?
        var memoryBytes: Double
        var products: Int?
        var errorEstimates: [Double]?
        /// ‖y − Θα‖/‖y‖ of solutions without matrices: what conjugate gradients left.
        var infinityResidual, posteriorResidual: Double?
        var steps: [Int]
        var recorded: [Score]
        var infinity: Score?
        var nngpPosterior: Score?
    }

    func score(_ outputs: Outputs) -> Score {
        var score = Score()
        let loss = study.training.loss
        func part(_ f: Matrix, _ y: Matrix, _ classes: [Int], _ deviations: [Double]?) -> (Double?, Double?, Double?, Double?) {
            if f.rows == 0 { return (nil, nil, nil, nil) }
            let value = loss.mean(outputs: f, labels: y)
            let square = deviations.map { $0.reduce(0) { $0 + $1 * $1 } / Double(f.rows) }
            return (
                value, classes.isEmpty ? nil : Self.accuracy(f, classes), square?.squareRoot(),
                loss == .squared ? square.map { value + 0.5 * Double(f.columns) * $0 } : nil
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

    var numbers: Numbers {
        Numbers(
            way: way, trainSamples: data.trainCount, testSamples: data.testCount, outputs: data.outputCount,
            maximumStableLearningRate: maximumStableLearningRate, largestEigenvalue: largestEigenvalue,
            conditionNumber: conditionNumber, rank: rank, memoryBytes: memory, products: products,
            errorEstimates: errorEstimates.isEmpty ? nil : errorEstimates, infinityResidual: infinityResidual,
            posteriorResidual: posteriorResidual, steps: steps, recorded: recorded.map(score),
            infinity: infinity.map(score), nngpPosterior: posterior.map(score))
    }

    /// T × P × C and so on; the last axis is dropped for one output.
    var arrays: [(name: String, array: Tensor)] {
        func stack(_ parts: [Matrix]) -> Tensor {
            let (n, c) = (parts.first?.rows ?? 0, data.outputCount)
            return Tensor(
                shape: [parts.count, n] + (c == 1 ? [] : [c]), elements: parts.flatMap { $0.transposed.elements })
        }
        func single(_ part: Matrix) -> Tensor {
            Tensor(shape: [part.rows] + (part.columns == 1 ? [] : [part.columns]), elements: part.transposed.elements)
        }
        func vectors(_ parts: [[Double]]) -> Tensor {
            Tensor(shape: [parts.count, parts.first?.count ?? 0], elements: parts.flatMap { $0 })
        }
        var result: [(name: String, array: Tensor)] = [
            ("time", Tensor(shape: [steps.count], elements: steps.map(Double.init))),
            ("train_output", stack(recorded.map(\.train))), ("test_output", stack(recorded.map(\.test))),
        ]
        if hasSpread && way == "eigenvectors" {
            result.append(("train_output_deviation", vectors(recorded.compactMap(\.trainDeviations))))
            result.append(("test_output_deviation", vectors(recorded.compactMap(\.testDeviations))))
        }
        let variances = recorded.compactMap(\.kernelVariance)
        if variances.count == recorded.count {
            let (p, n) = (data.trainCount, data.trainCount + data.testCount)
            func rows(_ part: Range<Int>, _ matrix: KeyPath<TangentKernelFluctuations.Variance, Matrix>) -> Tensor {
                stack(variances.map { $0[keyPath: matrix].selectingRows(Array(part)) })
            }
            result += [
                ("train_output_kernel_variance", rows(0..<p, \.value)), ("test_output_kernel_variance", rows(p..<n, \.value)),
                ("train_output_kernel_variance_error", rows(0..<p, \.error)),
                ("test_output_kernel_variance_error", rows(p..<n, \.error)),
            ]
        }
        if let infinity {
            result += [("train_output_infinity", single(infinity.train)), ("test_output_infinity", single(infinity.test))]
            if let deviations = infinity.testDeviations {
                result.append(("test_output_infinity_deviation", Tensor(shape: [deviations.count], elements: deviations)))
            }
        }
        if let posterior {
            result.append(("nngp_posterior_mean", single(posterior.test)))
            if let deviations = posterior.testDeviations {
                result.append(("nngp_posterior_deviation", Tensor(shape: [deviations.count], elements: deviations)))
            }
        }
        if !eigenvalues.isEmpty { result.append(("eigenvalues", Tensor(shape: [eigenvalues.count], elements: eigenvalues))) }
        return result
    }
}
