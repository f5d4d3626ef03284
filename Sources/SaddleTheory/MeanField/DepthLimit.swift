import SaddleModels
import SaddleNumerics

/// A residual network whose branches shrink with the depth, solved at several depths and extrapolated to L → ∞ after N → ∞:
///
///     q(N, L) = q∞∞ + c/L + b_L/N + …,      b_L = b∞ + O(1/L),      N Var q → V_L = V∞ + O(1/L)
///
/// L counts the branches. The correction of the depth is a number of the infinitely wide network, that of the width has its own limit: theory tells them
/// apart, where networks show their sum alone. With a factor β/L^½ the branches of one initialisation add up like noise (a stochastic
/// differential equation), with β/L like a flow; the error of either is of order 1/L in every mean. Sources: Bordelon, Noci, Li, Hanin, Pehlevan,
/// "Depthwise hyperparameter transfer in residual networks" (2023); Yang, Yu, Zhu, Hayou, "Tensor programs VI" (2023).
public struct DepthLimit: Sendable {
    /// Numbers of hidden layers, ascending, and of branches.
    public let depths: [Int]
    /// One less than hidden layers.
    public let blocks: [Int]
    /// Of each depth.
    public let predictions: [MeanFieldPrediction]
    private let line: SizeExtrapolation

    /// - Parameters:
    ///   - experiment: of any depth.
    ///   - depths: numbers of hidden layers, each at least 2; two different ones or more.
    ///   - progress: of work done and its whole.
    /// - Throws: ``MeanFieldError``.
    public init(
        _ experiment: Experiment, depths: [Int], settings: MeanFieldSettings, progress: @escaping ProgressHandler = { _, _ in },
        notice: (String) -> Void = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let ordered = Set(depths).sorted()
        precondition(ordered.count > 1 && ordered[0] > 1, "depths \(depths)")
        (self.depths, blocks) = (ordered, ordered.map { $0 - 1 })
        var settings = settings
        settings.recordsKernels = false
        let work = ordered.map(Double.init), whole = work.reduce(0, +)
        var (done, found) = (0.0, [MeanFieldPrediction]())
        for (depth, work) in zip(ordered, work) {
            var own = experiment
            own.network.hiddenLayers = depth
            let before = done
            found.append(
                try MeanFieldSolver(own, settings: settings).predict(
                    progress: { progress(before + work * $0 / max($1, 1), whole) }, notice: notice, shouldStop: shouldStop))
            done += work
        }
        predictions = found
        line = SizeExtrapolation(sizes: blocks)
    }

    /// A number at every depth, and at infinite depth, with all errors: of these also what a straight line in 1/L misses.
    public struct Course: Sendable {
        /// One a depth.
        public let values: [Estimate]
        /// At L → ∞, by a straight line in 1/L.
        public let limit: Estimate

        /// What 1/L is multiplied by.
        public let slope: Estimate

        /// What a number of branches adds to the limit.
        public func correction(blocks: Int) -> Estimate {
            let share = 1 / Double(blocks)
            return Estimate(mean: share * slope.mean, standardError: share * slope.standardError, count: slope.count)
        }
    }

    /// Of the numbers in `range` of the layout's: the limit of infinite width, N·variance, or N·bias.
    public func courses(_ kind: Kind, _ range: Range<Int>) -> [Course] {
        range.map { i in
            let values = predictions.map { kind.estimate(i, of: $0) }
            let (limit, sampling) = line.limit(values)
            let bend = line.curvature(values.map(\.mean), scale: 0, noise: sampling.error)
            var (slope, error) = (0.0, 0.0)
            for (d, value) in zip(line.slopeCoefficients, values) {
                slope += d * value.mean
                error = hypotenuse(error, d * value.standardError)
            }
            // What the line misses of the limit it misses in what the largest depth adds.
            let count = values[0].count, missing = bend * Double(blocks.last!)
            return Course(
                values: values, limit: Estimate(mean: limit, standardError: hypotenuse(sampling.error, bend), count: count),
                slope: Estimate(mean: slope, standardError: hypotenuse(error, missing), count: count))
        }
    }

    /// The recorded step at which a loss lies farthest off a straight line in 1/L, if that is by more than five standard errors at some depth; with two depths all
    /// do lie on it.
    public func bentStep(_ steps: [Int]) -> Int? {
        let losses = SampleSet.allCases.compactMap { predictions[0].layout[.loss($0)] }
        let scores = losses.flatMap { entry in
            courses(.limit, entry.range).enumerated().map { time, course -> (step: Int, score: Double) in
                let off = zip(blocks, course.values).map { block, value in
                    let line = course.limit.mean + course.slope.mean / Double(block)
                    return value.standardError > 0 ? abs(value.mean - line) / value.standardError : 0
                }
                return (steps[time], off.max() ?? 0)
            }
        }
        guard blocks.count > 2, let worst = scores.max(by: { $0.score < $1.score }), worst.score > 5 else { return nil }
        return worst.step
    }

    /// Which number of the expansion in 1/N.
    public enum Kind: Sendable {
        /// Infinite width; N·variance; N·bias.
        case limit, variance, bias

        func estimate(_ i: Int, of prediction: MeanFieldPrediction) -> Estimate {
            switch self {
            case .limit:
                Estimate(mean: prediction.mean[i], standardError: prediction.meanTotalError(at: i), count: prediction.solutions)
            case .variance:
                Estimate(
                    mean: prediction.variance[i], standardError: prediction.varianceTotalError(at: i),
                    count: prediction.varianceSamples)
            case .bias:
                Estimate(
                    mean: prediction.bias[i], standardError: prediction.biasTotalError(at: i), count: prediction.biasSamples)
            }
        }
    }
}
