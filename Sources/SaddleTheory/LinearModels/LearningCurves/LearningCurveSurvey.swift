#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

/// What theory says of a learning curve: along its way, at its end against samples and width, and where it is best.
public struct LearningCurveSurvey: Sendable {
    /// Ridge regression at the ends of a line of samples, or of widths.
    public struct Sweep: Sendable {
        /// What is varied, as "samples" and "P", or "features" and "N".
        public let name, symbol: String
        /// Values of it, ascending, and the test losses without ridge and with the best one.
        public let counts, ridgeless, best: [Double]
    }

    /// What is learnt, and from how much.
    public let task: RegressionTask
    /// Nil for ridge regression.
    public let training: RegressionTraining?
    /// λ₊, the upper edge of the spectrum that training sees.
    public let edge: Double
    /// Times, steps or ridges.
    public let places: [Double]
    /// Train and test losses at each of `places`.
    public let losses: [RegressionLosses]
    /// Losses of the Hermitian twin at each of `places` (``LearningCurve/hermitianTwin(at:)``); nil where there is none.
    public let twin: [Double]?
    /// Of the recorded steps; of all times, for gradient flow; nil for ridge regression.
    public let bestStop: LossOptimum?
    /// With the smallest test loss.
    public let bestRidge: LossOptimum
    /// Losses of ridge 0, where gradient flow ends.
    public let ridgeless: RegressionLosses
    /// Against samples, and with finitely many features against their number.
    public let sweeps: [Sweep]

    /// Whether `places` are steps of an optimiser.
    public var isSteps: Bool { training?.optimizer != nil }
    /// What `places` are, in a word.
    public var axisName: String { training == nil ? "ridge" : isSteps ? "step" : "time" }

    /// - Parameters:
    ///   - rate: the learning rate; nil for half of the largest stable one.
    ///   - last: the last time of gradient flow, or the last step; nil for 10⁵ over the largest eigenvalue, or 3000 steps.
    ///   - training: with a learning rate; nil for ridge regression.
    /// - Throws: ``RegressionError``; `CancellationError` when stopped.
    public init(
        _ task: RegressionTask, rate: Double? = nil, last: Double? = nil, shouldStop: @escaping @Sendable () -> Bool = { false },
        training: (Double) -> RegressionTraining?
    ) throws {
        self.task = task
        let (training, curve) = try Self.trained(task, rate, last, training)
        self.training = training
        let ridge = try RidgeCurve(task)
        if let curve {
            edge = curve.edge
            places = Self.times(
                first: training == .flow ? 0.01 / curve.edge : 1, last: curve.last, isWhole: training != .flow)
            let losses = try curve.losses(at: places)
            self.losses = losses
            twin = task.initialVariance == 0 ? curve.hermitianTwin(at: places) : nil
            if training == .flow {
                bestStop = try curve.bestStoppingTime()
            } else {
                let best = losses.indices.min { losses[$0].test < losses[$1].test }!
                bestStop = LossOptimum(
                    argument: places[best], loss: losses[best].test,
                    place: best == 0 ? .smallest : best == losses.count - 1 ? .largest : .inside)
            }
        } else {
            edge = try LearningCurve(task, .flow, last: 0).edge
            let top = edge
            places = (0...48).map { top * pow(10, -6 + 8 * Double($0) / 48) }
            losses = try places.map { try ridge.losses(ridge: $0) }
            (twin, bestStop) = (nil, nil)
        }
        if shouldStop() { throw CancellationError() }
        bestRidge = try ridge.bestRidge()
        ridgeless = try ridge.losses(ridge: 0)
        func sweep(
            _ name: String, _ symbol: String, _ centre: Double, _ pole: Double,
            _ change: @Sendable (Double) throws -> RegressionTask
        ) throws -> Sweep {
            let grid = Set((-16...16).map { (centre * pow(32, Double($0) / 16)).rounded() }).filter { $0 >= 1 }
            let counts = resolving(Array(grid), poles: [pole])
            let pairs = try Threads.map(counts.count) { k -> (Double, Double) in
                if shouldStop() { throw CancellationError() }
                let curve = try RidgeCurve(change(counts[k]))
                return (try curve.losses(ridge: 0).test, try curve.bestRidge().loss)
            }
            return Sweep(name: name, symbol: symbol, counts: counts, ridgeless: pairs.map(\.0), best: pairs.map(\.1))
        }
        // The peak is where samples are as many as weights; those without features, or with linear ones, are as many as inputs.
        let weights = task.activation.isLinear ? min(task.width, task.spectrum.dimension) : task.width
        var sweeps = [try sweep("samples", "P", task.samples, weights) { try task.with(samples: $0) }]
        if task.width < .infinity {
            sweeps.append(try sweep("features", "N", task.width, task.samples) { try task.with(width: $0) })
        }
        self.sweeps = sweeps
    }

    /// The training at the given rate, or at half the largest stable one.
    private static func trained(
        _ task: RegressionTask, _ rate: Double?, _ last: Double?, _ training: (Double) -> RegressionTraining?
    ) throws -> (RegressionTraining?, LearningCurve?) {
        guard let kind = training(1) else { return (nil, nil) }
        let stiffest = task.activation.slope * task.activation.slope * task.spectrum.largest
        if kind == .flow { return (.flow, try LearningCurve(task, .flow, last: last ?? 1e5 / stiffest)) }
        let rate = try rate ?? 0.5 * rounded(LearningCurve.largestStableRate(task) { training($0)! }, digits: 2)
        let chosen = training(rate)!
        return (chosen, try LearningCurve(task, chosen, last: last ?? 3000))
    }

    /// Zero, and logarithmic from `first` to `last`.
    private static func times(first: Double, last: Double, isWhole: Bool) -> [Double] {
        let start = min(first, last)
        let grid = (0...60).map { start * pow(last / start, Double($0) / 60) }
        return isWhole ? Set([0] + grid.map { $0.rounded() }).sorted() : [0] + grid.dropLast() + [last]
    }
}
