import SaddleModels
import SaddleNumerics

/// Narrow networks, by which N·variance and N·bias are found.
///
/// With all entries of its hidden matrices, and independent noise, S sites are a network of width S itself. What a network of width N does
/// is a power series in 1/N, so the networks that tell its first terms most cheaply are the narrowest ones for which the series
/// holds: their cost grows as the square of the width, what they tell does not grow at all. Each comes with one of half the width,
/// from which the next term of the series is seen (``MeanFieldProgress/standing(_:)``).
struct NarrowNetworks: Sendable {
    /// The width to begin with.
    static let firstWidth = 32
    /// The width to end with: what is not told by then is said, not sought further.
    static let lastWidth = 256
    /// The width of those from which a limit is extrapolated: where a width costs as many positions as an image has, half of what it is
    /// elsewhere.
    static func limitWidth(_ experiment: Experiment) -> Int {
        experiment.graph.fields.contains { $0.positions > 1 } ? 256 : 512
    }

    private let solver: MeanFieldSolver
    private let inputs: InputCoordinates

    var layout: ObservableLayout { solver.layout }

    init(_ solver: MeanFieldSolver) {
        var solver = solver
        solver.settings.recordsTwoTime = false
        self.solver = solver
        let (data, network) = (solver.experiment.data, solver.experiment.network)
        inputs = InputCoordinates(
            solver.experiment.graph, trainInputs: network.entering(data.trainInputs),
            testInputs: network.entering(data.testInputs),
            asComponents: solver.experiment.needsInputComponents)
    }

    /// Observables of two independent networks, of a width and of half of it.
    func pair(_ number: Int, width: Int, shouldStop: () -> Bool) throws(MeanFieldError) -> (wide: [Double], narrower: [Double]) {
        (
            try observables(number, width: width, shouldStop: shouldStop),
            try observables(number, width: width / 2, shouldStop: shouldStop)
        )
    }

    func observables(_ number: Int, width: Int, shouldStop: () -> Bool) throws(MeanFieldError) -> [Double] {
        let experiment = solver.experiment, sites = experiment.graph.sites(width)
        let streams = sites.indices.map { RandomStream(seed: solver.settings.seed, .narrowNetwork, number, width, $0 + 1) }
        let noise = Realization(sites: sites, scale: experiment.network.weightScale, isMatched: false, streams: streams)
        var sweep = try MeanFieldSweep(
            experiment, solver.settings, solver.layout, inputs,
            weights: sites.map { .uniform($0) }, realization: noise, holdsEntries: true)
        try sweep.run(shouldStop: shouldStop)
        return sweep.observables
    }
}
