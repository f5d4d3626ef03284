import SaddleModels
import SaddleNumerics

/// Solves the mean-field theory of an experiment: several independent solutions, and the weighted re-solves around them.
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
        inputs = InputCoordinates(trainInputs: experiment.data.trainInputs)
    }

    /// Number of independent solutions: each direction of the re-solve has one of its own.
    ///
    /// The second difference behind N·bias also turns part of a solution's own sampling error around (each site sees its noise
    /// vectors recombined by an angle of order √(R/S)), and where φ has a kink the sites close to it shift it. Both are the same
    /// for all directions around one solution: only further solutions average them out, and only they tell the error.
    public var solutionCount: Int { max(settings.replicas, resolvedDirections) }

    /// Directions of the re-solve; none if the adjoint serves.
    var resolvedDirections: Int { usesAdjoint ? 0 : settings.directions }

    /// The infinite-width limit, N·variance and N·bias of every observable, each with its Monte Carlo standard error.
    ///
    /// - Parameters:
    ///   - state: the solutions so far, as an earlier call handed them to `checkpoint`; the result is the same to the bit.
    ///   - checkpoint: called after every few solutions with all that is needed to continue.
    /// - Throws: ``MeanFieldError``; what `checkpoint` throws.
    public func predict(
        from state: MeanFieldProgress? = nil, progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false },
        checkpoint: (MeanFieldProgress) throws -> Void = { _ in }
    ) throws -> MeanFieldPrediction {
        var state = state ?? MeanFieldProgress(experiment, layout)
        try checkAdjoint()
        let resolved = resolvedDirections
        let steps = experiment.training.steps + 1
        let total = Double(steps * (solutionCount + 2 * resolved))
        let done = Counter(steps * (state.solutions.count + 2 * state.variances.count))
        let tick: @Sendable () -> Bool = {
            progress?(Double(done.increment()), total)
            return shouldStop()
        }
        while state.solutions.count < solutionCount {
            // A few solutions at a time, so that memory does not grow with their number.
            let first = state.solutions.count
            let wave = first..<min(first + Threads.count, solutionCount)
            let solutions = try Threads.map(wave.count) { try solve(replica: first + $0, shouldStop: tick) }
            let pairs = try Threads.map(wave.clamped(to: 0..<resolved).count) { i in
                try fluctuation(around: solutions[i], direction: first + i, shouldStop: tick)
            }
            for solution in solutions { state.add(solution) }
            for pair in pairs { state.add(variance: pair.variance, bias: pair.bias) }
            try checkpoint(state)
        }
        var prediction = state.prediction(layout, hasCorrections: resolved > 0)
        if usesAdjoint { prediction.scalars = try scalarVariances(shouldStop: shouldStop) }
        return prediction
    }

    /// One solution with uniform site weights.
    package func solve(replica: Int, shouldStop: () -> Bool = { false }) throws(MeanFieldError) -> MeanFieldSweep {
        var sweep = try freshSweep(replica: replica)
        try sweep.run(shouldStop: shouldStop)
        return sweep
    }

    /// A solution before its first step.
    func freshSweep(replica: Int) throws(MeanFieldError) -> MeanFieldSweep {
        let layers = experiment.network.hiddenLayers
        return try MeanFieldSweep(
            experiment, settings, layout, inputs,
            weights: [SiteWeights](repeating: .uniform(settings.sites), count: layers),
            realization: Realization(
                layers: layers, sites: settings.sites, scale: experiment.network.weightScale, seed: settings.seed,
                replica: replica))
    }

    /// The same solution at other site weights: `shifts[l][i]` is Sωᵢ − 1 in layer l + 1.
    package func resolve(_ solution: MeanFieldSweep, shifts: [[Double]], shouldStop: () -> Bool = { false })
        throws(MeanFieldError) -> [Double]
    {
        var sweep = try MeanFieldSweep(
            experiment, settings, layout, inputs, weights: shifts.map { .shifted(by: $0) },
            realization: Realization(replaying: solution.realization.tape))
        try sweep.run(shouldStop: shouldStop)
        return sweep.observables
    }

    /// Size ε of the change of site weights. The observables move by O(ε/√S) only, so it need not be small, and where φ has
    /// a kink it must not be: sites that cross it add noise √(ε/S) against a signal ε/√S.
    private var weightShift: Double { experiment.network.activation.isSmooth ? 0.5 : 0.8 }

    /// Samples of N·variance and N·bias from one random direction in the space of site weights (theory.md, section 3).
    private func fluctuation(around solution: MeanFieldSweep, direction: Int, shouldStop: () -> Bool)
        throws(MeanFieldError) -> (variance: [Double], bias: [Double])
    {
        let ε = weightShift, S = Double(settings.sites)
        let shifts = (1...experiment.network.hiddenLayers).map { layer in
            var stream = RandomStream(seed: settings.seed, .direction, direction, layer)
            let signs = stream.signs(settings.sites)
            let mean = signs.reduce(0, +) / S
            return signs.map { ε * ($0 - mean) }
        }
        let up = try resolve(solution, shifts: shifts, shouldStop: shouldStop)
        let down = try resolve(solution, shifts: shifts.map { $0.map { -$0 } }, shouldStop: shouldStop)
        let middle = solution.observables
        return (
            variance: middle.indices.map { S * ((up[$0] - down[$0]) / (2 * ε)) * ((up[$0] - down[$0]) / (2 * ε)) },
            bias: middle.indices.map { S * (up[$0] + down[$0] - 2 * middle[$0]) / (2 * ε * ε) }
        )
    }
}
