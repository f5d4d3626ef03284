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
    ///   - progress: called with the work done and the whole of it (``MeanFieldWork``), from any thread.
    ///   - shouldStop: asked before every step of every sweep, from any thread.
    ///   - checkpoint: called with all that is needed to continue, at most every `interval` and once more when stopped.
    /// - Throws: ``MeanFieldError``; what `checkpoint` throws.
    public func predict(
        from state: MeanFieldProgress? = nil, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }, checkpointEvery interval: Duration = .seconds(5),
        checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void = { _ in }
    ) throws -> MeanFieldPrediction {
        try checkAdjoint()
        let start = state ?? MeanFieldProgress(experiment, layout)
        let work = MeanFieldWork(self)
        let first = work.finished(start)
        let total = Double(work.units(ofFirst: work.count))
        let done = Counter(work.units(ofFirst: first))
        let tick: @Sendable () -> Bool = {
            progress?(Double(done.increment()), total)
            return shouldStop()
        }
        let tally = (state: start, saved: ContinuousClock.now)
        let result = try Threads.reduceInOrder(first..<work.count, into: tally) { index in
            try part(work[index], shouldStop: tick)
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
        prediction.scalars = scalarVariances(result.state)
        return prediction
    }

    /// What one part of the work contributes.
    enum Part: Sendable {
        /// A solution; of the first one also that at a smaller tolerance, if it could be found.
        case solution(MeanFieldSweep, refined: MeanFieldSweep?)
        case halves(Halves, refined: Halves?)
        /// Σ_ℓ ⟨ψ²⟩ of each scalar of a pass; of the first replica also how it changes.
        case scalars([Double], changes: [Double])
    }

    private func part(_ part: MeanFieldWork.Part, shouldStop: () -> Bool) throws(MeanFieldError) -> Part {
        switch part {
        case .solution(0):
            let (solution, refined) = try solveAndRefine(replica: 0, shouldStop: shouldStop)
            return .solution(solution, refined: refined)
        case .solution(let replica):
            return .solution(try solve(replica: replica, shouldStop: shouldStop), refined: nil)
        case .halves(let direction, let isRefined):
            var solver = self
            solver.settings.recordsTwoTime = false
            let (halves, refined) = try solver.halve(direction: direction, refining: isRefined, shouldStop: shouldStop)
            return .halves(halves, refined: refined)
        case .scalars(let pass):
            let (values, changes) = try withoutKernels.squares(of: pass, shouldStop: shouldStop)
            return .scalars(values, changes: changes)
        }
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
