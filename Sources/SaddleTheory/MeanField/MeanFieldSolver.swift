import SaddleModels
import SaddleNumerics

/// Solves the mean-field theory of an experiment: independent solutions for the limit, and halved ones for the corrections.
public struct MeanFieldSolver: Sendable {
    /// Network, data, training and recorded steps.
    public let experiment: Experiment
    /// Sites, replicas and directions, or the accuracy aimed at.
    public internal(set) var settings: MeanFieldSettings
    /// Which numbers a prediction has, and where.
    public internal(set) var layout: ObservableLayout
    private let inputs: InputCoordinates

    /// Of at least four sites and one replica; nothing is solved yet.
    public init(_ experiment: Experiment, settings: MeanFieldSettings) {
        precondition(settings.sites > 3 && settings.replicas > 0 && settings.directions >= 0, "\(settings)")
        self.experiment = experiment
        self.settings = settings
        layout = ObservableLayout(experiment, withKernels: settings.recordsKernels)
        inputs = InputCoordinates(
            experiment.graph, trainInputs: experiment.network.entering(experiment.data.trainInputs), testInputs: nil,
            asComponents: experiment.needsInputComponents)
    }

    /// The infinite-width limit, N·variance and N·bias of every observable, each with its errors of sampling and of truncation.
    ///
    /// One solution and two pairs of halved ones are solved again at a tenth of the tolerance, for the latter.
    ///
    /// - Parameters:
    ///   - state: the solutions so far, as an earlier call handed them to `checkpoint`; the result is the same to the bit.
    ///   - progress: called with the work done and the whole of it (``MeanFieldWork``), from any thread.
    ///   - notice: told, in a sentence, where more is needed than was expected: more sites, or wider networks.
    ///   - shouldStop: asked before every step of every sweep, from any thread.
    ///   - checkpoint: called with all that is needed to continue, at most every `interval` and once more when stopped.
    ///   - known: parts that somebody else has computed (``part(_:shouldStop:)``).
    /// - Throws: ``MeanFieldError``; what `checkpoint` and `known` throw.
    public func predict(
        from state: MeanFieldProgress? = nil, progress: ProgressHandler? = nil, notice: (String) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }, checkpointEvery interval: Duration = .seconds(5),
        checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void = { _ in },
        known: @escaping KnownParts = { _, _ in nil }
    ) throws -> MeanFieldPrediction {
        try checkAdjoint()
        var state = try begun(state)
        // Work that is done and does not count any more.
        var spent = 0
        while true {
            var solver = self
            if state.limitWidth == 0 { solver.settings.sites = state.sites }
            do {
                state = try solver.carryOn(
                    from: state, spent: spent, progress: progress, shouldStop: shouldStop, checkpointEvery: interval,
                    checkpoint: checkpoint, known: known)
                guard let accuracy = settings.accuracy, state.standing(accuracy) == .tooNarrow else { break }
                if state.networkWidth < NarrowNetworks.lastWidth {
                    spent += state.networks.count * MeanFieldWork(solver, state).unitsOfNetworks
                    state.beginNetworks(width: 2 * state.networkWidth)
                    notice(solver.widening(state.networkWidth, accuracy))
                } else if state.hasDiverged {
                    throw MeanFieldError.networksDiverged(width: state.networkWidth)
                } else {
                    break
                }
            } catch let error as MeanFieldError {
                guard case .tooFewSites = error, settings.accuracy != nil, settings.statedSites == nil else { throw error }
                let sites = 2 * state.sites
                state = MeanFieldProgress(experiment, layout)
                // On windows bases fill sites of any number that would be cheaper than networks.
                if (sites <= Self.mostSites && !experiment.hasHiddenWindows) || settings.recordsTwoTime {
                    state.sites = sites
                    notice("More than \(sites / 2) sites are needed: going on with \(sites).")
                } else {
                    state.limitWidth = NarrowNetworks.limitWidth(experiment)
                    notice(
                        "The bases fill \(sites / 2) sites: the limit is extrapolated from networks of width \(state.limitWidth)."
                    )
                }
            }
        }
        var prediction = state.prediction(experiment, layout, settings)
        prediction.scalars = scalarVariances(state)
        if let accuracy = settings.accuracy { prediction.warnings += state.accuracyWarnings(accuracy) }
        return prediction
    }

    /// The state before the first part, unless some are done.
    func begun(_ state: MeanFieldProgress? = nil) throws(MeanFieldError) -> MeanFieldProgress {
        var state = state ?? MeanFieldProgress(experiment, layout)
        if state.sites > 0 || state.limitWidth > 0 { return state }
        if !experiment.needsEntries {
            state.sites = settings.sites
        } else if settings.accuracy != nil && settings.statedSites == nil && !settings.recordsTwoTime {
            state.limitWidth = NarrowNetworks.limitWidth(experiment)
        } else {
            throw .needsNetworks
        }
        return state
    }

    /// Whether the limit is solved with sites that each serve a weight or two; else more may be needed, or networks find it.
    package static func alwaysHasBases(_ experiment: Experiment) -> Bool { !experiment.needsEntries && experiment.graph.isChain }

    /// Where the number of sites follows from the accuracy, bases that need more than these are no saving: a network of such a width
    /// costs as much as a solution, and narrower ones tell the limit more cheaply.
    private static let mostSites = 1000

    /// One solution with matched noise.
    package func solve(replica: Int, shouldStop: () -> Bool = { false }) throws(MeanFieldError) -> MeanFieldSweep {
        var sweep = try freshSweep(replica: replica)
        try sweep.run(shouldStop: shouldStop)
        return sweep
    }

    /// A solution with matched noise before its first step.
    func freshSweep(replica: Int, remembersQueries: Bool = false) throws(MeanFieldError) -> MeanFieldSweep {
        let streams = experiment.graph.populations.indices.map { RandomStream(seed: settings.seed, .siteNoise, replica, $0 + 1) }
        return try sweep(
            sites: settings.sites,
            Realization(
                sites: experiment.graph.sites(settings.sites), scale: experiment.network.weightScale, isMatched: true,
                streams: streams,
                remembersQueries: remembersQueries))
    }

    func sweep(sites: Int, _ realization: Realization) throws(MeanFieldError) -> MeanFieldSweep {
        let weights = experiment.graph.sites(sites).map { SiteWeights.uniform($0) }
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
