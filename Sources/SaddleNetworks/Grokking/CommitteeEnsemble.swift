import SaddleModels
import SaddleNumerics

/// Committees of one width, trained on the same samples or each on fresh ones.
public struct CommitteeEnsemble: Sendable {
    /// A network at a recorded step.
    public struct Record: Sendable {
        /// M = WᵀW/N, D × D.
        public let secondMoment: Matrix
        /// w̄, the mean of the units' weights: D numbers.
        public let mean: [Double]
        /// Loss on the samples; in online training on those of the coming step.
        public let trainLoss: Double
        /// |W − W₀|/|W₀|
        public let movement: Double
    }

    /// N
    public let width: Int
    /// Recorded steps, ascending from 0.
    public let steps: [Int]
    /// By network and recorded step.
    public let networks: [[Record]]

    /// - Parameters:
    ///   - steps: recorded, ascending from 0.
    ///   - batch: fresh samples a step; nil: all of the draw, at every step.
    /// - Throws: ``CommitteeError``; `CancellationError` when stopped.
    public init(
        _ task: CommitteeTask, _ draw: CommitteeTask.Draw, width: Int, networks: Int, steps: [Int], batch: Int? = nil, seed: Int,
        progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(steps.first == 0, "records begin at step 0")
        (self.width, self.steps) = (width, steps)
        let finished = Counter(), last = steps.last!
        let total = Double(max(networks * last, 1))
        self.networks = try Threads.map(networks) { index in
            var network = CommitteeNetwork(task, width: width, seed: seed, index: index)
            var stream = RandomStream(seed: seed, .committeeInputs, width, index, batch ?? 0, 1)
            var (inputs, labels) = (draw.inputs, draw.labels)
            func refresh() {
                guard let batch else { return }
                inputs = task.inputs(batch, &stream)
                labels = CommitteeTask.labels(of: inputs, draw.direction)
            }
            refresh()
            var records: [Record] = []
            var done = 0
            for step in steps {
                while done < step {
                    network.step(inputs, labels)
                    refresh()
                    done += 1
                    if done % 64 == 0 {
                        if shouldStop() { throw CancellationError() }
                        progress?(Double(64 * finished.increment()), total)
                    }
                }
                if shouldStop() { throw CancellationError() }
                let loss = network.residuals(inputs, labels).reduce(0) { $0 + $1 * $1 } / Double(labels.count)
                guard loss.isFinite else {
                    throw CommitteeError.diverged(step: step, width: width, learningRate: task.learningRate)
                }
                records.append(
                    Record(secondMoment: network.secondMoment, mean: network.mean, trainLoss: loss, movement: network.movement))
            }
            return records
        }
    }
}

/// Why a committee has no result.
public enum CommitteeError: Error, Equatable, CustomStringConvertible {
    /// The loss is not finite at the recorded step `step`.
    case diverged(step: Int, width: Int, learningRate: Double)

    public var description: String {
        switch self {
        case .diverged(let step, let width, let learningRate):
            "a network of width \(width) diverged by step \(step) at the learning rate \(NumberText.short(learningRate)); lower it"
        }
    }
}
