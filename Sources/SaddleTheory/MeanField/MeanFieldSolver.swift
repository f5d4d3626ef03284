import SaddleModels
import SaddleNumerics

/// Solves the mean-field theory of an experiment: several independent solutions, and the weighted re-solves around them.
public struct MeanFieldSolver: Sendable {
    public let experiment: Experiment
    public let settings: MeanFieldSettings
    public let layout: ObservableLayout
    private let inputs: InputCoordinates

    public init(_ experiment: Experiment, settings: MeanFieldSettings) {
        precondition(settings.sites > 1 && settings.replicas > 0 && settings.directions >= 0, "\(settings)")
        self.experiment = experiment
        self.settings = settings
        layout = ObservableLayout(experiment, withKernels: settings.recordsKernels)
        inputs = InputCoordinates(trainInputs: experiment.data.trainInputs)
    }

    /// The infinite-width limit, N·variance and N·bias of every observable, each with its Monte Carlo standard error.
    public func predict(progress: ProgressHandler? = nil, shouldStop: @Sendable () -> Bool = { false }) throws -> MeanFieldPrediction {
        let (replicas, directions) = (settings.replicas, settings.directions)
        let total = Double(replicas + 2 * directions)
        let done = Counter()
        let solutions = try Threads.map(replicas) { replica in
            defer { progress?(Double(done.increment()), total) }
            return try solve(replica: replica, shouldStop: shouldStop)
        }
        let base = summarize(solutions.map(\.observables))
        var prediction = MeanFieldPrediction(
            layout: layout, mean: base.mean, meanError: base.error, ranks: meanRanks(solutions))
        let unmatched = solutions.reduce(0) { $0 + $1.realization.unmatched }
        if unmatched > 0 {
            prediction.warnings.append(
                "\(unmatched) noise vectors of test points were drawn unmatched for lack of sites; raise 'sites' for smaller errors")
        }
        if directions == 0 { return prediction }

        let pairs = try Threads.map(directions) { direction in
            defer { progress?(Double(done.increment(by: 2)), total) }
            return try fluctuation(around: solutions[direction % replicas], direction: direction, shouldStop: shouldStop)
        }
        (prediction.variance, prediction.varianceError) = summarize(pairs.map(\.variance))
        (prediction.bias, prediction.biasError) = summarize(pairs.map(\.bias))
        return prediction
    }

    /// One solution with uniform site weights.
    package func solve(replica: Int, shouldStop: () -> Bool = { false }) throws(MeanFieldError) -> MeanFieldSweep {
        let layers = experiment.network.hiddenLayers
        var sweep = try MeanFieldSweep(
            experiment, settings, layout, inputs,
            weights: [SiteWeights](repeating: .uniform(settings.sites), count: layers),
            realization: Realization(
                layers: layers, sites: settings.sites, scale: experiment.network.weightScale, seed: settings.seed,
                replica: replica))
        try sweep.run(shouldStop: shouldStop)
        return sweep
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
    private static let weightShift = 0.5

    /// Samples of N·variance and N·bias from one random direction in the space of site weights (theory.md, section 3).
    private func fluctuation(around solution: MeanFieldSweep, direction: Int, shouldStop: () -> Bool)
        throws(MeanFieldError) -> (variance: [Double], bias: [Double])
    {
        let ε = Self.weightShift, sites = settings.sites
        let shifts = (1...experiment.network.hiddenLayers).map { layer in
            var stream = RandomStream(seed: settings.seed, .direction, direction, layer)
            let signs = stream.signs(sites)
            let mean = signs.reduce(0, +) / Double(sites)
            return signs.map { ε * ($0 - mean) }
        }
        let up = try resolve(solution, shifts: shifts, shouldStop: shouldStop)
        let down = try resolve(solution, shifts: shifts.map { $0.map { -$0 } }, shouldStop: shouldStop)
        let middle = solution.observables
        let S = Double(sites)
        return (
            variance: middle.indices.map { S * ((up[$0] - down[$0]) / (2 * ε)) * ((up[$0] - down[$0]) / (2 * ε)) },
            bias: middle.indices.map { S * (up[$0] + down[$0] - 2 * middle[$0]) / (2 * ε * ε) }
        )
    }

    /// Mean and standard error of each observable over independent samples.
    private func summarize(_ samples: [[Double]]) -> (mean: [Double], error: [Double]) {
        let estimates = (0..<layout.count).map { i in Estimate(samples.map { $0[i] }) }
        return (estimates.map(\.mean), estimates.map(\.standardError))
    }

    private func meanRanks(_ solutions: [MeanFieldSweep]) -> Tensor {
        let shape = [experiment.recordedSteps.count, experiment.network.hiddenLayers - 1, 2]
        var ranks = Tensor(shape: shape)
        for solution in solutions {
            for (i, rank) in solution.ranks.enumerated() { ranks.elements[i] += Double(rank) / Double(solutions.count) }
        }
        return ranks
    }
}
