import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import Testing

/// Parts of a prediction that were computed apart give the bits of the prediction that computes them itself. Catches a part that is encoded with
/// something left out, one of other ways that is taken, and work that is done although it is known.
@Suite struct MeanFieldPartTests {
    private static let solvers = [
        MeanFieldSolver(
            NarrowNetworksTests.cases[0].experiment,
            settings: MeanFieldSettings(accuracy: 0.3, sites: 60, tolerance: 1e-3, replicas: 2)),
        MeanFieldSolver(
            AdjointTests.smallExperiment(steps: 6, recorded: [0, 3, 6]),
            settings: MeanFieldSettings(sites: 60, tolerance: 1e-2, directions: 4, replicas: 3)),
        MeanFieldSolver(
            AdjointTests.smallExperiment(steps: 6, recorded: [0, 3, 6]),
            settings: MeanFieldSettings(
                sites: 60, tolerance: 1e-2, replicas: 3, method: .adjoint, observables: ["test_loss", "train_output[2]"])),
    ]

    @Test(arguments: 0..<3) func sameBits(number: Int) throws {
        let solver = Self.solvers[number], ways = try solver.firstWays(), (count, large) = solver.expectedParts(ways)
        #expect(large <= count && (number == 0) == (large < count))
        let parts = try (0..<count).map { try solver.part($0, ways) }
        let reference = try solver.predict(), unknown = Mutex<[Int]>([])
        func predicted(_ parts: [MeanFieldPart]) throws -> MeanFieldPrediction {
            try solver.predict(known: { index, asked in
                if asked == ways, index < parts.count { return parts[index] }
                unknown.withLock { $0.append(index) }
                return nil
            })
        }
        let shared = try predicted(parts)
        #expect(shared.mean == reference.mean && shared.meanError == reference.meanError)
        #expect(shared.variance == reference.variance && shared.varianceError == reference.varianceError)
        #expect(shared.bias == reference.bias && shared.meanTruncation == reference.meanTruncation)
        #expect(
            shared.scalars == reference.scalars && shared.panels.halves == reference.panels.halves
                && shared.ranks == reference.ranks)
        // An accuracy may take more than were expected, and nothing else does.
        #expect(unknown.withLock { $0.allSatisfy { number == 0 && $0 >= count } })
        // Negative control: what is given is what is used.
        var others = parts
        others[0][1][0] += 1
        if number == 0 { others[0] = others[1] }
        #expect(try predicted(others).mean != reference.mean)
    }
}
