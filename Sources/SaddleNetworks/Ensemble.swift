import SaddleModels
import SaddleNumerics
import Synchronization

/// Networks of one width that differ in their initial weights only, all trained on the same experiment.
///
/// Networks are trained in parallel, each on one thread, and enter the statistics in the order of their index, so the result
/// is the same to the last bit for any number of threads and for any number of interruptions. Memory hardly grows with the
/// number of networks: only a panel of numbers is kept of each.
public struct Ensemble: Sendable {
    /// How many networks, how wide, and what of them is recorded.
    public let settings: EnsembleSettings
    /// What trains each of them.
    public let trainer: Trainer
    /// Once this many networks have diverged no further ones are trained: there will be no result.
    private static let toleratedDivergences = 10

    /// Nothing is trained yet.
    ///
    /// - Precondition: one network at least.
    public init(_ experiment: Experiment, _ settings: EnsembleSettings) {
        precondition(settings.networks >= 1, "an ensemble of \(settings.networks) networks")
        self.settings = settings
        trainer = Trainer(
            experiment, width: settings.width, recordsKernels: settings.recordsKernels, precision: settings.precision)
    }

    /// Trains the networks that are not yet in `state` and returns the statistics of all.
    ///
    /// - Parameters:
    ///   - state: the first networks, as an earlier call handed them to `checkpoint`.
    ///   - progress: called with the number of networks done, counting parts of networks, from any thread.
    ///   - shouldStop: asked before every step of every network, from any thread.
    ///   - checkpoint: called with the state of the networks so far, at most every `interval` and once more when the
    ///     training is stopped. An error it throws ends the training.
    ///   - known: observables of a network that somebody else has trained (``observables(of:threads:shouldStop:)``).
    /// - Throws: `CancellationError` when stopped; ``EnsembleError`` when a network diverged, or the width or `state` does not fit.
    public func train(
        from state: EnsembleState? = nil, threads: Int = Threads.count, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }, checkpointEvery interval: Duration = .seconds(5),
        checkpoint: @escaping @Sendable (EnsembleState) throws -> Void = { _ in },
        known: @escaping @Sendable (Int) throws -> [Double]? = { _ in nil }
    ) throws -> EnsembleResult {
        func trained<Number: NetworkNumber>(_: Number.Type) throws -> EnsembleResult {
            try train(Workspaces<Number>(trainer), state, threads, progress, shouldStop, interval, checkpoint, known)
        }
        switch settings.precision {
        case .double: return try trained(Double.self)
        case .single: return try trained(Float.self)
        }
    }

    private func train<Number: NetworkNumber>(
        _ workspaces: Workspaces<Number>, _ state: EnsembleState?, _ threads: Int, _ progress: ProgressHandler?,
        _ shouldStop: @escaping @Sendable () -> Bool, _ interval: Duration,
        _ checkpoint: @escaping @Sendable (EnsembleState) throws -> Void, _ known: @escaping @Sendable (Int) throws -> [Double]?
    ) throws -> EnsembleResult {
        try trainer.graph.check(width: settings.width)
        let start = state ?? EnsembleState(trainer.layout)
        if start.moments.dimension != trainer.layout.count {
            throw EnsembleError.stateHasOtherDimension(state: start.moments.dimension, experiment: trainer.layout.count)
        }
        if start.count > settings.networks {
            throw EnsembleError.stateHasMoreNetworks(state: start.count, wanted: settings.networks)
        }
        let panel = ObservablePanel(trainer.layout)
        let meter = Meter(networks: settings.networks, done: start.count, steps: trainer.experiment.training.steps, progress)
        let tally = try Threads.reduceInOrder(start.count..<settings.networks, into: Tally(state: start), workers: threads) {
            index in
            var unitsLeft = meter.unitsPerNetwork
            if let values = try known(index), values.count == trainer.layout.count {
                meter.advance(by: unitsLeft)
                return values
            }
            do {
                return try observables(index, workspaces) {
                    if shouldStop() { throw CancellationError() }
                    meter.advance(by: 1)
                    unitsLeft -= 1
                }
            } catch let divergence as Divergence {
                meter.advance(by: unitsLeft)
                throw divergence
            }
        } commit: { tally, index, values in
            switch values {
            case .success(let values):
                tally.state.add(values, panel)
                if tally.firstDivergence == nil && tally.lastCheckpoint.duration(to: .now) >= interval {
                    try checkpoint(tally.state)
                    tally.lastCheckpoint = .now
                }
            case .failure(let divergence as Divergence):
                tally.firstDivergence = tally.firstDivergence ?? divergence
                tally.divergences += 1
            case .failure(let error):
                if tally.firstDivergence == nil { try checkpoint(tally.state) }
                throw error
            }
            return tally.divergences < Self.toleratedDivergences
        }
        if let first = tally.firstDivergence {
            throw EnsembleError.networksDiverged(
                diverged: tally.divergences, trained: tally.divergences + tally.state.count, first: first)
        }
        return EnsembleResult(layout: trainer.layout, width: settings.width, state: tally.state)
    }

    private func observables<Number: NetworkNumber>(
        _ index: Int, _ workspaces: Workspaces<Number>, beforeStep: () throws -> Void
    ) throws -> [Double] {
        var parameters = Parameters<Number>(trainer.initialNetwork(seed: settings.seed, index: index))
        return try workspaces.with { workspace in
            try trainer.train(&parameters, index, &workspace) { _, _ in try beforeStep() }
        }
    }

    /// Trains some of the networks for whoever puts all together: observables of each, up to the first that diverges.
    ///
    /// - Throws: `CancellationError` when stopped; ``EnsembleError`` when the width does not fit.
    public func observables(
        of range: Range<Int>, threads: Int = Threads.count, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [[Double]] {
        try trainer.graph.check(width: settings.width)
        func trained<Number: NetworkNumber>(_: Number.Type) throws -> [[Double]] {
            let workspaces = Workspaces<Number>(trainer)
            return try Threads.reduceInOrder(range, into: [[Double]](), workers: threads) { index in
                try observables(index, workspaces) { if shouldStop() { throw CancellationError() } }
            } commit: { rows, _, values in
                if case .failure(let error) = values, error is Divergence { return false }
                rows.append(try values.get())
                return true
            }
        }
        switch settings.precision {
        case .double: return try trained(Double.self)
        case .single: return try trained(Float.self)
        }
    }

    private struct Tally {
        var state: EnsembleState
        var lastCheckpoint = ContinuousClock.now
        var divergences = 0
        var firstDivergence: Divergence?
    }

    /// Counts training steps of all networks and reports them in units of networks.
    private final class Meter: Sendable {
        let unitsPerNetwork: Int
        private let total: Int
        private let done: Atomic<Int>
        private let handler: ProgressHandler?

        init(networks: Int, done: Int, steps: Int, _ handler: ProgressHandler?) {
            unitsPerNetwork = steps + 1
            total = networks * unitsPerNetwork
            self.done = Atomic(done * unitsPerNetwork)
            self.handler = handler
        }

        /// Reports whenever another thousandth of all is done, and the end: a report takes longer than a step of a small network.
        func advance(by units: Int) {
            guard let handler else { return }
            let (old, new) = done.wrappingAdd(units, ordering: .relaxed)
            let stride = max(1, total / 1000)
            if old / stride != new / stride || new == total {
                handler(Double(new) / Double(unitsPerNetwork), Double(total / unitsPerNetwork))
            }
        }
    }
}
