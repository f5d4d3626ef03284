import SaddleModels
import SaddleNumerics

/// Solves the mean-field theory of an experiment: independent solutions for the limit, and halved ones for the corrections.
public struct MeanFieldSolver: Sendable {
    public let experiment: Experiment
    public internal(set) var settings: MeanFieldSettings
    public internal(set) var layout: ObservableLayout
    private let inputs: InputCoordinates

    public init(_ experiment: Experiment, settings: MeanFieldSettings) {
        precondition(settings.sites > 1 && settings.replicas > 0 && settings.directions >= 0, "\(settings)")
        self.experiment = experiment
        self.settings = settings
        layout = ObservableLayout(experiment, withKernels: settings.recordsKernels)
        inputs = InputCoordinates(trainInputs: experiment.network.entering(experiment.data.trainInputs))
    }

    /// The infinite-width limit, N·variance and N·bias of every observable, each with its errors of sampling and of truncation.
    ///
    /// One solution and two pairs of halved ones are solved again at a tenth of the tolerance, for the latter.
    ///
    /// - Parameters:
    ///   - state: the solutions so far, as an earlier call handed them to `checkpoint`; the result is the same to the bit.
    ///   - progress: called with the number of steps done, from any thread.
    ///   - checkpoint: called with all that is needed to continue, at most every `interval` and once more when stopped.
    /// - Throws: ``MeanFieldError``; what `checkpoint` throws.
    public func predict(
        from state: MeanFieldProgress? = nil, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }, checkpointEvery interval: Duration = .seconds(5),
        checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void = { _ in }
    ) throws -> MeanFieldPrediction {
        try checkAdjoint()
        let start = state ?? MeanFieldProgress(experiment, layout)
        let (replicas, directions) = (settings.replicas, usesAdjoint ? 0 : settings.directions)
        // Solutions, one of them refined, and pairs of three each, some of them refined.
        func sweeps(_ solutions: Int, _ pairs: Int) -> Int {
            solutions + min(solutions, 1) + 3 * (pairs + min(pairs, Self.refinedPairs))
        }
        let steps = experiment.training.steps + 1
        let total = Double(steps * sweeps(replicas, directions))
        let done = Counter(steps * sweeps(start.solutions.count, start.shifts.count))
        let tick: @Sendable () -> Bool = {
            progress?(Double(done.increment()), total)
            return shouldStop()
        }
        let first = start.solutions.count + start.shifts.count
        let tally = (state: start, saved: ContinuousClock.now)
        let result = try Threads.reduceInOrder(first..<replicas + directions, into: tally) { task in
            try part(task, replicas: replicas, shouldStop: tick)
        } commit: { tally, _, part in
            do {
                tally.state.add(try part.get(), LimitLosses(experiment, layout))
            } catch MeanFieldError.stopped {
                try checkpoint(tally.state)
                throw MeanFieldError.stopped
            }
            if tally.saved.duration(to: .now) >= interval {
                try checkpoint(tally.state)
                tally.saved = .now
            }
            return true
        }
        var prediction = result.state.prediction(experiment, layout, settings)
        if usesAdjoint { prediction.scalars = try scalarVariances(shouldStop: shouldStop) }
        return prediction
    }

    /// What one task contributes.
    enum Part: Sendable {
        /// A solution; of the first one also how it changes at a smaller tolerance, if that could be found.
        case solution(MeanFieldSweep, change: [Double]?)
        case halves(Halves, refined: Halves?)
    }

    private func part(_ task: Int, replicas: Int, shouldStop: @Sendable () -> Bool) throws(MeanFieldError) -> Part {
        if task == 0 {
            let (solution, change) = try solveAndRefine(replica: 0, shouldStop: shouldStop)
            return .solution(solution, change: change)
        }
        if task < replicas { return .solution(try solve(replica: task, shouldStop: shouldStop), change: nil) }
        let direction = task - replicas
        let (halves, refined) = try halve(
            direction: direction, refining: direction < Self.refinedPairs, shouldStop: shouldStop)
        return .halves(halves, refined: refined)
    }

    /// One solution with matched noise.
    package func solve(replica: Int, shouldStop: () -> Bool = { false }) throws(MeanFieldError) -> MeanFieldSweep {
        var sweep = try freshSweep(replica: replica)
        try sweep.run(shouldStop: shouldStop)
        return sweep
    }

    /// A solution with matched noise before its first step.
    func freshSweep(replica: Int, remembersQueries: Bool = false) throws(MeanFieldError) -> MeanFieldSweep {
        let streams = (1...experiment.network.hiddenLayers).map { RandomStream(seed: settings.seed, .siteNoise, replica, $0) }
        return try sweep(
            sites: settings.sites,
            Realization(
                sites: settings.sites, scale: experiment.network.weightScale, isMatched: true, streams: streams,
                remembersQueries: remembersQueries))
    }

    func sweep(sites: Int, _ realization: Realization) throws(MeanFieldError) -> MeanFieldSweep {
        let weights = [SiteWeights](repeating: .uniform(sites), count: experiment.network.hiddenLayers)
        return try MeanFieldSweep(experiment, settings, layout, inputs, weights: weights, realization: realization)
    }

    /// The same solution at other site weights, `shifts[l][i]` being Sωᵢ − 1 in layer l + 1: what the adjoint is checked against.
    package func resolve(_ solution: MeanFieldSweep, shifts: [[Double]]) throws(MeanFieldError) -> [Double] {
        var sweep = try MeanFieldSweep(
            experiment, settings, layout, inputs, weights: shifts.map { .shifted(by: $0) },
            realization: Realization(replaying: solution.realization.tape))
        try sweep.run()
        return sweep.observables
    }
}
