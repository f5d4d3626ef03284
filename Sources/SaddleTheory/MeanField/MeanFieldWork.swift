import SaddleModels

/// The parts of a prediction, in the order in which they are committed, and how much work each is.
///
/// The unit is what is done between two questions whether to stop: a step of a sweep, forwards or backwards, or the points that do
/// not act back at one recorded time.
struct MeanFieldWork: Sendable {
    enum Part: Sendable {
        case solution(replica: Int)
        case halves(direction: Int, isRefined: Bool)
        /// With an accuracy, in place of halves and scalars.
        case networks(Int)
        case scalars(ScalarPasses.Pass)
    }

    private let replicas, directions: Int
    /// How many networks are expected to be needed, and are made at most.
    private let expectedNetworks, networks: Int
    private let passes: ScalarPasses
    private let steps: Int
    /// Recorded times of batches that do not act back: of a solution, and of one without kernels.
    private let probes, bareProbes: Int

    /// Steps and recorded times of test points of a pair of networks for the limit; nil where that is solved with sites.
    private let limitPair: Int?

    /// Width of the narrow networks.
    private let width: Int

    /// - Parameter state: which says how the limit is found, and how wide networks are.
    init(_ solver: MeanFieldSolver, _ state: MeanFieldProgress) {
        let limitByNetworks = state.limitWidth > 0
        width = state.networkWidth
        let experiment = solver.experiment
        func probes(_ settings: MeanFieldSettings) -> Int {
            MeanFieldSweep.probeStarts(experiment, settings).count * Set(experiment.recordedSteps + [0]).count
        }
        replicas = limitByNetworks ? Self.limitPairs(solver.settings) : solver.settings.replicas
        let accuracy = solver.settings.accuracy
        directions = solver.usesAdjoint || accuracy != nil ? 0 : solver.settings.directions
        passes = solver.scalarPasses
        expectedNetworks = accuracy.map(Self.expectedNetworks) ?? 0
        networks = accuracy.map { Int(MeanFieldProgress.mostOverSquare / ($0 * $0)) } ?? 0
        steps = experiment.recordedSteps.last! + 1
        let tests = (MeanFieldSweep.probeStarts(experiment, solver.settings, holdsEntries: true)).count
        limitPair = limitByNetworks ? 2 * (steps + tests * Set(experiment.recordedSteps + [0]).count) : nil
        (self.probes, bareProbes) = (probes(solver.settings), probes(solver.withoutKernels.settings))
    }

    /// Two over the square of the accuracy for normal numbers; losses are less than normal.
    static func expectedNetworks(_ accuracy: Double) -> Int { Int(3 / (accuracy * accuracy)) }

    /// Pairs of networks from which a limit is extrapolated.
    static func limitPairs(_ settings: MeanFieldSettings) -> Int { 2 * settings.replicas }

    var count: Int { replicas + directions + passes.count + networks }
    /// The first ones, beside which narrow networks are small.
    var largeParts: Int { count - networks }
    var expected: Int { count(withNetworks: expectedNetworks) }
    func count(withNetworks made: Int) -> Int { count - networks + made }

    /// A pair of narrow networks beside a step of a solution: small, and never nothing. The cost grows as the square of the width.
    var unitsOfNetworks: Int {
        let widening = width / NarrowNetworks.firstWidth
        return (1 + (steps + probes) / 20) * widening * widening
    }

    subscript(index: Int) -> Part {
        if index < replicas { return .solution(replica: index) }
        if networks > 0 { return .networks(index - replicas) }
        let direction = index - replicas
        return direction < directions
            ? .halves(direction: direction, isRefined: direction < MeanFieldSolver.refinedPairs)
            : .scalars(passes[direction - directions])
    }

    /// How many parts a state holds.
    func finished(_ state: MeanFieldProgress) -> Int {
        state.solutions.count + state.shifts.count + state.networks.count + passes.passes(of: state.scalarSquares.count)
    }

    /// Of the first parts.
    func units(ofFirst count: Int) -> Int { (0..<count).reduce(0) { $0 + units(of: $1) } }

    /// Of one part; those that are solved again at a smaller tolerance count twice.
    func units(of index: Int) -> Int {
        switch self[index] {
        case .solution(let replica):
            limitPair
                ?? ((replica == 0 ? 2 : 1) + (networks > 0 && replica < MeanFieldSolver.coarseSolutions ? 2 : 0))
                * (steps + probes)
        case .networks: unitsOfNetworks
        case .halves(_, let isRefined): (isRefined ? 2 : 1) * 3 * (steps + probes)
        case .scalars(let pass):
            // Forwards, forwards again piece by piece, and backwards for every scalar.
            (pass.isRefined ? 2 : 1) * (2 * steps + bareProbes + pass.scalars.count * (steps + bareProbes))
        }
    }
}
