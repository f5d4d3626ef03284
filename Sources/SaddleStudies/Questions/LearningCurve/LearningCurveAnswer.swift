import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// What theory says of a study's learning curve: along its way, at its end against samples and width, and where it is best.
struct LearningCurveAnswer: Sendable {
    /// Ridge regression at the ends of a line of samples, or of widths.
    struct Sweep: Sendable {
        let name, symbol: String
        let counts, ridgeless, best: [Double]
    }

    let study: LearningCurveStudy
    let task: RegressionTask
    /// Nil for ridge regression.
    let training: RegressionTraining?
    let edge: Double
    /// Times, steps or ridges.
    let places: [Double]
    let losses: [RegressionLosses]
    let twin: [Double]?
    /// Of the recorded steps; of all times, for gradient flow; nil for ridge regression.
    let bestStop: LossOptimum?
    let bestRidge: LossOptimum
    let ridgeless: RegressionLosses
    let sweeps: [Sweep]

    var isSteps: Bool { training?.optimizer != nil }
    var axisName: String { training == nil ? "ridge" : isSteps ? "step" : "time" }

    /// Places that are compared with finite systems.
    var comparedIndices: [Int] {
        let last = places.count - 1
        return Set((0...5).map { last * $0 / 5 }).sorted()
    }
    var comparedAxis: RegressionAxis {
        let chosen = comparedIndices.map { places[$0] }
        return training.map { .training($0, times: chosen) } ?? .ridges(chosen)
    }

    init(_ context: QuestionRunner.Context) throws {
        let study = context.study.learningCurve ?? LearningCurveStudy()
        self.study = study
        do {
            task = try study.task()
            let (training, curve) = try Self.trained(study, task)
            self.training = training
            let ridge = try RidgeCurve(task)
            if let curve {
                edge = curve.edge
                places = Self.times(
                    first: training == .flow ? 0.01 / curve.edge : 1, last: curve.last, isWhole: training != .flow)
                let losses = try curve.losses(at: places)
                self.losses = losses
                twin = study.initialVariance == 0 ? curve.hermitianTwin(at: places) : nil
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
            if context.shouldStop() { throw CancellationError() }
            bestRidge = try ridge.bestRidge()
            ridgeless = try ridge.losses(ridge: 0)
            let task = task
            func sweep(
                _ name: String, _ symbol: String, _ centre: Double, _ pole: Double,
                _ change: @Sendable (Double) throws -> RegressionTask
            ) throws -> Sweep {
                let grid = Set((-16...16).map { (centre * pow(32, Double($0) / 16)).rounded() }).filter { $0 >= 1 }
                let counts = resolving(Array(grid), poles: [pole])
                let pairs = try Threads.map(counts.count) { k -> (Double, Double) in
                    if context.shouldStop() { throw CancellationError() }
                    let curve = try RidgeCurve(change(counts[k]))
                    return (try curve.losses(ridge: 0).test, try curve.bestRidge().loss)
                }
                return Sweep(name: name, symbol: symbol, counts: counts, ridgeless: pairs.map(\.0), best: pairs.map(\.1))
            }
            // The peak is where samples are as many as weights; those without features, or with linear ones, are as many as inputs.
            let weights = task.activation.isLinear ? min(task.width, Double(study.dimension)) : task.width
            var sweeps = [try sweep("samples", "P", task.samples, weights) { try task.with(samples: $0) }]
            if study.width != nil {
                sweeps.append(try sweep("features", "N", task.width, task.samples) { try task.with(width: $0) })
            }
            self.sweeps = sweeps
        } catch let error as RegressionError {
            throw context.study.problem("learning_curve.\(error.key)", "'learning_curve.\(error.key)': \(error)")
        }
    }

    /// The training at the rate of the study, or at half the largest stable one.
    private static func trained(
        _ study: LearningCurveStudy, _ task: RegressionTask
    ) throws -> (RegressionTraining?, LearningCurve?) {
        guard study.training(rate: 1) != nil else { return (nil, nil) }
        let stiffest = task.activation.slope * task.activation.slope * task.spectrum.largest
        let last = study.time ?? (study.method == .flow ? 1e5 / stiffest : 3000)
        if study.method == .flow { return (.flow, try LearningCurve(task, .flow, last: last)) }
        if let rate = study.learningRate {
            let training = study.training(rate: rate)!
            return (training, try LearningCurve(task, training, last: last))
        }
        let limit = rounded(try LearningCurve.largestStableRate(task) { study.training(rate: $0)! }, digits: 2)
        let training = study.training(rate: 0.5 * limit)!
        return (training, try LearningCurve(task, training, last: last))
    }

    /// Zero, and logarithmic from `first` to `last`.
    private static func times(first: Double, last: Double, isWhole: Bool) -> [Double] {
        let start = min(first, last)
        let grid = (0...60).map { start * pow(last / start, Double($0) / 60) }
        return isWhole ? Set([0] + grid.map { $0.rounded() }).sorted() : [0] + grid.dropLast() + [last]
    }
}

extension RegressionError {
    /// The key of the study that is to be changed.
    var key: String {
        switch self {
        case .badEnergy, .invisibleEnergy: "spectrum"
        case .badActivation: "activation"
        case .badCount(let what, _): what == "features" ? "width" : "samples"
        case .badVariance(let what, _): what.contains("initial") ? "initial_variance" : "noise"
        case .badRate, .unstableRate, .unstableNoise: "learning_rate"
        case .badMomentum, .momentumTooLarge: "momentum"
        case .badBatch: "batch_size"
        case .badTime, .fractionalStep: "time"
        case .badRidge: "ridge"
        }
    }
}
