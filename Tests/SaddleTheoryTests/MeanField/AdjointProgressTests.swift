import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

/// What a long calculation by the adjoint owes to whoever waits for it: it says how far it is, stops when asked, and goes on where
/// it stopped. Catches work that is counted wrongly or done twice, and results that depend on an interruption.
@Suite struct AdjointProgressTests {
    /// Four scalars at three times in three replicas: passes of 8 and 4.
    private static let solver = MeanFieldSolver(
        AdjointTests.smallExperiment(steps: 6, recorded: [0, 3, 6]),
        settings: MeanFieldSettings(
            sites: 60, tolerance: 1e-2, replicas: 3, method: .adjoint,
            observables: ["test_loss", "train_loss", "test_output[1]", "train_output[2]"]))

    /// How often it asked whether to stop, and what it said last of its progress.
    private final class Watch: Sendable {
        let asked = Counter()
        let largest = Mutex((done: 0.0, total: 0.0))
        let state = Mutex<MeanFieldProgress?>(nil)

        func run(
            from start: MeanFieldProgress? = nil,
            stopAt stop: @escaping @Sendable (Int, MeanFieldProgress?) -> Bool = { _, _ in false }
        ) throws -> MeanFieldPrediction {
            try solver.predict(
                from: start,
                progress: { done, total in self.largest.withLock { if done > $0.done { $0 = (done, total) } } },
                shouldStop: { stop(self.asked.increment(), self.state.withLock { $0 }) }, checkpointEvery: .zero,
                checkpoint: { state in self.state.withLock { $0 = state } })
        }
    }

    @Test func continuesAfterTheFirstScalars() throws {
        let (whole, stopped, rest) = (Watch(), Watch(), Watch())
        let reference = try whole.run()
        #expect(throws: MeanFieldError.stopped) { _ = try stopped.run { _, state in state?.scalarSquares.isEmpty == false } }
        let state = try #require(stopped.state.withLock { $0 })
        #expect((8..<36).contains(state.scalarSquares.count) && state.scalarChanges.count >= 8, "\(state.scalarSquares.count)")

        let continued = try rest.run(from: state)
        #expect(continued.scalars == reference.scalars && continued.mean == reference.mean)
        #expect(continued.scalars.map(\.variance.count) == [3, 3, 3, 3])
        // Nothing is done twice: what a part takes is what it was said to take.
        let (done, total) = rest.largest.withLock { $0 }
        let all = whole.largest.withLock { $0 }
        #expect(all.done == all.total && done == total && total == all.total, "\(all), then \(done) of \(total)")
        // By hand: a sweep has 7 steps and 3 recorded times of the test points. 3 + 1 solutions; passes of two sweeps, the test points
        // once more, and one way back a scalar, (14 + 3 + 8·10) and (14 + 3 + 4·10), in 3 + 1 replicas.
        #expect(whole.asked.increment() - 1 == 4 * 13 + 4 * (97 + 57) && all.total == 668)
        #expect(rest.asked.increment() - 1 <= 668 - 52 - 2 * 97)

        // Negative control: what was kept is what is used.
        var other = state
        other.scalarSquares[0] *= 1.01
        #expect(try Watch().run(from: other).scalars != reference.scalars)
    }

    /// After the answer was "stop", nobody takes another step: of the 3 + 1 solutions those beside the one that was told ask once more.
    @Test(arguments: [1, 40, 120, 200, 333]) func stopsAtOnce(after limit: Int) throws {
        let watch = Watch()
        #expect(throws: MeanFieldError.stopped) { _ = try watch.run { asked, _ in asked >= limit } }
        #expect(watch.asked.increment() - 1 < limit + 4)
    }
}
