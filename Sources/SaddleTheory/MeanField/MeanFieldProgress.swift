import SaddleModels
import SaddleNumerics

/// The statistics of the solutions so far: what a checkpoint holds, and what the prediction is made from.
public struct MeanFieldProgress: Sendable, Equatable {
    /// Observables of each solution.
    public var solutions: StreamingMoments
    /// Samples of N·variance and N·bias, one a direction.
    public var variances: StreamingMoments
    public var biases: StreamingMoments
    /// Sizes of the bases, T × (L − 1) × 2, of each solution.
    public var ranks: StreamingMoments
    /// Noise vectors that found no room to be matched.
    public var unmatched: Int
    private let rankShape: [Int]

    /// Before the first solution.
    public init(_ experiment: Experiment, _ layout: ObservableLayout) {
        rankShape = [experiment.recordedSteps.count, experiment.network.hiddenLayers - 1, 2]
        solutions = StreamingMoments(dimension: layout.count)
        variances = solutions
        biases = solutions
        ranks = StreamingMoments(dimension: rankShape.reduce(1, *))
        unmatched = 0
    }

    mutating func add(_ solution: MeanFieldSweep) {
        solutions.add(solution.observables)
        ranks.add(solution.ranks.map(Double.init))
        unmatched += solution.realization.unmatched
    }

    mutating func add(variance: [Double], bias: [Double]) {
        variances.add(variance)
        biases.add(bias)
    }

    func prediction(_ layout: ObservableLayout, hasCorrections: Bool) -> MeanFieldPrediction {
        var prediction = MeanFieldPrediction(
            layout: layout, mean: solutions.mean, meanError: solutions.meanError, solutions: solutions.count,
            ranks: Tensor(shape: rankShape, elements: ranks.mean))
        if hasCorrections {
            prediction.variance = variances.mean
            prediction.varianceError = variances.meanError
            prediction.bias = biases.mean
            prediction.biasError = biases.meanError
            prediction.directions = variances.count
        }
        if unmatched > 0 {
            prediction.warnings.append(
                "\(unmatched) noise vectors of test points were drawn unmatched for lack of sites; raise 'sites' for smaller errors")
        }
        return prediction
    }
}
