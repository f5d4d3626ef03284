import SaddleTheory
import TestSupport
import Testing

// One step of replica-symmetry breaking around a pattern, against numpy and scipy 1.17 (uniform sums over 401 × 3001 places, `scipy.optimize.root`).
// Would catch a wrong weight, a wrong θ, or the symmetric solution taken for a broken one.
@Suite struct BrokenMemoryStateTests {
    @Test(arguments: [
        (
            3, 0.2, 0.05,
            [0.9627688281935624, 0.9891822113262312, 0.9903284082481986, 0.4939314788, -0.338219312831423, 1.0012050974]
        ),
        (
            4, 0.19, 0.05,
            [0.9605403272464219, 0.9832605609758826, 0.9926265761265226, 0.4001079834, -0.254415121520394, 1.0536241422]
        ),
        (
            3, 0.24, 0.1,
            [0.9233163097419483, 0.9642787991083328, 0.9666904976241846, 0.5196300251, -0.3439786913119168, 1.0004586998]
        ),
    ])
    func solutions(order: Int, load: Double, temperature: Double, expected: [Double]) throws {
        let symmetric = try #require(try DenseMemory(order: order, temperature: temperature).retrieval(load: load))
        let state = try #require(BrokenMemoryState(from: symmetric))
        expectClose(state.overlap, expected[0], within: 1e-8)
        expectClose(state.betweenStates, expected[1], within: 1e-7)
        expectClose(state.withinState, expected[2], within: 1e-7)
        expectClose(state.breakpoint, expected[3], within: 1e-5)
        expectClose(state.freeEnergy, expected[4], within: 1e-10)
        expectClose(state.replicon, expected[5], within: 1e-5)
        // f is a maximum over order parameters between copies.
        #expect(state.freeEnergy > symmetric.freeEnergy && state.replicon < symmetric.replicon)
    }

    @Test func stableStatesDoNotBreak() throws {
        let state = try #require(try DenseMemory(order: 3, temperature: 0.15).retrieval(load: 0.2))
        #expect(BrokenMemoryState(from: state) == nil)
    }
}
