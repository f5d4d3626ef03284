import SaddleModels

/// The parts of a prediction, in the order in which they are committed, and how much work each is.
///
/// The unit is what is done between two questions whether to stop: a step of a sweep, forwards or backwards, or the points that do
/// not act back at one recorded time.
struct MeanFieldWork: Sendable {
    enum Part: Sendable {
        case solution(replica: Int)
        case halves(direction: Int, isRefined: Bool)
        case scalars(ScalarPasses.Pass)
    }

    private let replicas, directions: Int
    private let passes: ScalarPasses
    private let steps: Int
    /// Recorded times of batches that do not act back: of a solution, and of one without kernels.
    private let probes, bareProbes: Int

    init(_ solver: MeanFieldSolver) {
        let experiment = solver.experiment
        func probes(_ settings: MeanFieldSettings) -> Int {
            MeanFieldSweep.probeStarts(experiment, settings).count * Set(experiment.recordedSteps + [0]).count
        }
        replicas = solver.settings.replicas
        directions = solver.usesAdjoint ? 0 : solver.settings.directions
        passes = solver.scalarPasses
        steps = experiment.recordedSteps.last! + 1
        (self.probes, bareProbes) = (probes(solver.settings), probes(solver.withoutKernels.settings))
    }

    var count: Int { replicas + directions + passes.count }

    subscript(index: Int) -> Part {
        if index < replicas { return .solution(replica: index) }
        let direction = index - replicas
        return direction < directions
            ? .halves(direction: direction, isRefined: direction < MeanFieldSolver.refinedPairs)
            : .scalars(passes[direction - directions])
    }

    /// How many parts a state holds.
    func finished(_ state: MeanFieldProgress) -> Int {
        state.solutions.count + state.shifts.count + passes.passes(of: state.scalarSquares.count)
    }

    /// Of the first parts; those that are solved again at a smaller tolerance count twice.
    func units(ofFirst count: Int) -> Int {
        (0..<count).reduce(0) { sum, index in
            switch self[index] {
            case .solution(let replica): sum + (replica == 0 ? 2 : 1) * (steps + probes)
            case .halves(_, let isRefined): sum + (isRefined ? 2 : 1) * 3 * (steps + probes)
            case .scalars(let pass):
                // Forwards, forwards again piece by piece, and backwards for every scalar.
                sum + (pass.isRefined ? 2 : 1) * (2 * steps + bareProbes + pass.scalars.count * (steps + bareProbes))
            }
        }
    }
}
