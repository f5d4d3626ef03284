import SaddleModels
import SaddleNumerics

/// Losses of one training, recorded at steps, and what the network was then.
public struct GrokCurve: Sendable {
    /// Recorded ones, ascending from 0.
    public let steps: [Int]
    /// The mean of (f − y)² over the samples.
    public let train: [Double]
    /// The mean of (f − y)² over all inputs.
    public let test: [Double]
    /// M and w̄ at each; empty where they were not kept.
    public let states: [CommitteeState]

    /// Curves of one length; `states` as many, or none.
    public init(steps: [Int], train: [Double], test: [Double], states: [CommitteeState]) {
        (self.steps, self.train, self.test, self.states) = (steps, train, test, states)
    }

    /// When both losses first fall to a level.
    public func arrivals(level: Double) -> (train: Arrival?, test: Arrival?) {
        let places = steps.map(Double.init)
        return (Arrival(places, train, level: level), Arrival(places, test, level: level))
    }
}

/// Why a committee could not be trained.
public enum GrokError: Error, Equatable, CustomStringConvertible {
    /// A loss is not finite at the recorded `step`; `stable` is about the largest learning rate that is stable.
    case diverged(step: Int, learningRate: Double, stable: Double)

    public var description: String {
        switch self {
        case .diverged(let step, let learningRate, let stable):
            "training diverged by step \(step) at the learning rate \(NumberText.short(learningRate)); about "
                + "\(NumberText.short(stable, digits: 2)) is the largest at which steps are stable"
        }
    }
}

extension CommitteeDescent {
    /// Losses at the given steps, ascending from 0.
    ///
    /// - Parameters:
    ///   - level: training ends at the first record at which the test loss is there; nil: at the last step.
    ///   - keepsStates: whether M and w̄ are recorded too.
    /// - Throws: ``GrokError``, `CancellationError` when stopped.
    public mutating func curve(
        at steps: [Int], until level: Double? = nil, keepsStates: Bool = false, progress: ProgressHandler? = nil,
        shouldStop: () -> Bool = { false }
    ) throws -> GrokCurve {
        precondition(steps.first == 0, "records begin at step 0")
        var (train, test): ([Double], [Double]) = ([], [])
        var states: [CommitteeState] = [], done = 0
        for step in steps {
            while done < step {
                self.step()
                done += 1
                if done % 64 == 0 {
                    if shouldStop() { throw CancellationError() }
                    progress?(Double(done), Double(steps.last!))
                }
            }
            if shouldStop() { throw CancellationError() }
            let losses = (trainLoss, testLoss)
            guard losses.0.isFinite, losses.1.isFinite else {
                throw GrokError.diverged(
                    step: step, learningRate: task.learningRate, stable: task.stableLearningRate(squaredNorm: draw.squaredNorm))
            }
            train.append(losses.0)
            test.append(losses.1)
            if keepsStates { states.append(state) }
            if let level, losses.1 <= level { break }
        }
        return GrokCurve(steps: Array(steps.prefix(train.count)), train: train, test: test, states: states)
    }
}
