import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Where pilot ensembles are in their growth.
public struct PilotRound: Codable, Sendable, Equatable {
    public var widths: [Int]
    /// Networks of the widest that are wanted.
    public var widest: Int
    /// How often all widths were doubled.
    public var doublings: Int

    public init(widths: [Int], widest: Int, doublings: Int) {
        (self.widths, self.widest, self.doublings) = (widths, widest, doublings)
    }
}

/// Where pilot ensembles are kept while they grow, so that whoever stops in the middle continues there.
public protocol PilotStore: Sendable {
    func round() throws -> PilotRound?
    func keep(_ round: PilotRound) throws
    func state(width: Int) throws -> EnsembleState?
    func keep(_ state: EnsembleState, width: Int) throws
}

/// Small ensembles of four widths N₀ … 8N₀, from which those of all widths are told; they grow until somebody is content.
///
/// What networks do is a series in 1/N: three terms are fitted to four widths, and the number that is left over tells whether they suffice.
/// If not, or if so narrow networks diverge, all widths are doubled. Numbers of networks follow from operations and not from a clock: the same
/// study has the same evidence on every machine, stopped or not.
public final class PilotEnsembles {
    /// The samples on which losses and outputs are judged: the test set, or without one the training set.
    public let set: SampleSet
    /// Of one network of each width, on all cores together.
    public private(set) var seconds: [Double] = []
    /// How far they are.
    public private(set) var round: PilotRound
    /// The four widths, ascending; doubled by ``evidence(goal:looseness:progress:notice:shouldStop:)`` where needed.
    public var widths: [Int] { round.widths }
    private let experiment: Experiment
    private let seed: Int
    private let store: (any PilotStore)?
    private var states: [Int: EnsembleState] = [:]

    /// Networks of the widest in the first round, and of any at most.
    public static let first = 24
    /// The largest number of networks of one width.
    public static let most = 8192
    /// A misfit that a right series exceeds once in 700 times.
    public static let largestMisfit = 3.2

    /// Chooses the widths, from 16 or the next width that the network allows, and estimates their cost; trains nothing yet.
    ///
    /// - Parameter store: what it holds of these ensembles is continued.
    public init(_ experiment: Experiment, seed: Int, store: (any PilotStore)? = nil) throws {
        self.experiment = experiment
        self.seed = seed
        self.store = store
        set = experiment.data.judged
        let unit = experiment.graph.widthUnit
        let first = (16 + unit - 1) / unit * unit
        round =
            try store?.round() ?? PilotRound(widths: [1, 2, 4, 8].map { $0 * first }, widest: Self.first, doublings: 0)
        try begin(isContinued: store?.round() != nil)
    }

    /// - Parameter isContinued: whether the store's ensembles are of these rounds.
    private func begin(isContinued: Bool) throws {
        if isContinued, let store {
            for width in widths where states[width] == nil { states[width] = try store.state(width: width) }
        }
        seconds = widths.map {
            Ensemble(experiment, settings($0, networks: 1)).expectedSeconds.map { $0 / Double(Threads.count) } ?? 1e-3
        }
    }

    private func settings(_ width: Int, networks: Int) -> EnsembleSettings {
        EnsembleSettings(width: width, networks: networks, seed: seed, recordsKernels: false)
    }

    /// Networks of each width in this round, never fewer than there are: as many for the error of each at the same cost, ∝ operations^{−1/2}.
    private func counts() -> [Int] {
        let costs = widths.map { experiment.graph.forwardOperations(width: $0, outputs: experiment.data.outputCount) }
        return zip(widths, costs).map { width, cost in
            let count = (Double(round.widest) * (costs.last! / cost).squareRoot()).rounded(.up)
            return max(Int(min(count, Double(Self.most))), states[width]?.count ?? 0)
        }
    }

    /// Seconds until this round has its networks.
    public func expectedSeconds() -> Double {
        zip(counts(), widths.indices).reduce(0) { $0 + Double($1.0 - (states[widths[$1.1]]?.count ?? 0)) * seconds[$1.1] }
    }

    /// How many networks of each width are there.
    public var present: [Int] { widths.map { states[$0]?.count ?? 0 } }

    /// Trains until `looseness` of the evidence is at most `goal`, or the ensembles have their largest size.
    ///
    /// - Throws: `CancellationError` when stopped; ``EnsembleError`` where networks diverge at every width.
    public func evidence(
        goal: Double, looseness: (WidthEvidence) -> Double, progress: @escaping ProgressHandler,
        notice: (String) -> Void, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> WidthEvidence {
        while true {
            try store?.keep(round)
            do {
                let evidence = try grow(progress, shouldStop)
                if let misfit = evidence.loss.misfit, misfit > Self.largestMisfit, round.doublings < 3 {
                    try double("terms beyond 1/N² are visible", notice)
                    continue
                }
                let now = looseness(evidence)
                if now <= goal || round.widest >= Self.most { return evidence }
                // Errors fall as the root of the number; what is not finite yet needs more in any case.
                let factor = now.isFinite ? min(max((now - 1) / (goal - 1), 1.1) * max((now - 1) / (goal - 1), 1.1), 8) : 4
                round.widest = min(Int((Double(round.widest) * factor).rounded(.up)), Self.most)
                notice(
                    "More networks are needed: about \(NumberText.duration(seconds: rounded(expectedSeconds(), digits: 2))).")
            } catch let error as EnsembleError {
                guard case .networksDiverged = error, round.doublings < 3 else { throw error }
                try double("networks of width \(widths[0]) diverge", notice)
            }
        }
    }

    private func double(_ reason: String, _ notice: (String) -> Void) throws {
        round = PilotRound(widths: widths.map { 2 * $0 }, widest: round.widest, doublings: round.doublings + 1)
        try begin(isContinued: false)
        notice("Widths \(widths.map(String.init).joined(separator: ", ")): \(reason) at half of these.")
    }

    private func grow(
        _ progress: @escaping ProgressHandler, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> WidthEvidence {
        let counts = counts(), all = expectedSeconds(), store = store
        var done = 0.0, ensembles: [EnsembleStatistics] = [], layout = ObservableLayout([])
        for (k, width) in widths.enumerated() {
            let (start, before, each) = (states[width]?.count ?? 0, done, seconds[k])
            let saving = PacedSaving<EnsembleState> { try store?.keep($0, width: width) }
            let result = try saving.finishing {
                let result = try Ensemble(experiment, settings(width, networks: counts[k])).train(
                    from: states[width],
                    progress: { networks, _ in progress(before + (networks - Double(start)) * each, max(all, 1e-9)) },
                    shouldStop: shouldStop, checkpointEvery: .milliseconds(200), checkpoint: saving.offer)
                if counts[k] > start { try saving.offer(result.state) }
                return result
            }
            done += Double(counts[k] - start) * each
            states[width] = result.state
            layout = result.layout
            ensembles.append(EnsembleStatistics(width: width, result.state))
        }
        return try WidthEvidence(ensembles, layout: layout, set: set, loss: experiment.training.loss)
    }
}
