import Numerics
import SaddleModels
import SaddleNumerics

/// What an infinitely wide committee does with a task: its curves on drawn samples, the lazy network that must come first, the online flow,
/// and delays with their phases when α, ε and the number of samples change.
public struct GrokSurvey: Sendable {
    /// How memorising and generalising follow each other within the time.
    public enum Phase: Int, Sendable, CaseIterable {
        /// Not even the samples are learnt.
        case untrained
        /// The samples are learnt, and nothing else.
        case lazy
        /// Generalisation comes later by a factor of ``lateness`` or more.
        case grokking
        /// Generalisation comes with the samples, or later by less than ``lateness``.
        case prompt

        /// The case in lower case, as results have it.
        public var name: String { ["untrained", "lazy", "grokking", "prompt"][rawValue] }
    }

    /// Arrivals of both losses at the level, in steps of the study's learning rate.
    public struct Delay: Sendable, Equatable {
        /// Step at which each loss gets to the level; nil: not within the time.
        public let train, test: Double?

        /// By the order of the two arrivals.
        public var phase: Phase {
            guard let train else { return .untrained }
            guard let test else { return .lazy }
            return test >= GrokSurvey.lateness * max(train, 1) ? .grokking : .prompt
        }
        /// Steps between them.
        public var steps: Double? { if let train, let test { test - train } else { nil } }
    }

    /// Factor between the arrivals from which on generalisation is late.
    public static let lateness = 2.0
    /// By which a setting is multiplied.
    public static let factors = [0.125, 0.25, 0.5, 1, 2, 4, 8]
    /// By which the number of samples is multiplied.
    public static let sampleFactors = [0.4, 0.6, 0.8, 1, 1.5, 2.5]

    /// The setting that the study asks about; factors multiply it.
    public let task: CommitteeTask
    /// Share of the target's variance at which a loss counts as gone.
    public let threshold: Double
    /// Samples and target of each draw.
    public let draws: [CommitteeTask.Draw]
    /// At infinite width, one a draw; states are kept for the first.
    public let curves: [GrokCurve]
    /// Of the kernel at initialisation alone, at the same steps, one a draw.
    public let lazy: [GrokCurve]
    /// The loss of kernel regression over all inputs, for each draw.
    public let regression: [Double]
    /// For the target of the first draw.
    public let flow: CommitteeFlow
    /// By factor of α, ε, samples and by draw.
    public let byAlpha, byEpsilon, bySamples: [[Delay]]
    /// Of the first draw: rows are factors of ε, and of the samples; columns those of α.
    public let epsilonPhases, samplePhases: [[Delay]]

    /// - Throws: ``GrokError``, `CancellationError` when stopped.
    public init(
        _ task: CommitteeTask, steps: Int, times: Int, draws count: Int, threshold: Double, seed: Int,
        progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        (self.task, self.threshold) = (task, threshold)
        let records = CommitteeTask.recordedSteps(last: steps, count: times)
        let draws = (0..<count).map { task.draw(seed: seed, $0) }
        self.draws = draws
        let (factors, samples) = (Self.factors, Self.sampleFactors)
        // The row and the column of the study itself are those of the first draw in both pictures.
        var cells: [(task: CommitteeTask, draw: Int)] = []
        func add(_ draw: Int, _ change: (inout CommitteeTask) -> Void) {
            var changed = task
            change(&changed)
            cells.append((changed, draw))
        }
        for draw in 0..<count {
            for f in factors { add(draw) { $0.alpha *= f } }
            for f in factors { add(draw) { $0.epsilon *= f } }
            for f in samples { add(draw) { $0.samples = Self.count(task.samples, f) } }
        }
        for e in factors { for a in factors { add(0) { ($0.epsilon, $0.alpha) = ($0.epsilon * e, $0.alpha * a) } } }
        for p in samples { for a in factors { add(0) { ($0.samples, $0.alpha) = (Self.count(task.samples, p), $0.alpha * a) } } }

        let total = Double(cells.count + count), finished = Counter()
        @Sendable func advance() { progress?(Double(finished.increment()), total) }
        (curves, lazy, regression) = try Self.unzip(
            Threads.map(count) { i in
                var descent = CommitteeDescent(task, draws[i])
                let curve = try descent.curve(at: records, keepsStates: i == 0, shouldStop: shouldStop)
                let lazy = try LazyCommittee(task, draws[i])
                let lines = GrokCurve(
                    steps: records, train: records.map(lazy.trainLoss), test: records.map { lazy.testLoss(steps: $0) }, states: []
                )
                advance()
                return (curve, lines, lazy.testLoss(steps: nil))
            })
        let work = cells
        let delays = try Threads.map(work.count) { i in
            defer { advance() }
            return try Self.delay(
                work[i].task, draw: work[i].draw, seed: seed, steps: steps, threshold: threshold, shouldStop: shouldStop)
        }
        let times = logSpaced(from: 0.01 * Double(max(steps, 1)).squareRoot(), to: Double(max(steps, 1)), count: 200)
        flow = CommitteeFlow(task, squaredNorm: draws[0].squaredNorm, times: [0] + times.map { $0 * task.learningRate })

        var next = delays.makeIterator()
        func take(_ count: Int) -> [Delay] { (0..<count).map { _ in next.next()! } }
        var (alphas, epsilons, sizes): ([[Delay]], [[Delay]], [[Delay]]) = ([], [], [])
        for _ in 0..<count {
            alphas.append(take(factors.count))
            epsilons.append(take(factors.count))
            sizes.append(take(samples.count))
        }
        func turned(_ rows: [[Delay]]) -> [[Delay]] { rows[0].indices.map { i in rows.map { $0[i] } } }
        (byAlpha, byEpsilon, bySamples) = (turned(alphas), turned(epsilons), turned(sizes))
        epsilonPhases = factors.map { _ in take(factors.count) }
        samplePhases = samples.map { _ in take(factors.count) }
    }

    private static func count(_ samples: Int, _ factor: Double) -> Int { max(1, Int((Double(samples) * factor).rounded())) }

    private static func unzip<A, B, C>(_ list: [(A, B, C)]) -> ([A], [B], [C]) { (list.map(\.0), list.map(\.1), list.map(\.2)) }

    /// Arrivals of one task within the steps; where the learning rate would not be stable, it is lowered and the steps are counted as if it
    /// had not been.
    private static func delay(
        _ task: CommitteeTask, draw: Int, seed: Int, steps: Int, threshold: Double, shouldStop: () -> Bool
    ) throws -> Delay {
        let samples = task.draw(seed: seed, draw)
        let share = min(1, 0.4 * task.stableLearningRate(squaredNorm: samples.squaredNorm) / task.learningRate)
        var slowed = task
        slowed.learningRate *= share
        let last = max(Int((Double(steps) / share).rounded(.up)), 1)
        var descent = CommitteeDescent(slowed, samples)
        let level = threshold * samples.labelVariance
        let curve = try descent.curve(
            at: CommitteeTask.recordedSteps(last: last, count: 160), until: level, shouldStop: shouldStop)
        let arrivals = curve.arrivals(level: level)
        return Delay(train: arrivals.train.map { share * $0.place }, test: arrivals.test.map { share * $0.place })
    }
}
