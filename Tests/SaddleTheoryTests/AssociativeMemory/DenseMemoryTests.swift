import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Retrieval states against published capacities, iteration with another quadrature, thermodynamic identities, and the line T = α̃, on which all is
// known. Would catch a wrong power of P, a lost reaction at P = 2, a free energy that belongs to another state.

/// E g(z) by a sum that shares nothing with the package.
private func average(_ g: (Double) -> Double) -> Double {
    let step = 0.002
    return (-4500...4500).reduce(0) { sum, k in
        let z = step * Double(k)
        return sum + step * exp(-z * z / 2) / (2 * Double.pi).squareRoot() * g(z)
    }
}

private func last(_ memory: DenseMemory) throws -> MemoryState { try #require(try memory.spinodal()) }

@Suite struct DenseMemoryTests {
    @Test(arguments: [
        (2, 0.137906, 0.96742), (3, 0.252190, 0.8385), (4, 0.197860, 0.9179), (5, 0.172773, 0.9472), (6, 0.157680, 0.9620),
    ])
    func capacities(order: Int, load: Double, overlap: Double) throws {
        let state = try #require(try DenseMemory(order: order, temperature: 0).spinodal())
        expectClose(state.load, load, within: 6e-7)
        expectClose(state.overlap, overlap, within: 6e-5)
        // √(2α) = erf(x)/x − (2/√π)e^{−x²} for P = 2, m = erf(m^{P−1}/√(2α̃)) beyond.
        if order > 2 {
            expectClose(erf(pow(state.overlap, Double(order - 1)) / (2 * state.load).squareRoot()), state.overlap, within: 1e-13)
        } else {
            let x = normalScore(upper: (1 - state.overlap) / 2) / 2.0.squareRoot()
            expectClose(erf(x) / x - 2 / Double.pi.squareRoot() * exp(-x * x), (2 * state.load).squareRoot(), within: 1e-9)
        }
    }

    private func normalScore(upper: Double) -> Double { normalQuantile(twoSided: 2 * upper) }

    @Test(arguments: [(2, 0.08, 0.3), (2, 0.12, 0.1), (3, 0.2, 0.15), (3, 0.1, 0.4), (4, 0.15, 0.2), (7, 0.1, 0.1)])
    func iteration(order: Int, load: Double, temperature t: Double) throws {
        let state = try #require(try DenseMemory(order: order, temperature: t).retrieval(load: load))
        let p = Double(order)
        var (m, q) = (1.0, 1.0)
        for _ in 0..<400 {
            let σ = order == 2 ? (load * q).squareRoot() / (1 - (1 - q) / t) : (load * pow(q, p - 1)).squareRoot()
            let a = pow(m, p - 1)
            (m, q) = (average { tanh((a + σ * $0) / t) }, average { pow(tanh((a + σ * $0) / t), 2) })
        }
        expectClose(state.load, load, within: 1e-11)
        expectClose(state.overlap, m, within: 1e-9)
        expectClose(state.selfOverlap, q, within: 1e-9)
    }

    /// d(f/T)/d(1/T) = u at fixed load.
    @Test(arguments: [(2, 0.1, 0.2), (3, 0.22, 0.2), (4, 0.1, 0.3), (5, 0.15, 0.05)])
    func energyFollowsFromFreeEnergy(order: Int, load: Double, temperature t: Double) throws {
        func scaled(_ β: Double) throws -> Double {
            β * (try #require(try DenseMemory(order: order, temperature: 1 / β).retrieval(load: load)).freeEnergy)
        }
        let state = try #require(try DenseMemory(order: order, temperature: t).retrieval(load: load)), β = 1 / t, h = 1e-3 * β
        let slope = try (8 * (scaled(β + h) - scaled(β - h)) - (scaled(β + 2 * h) - scaled(β - 2 * h))) / (12 * h)
        expectClose(state.energy, slope, within: 1e-8)
    }

    /// T = α̃ is the line of Nishimori: m = q, energy −1/P, replica symmetry holds.
    @Test(arguments: [3, 4, 6], [0.05, 0.12, 0.14])
    func nishimori(order: Int, load: Double) throws {
        let state = try #require(try DenseMemory(order: order, temperature: load).retrieval(load: load))
        expectClose(state.selfOverlap, state.overlap, within: 1e-10)
        expectClose(state.energy, -1 / Double(order), within: 1e-10)
        #expect(state.isStable)
    }

    /// Replicons by numpy 2 (uniform sums over 3001 places), as m and q.
    @Test(arguments: [(0.2, 0.05, 1.0695507711), (0.2, 0.1, 0.5279557871), (0.24, 0.1, 1.0433344597)])
    func replicons(load: Double, temperature: Double, replicon: Double) throws {
        let memory = DenseMemory(order: 3, temperature: temperature)
        let state = try #require(try memory.retrieval(load: load))
        expectClose(state.replicon, replicon, within: 1e-8)
        let edge = try #require(try memory.instability(spinodal: last(memory)))
        expectClose(edge.replicon, 1, within: 1e-9)
        #expect((edge.load < load) == (replicon > 1))
    }

    /// Where free energies cross; at T = 0 the published 0.051 for P = 2.
    @Test func groundStates() throws {
        let cold = DenseMemory(order: 2, temperature: 0)
        let crossing = try #require(try cold.transition(spinodal: last(cold), glass: SpinGlass(order: 2)))
        expectClose(crossing.load, 0.051, within: 1e-3)
        let glass = try SpinGlass(order: 4), memory = DenseMemory(order: 4, temperature: 0.1)
        let edge = try #require(try memory.transition(spinodal: last(memory), glass: glass))
        expectClose(edge.freeEnergy, try glass.state(load: edge.load, temperature: 0.1).freeEnergy, within: 1e-12)
        let denser = try #require(try memory.retrieval(load: 1.05 * edge.load))
        #expect(try denser.freeEnergy > glass.state(load: denser.load, temperature: 0.1).freeEnergy)
    }

    @Test func limits() throws {
        let light = try #require(try DenseMemory(order: 3, temperature: 0.2).retrieval(load: 1e-8))
        expectClose(light.overlap, tanh(light.overlap * light.overlap / 0.2), within: 1e-7)
        let silent = try #require(try DenseMemory(order: 3, temperature: 0).retrieval(load: 0.005))
        #expect(silent.overlap == 1)
        expectClose(silent.freeEnergy, -1.0 / 3, within: 1e-15)
        #expect(DenseMemory(order: 2, temperature: 1).range == nil)
        expectClose(DenseMemory.highestTemperature(order: 3), 0.5825829, within: 1e-7)
        #expect(try DenseMemory(order: 3, temperature: 0.59).spinodal() == nil)
        #expect(try DenseMemory(order: 3, temperature: 0).retrieval(load: 0.253) == nil)
        // N ½ erfc(1/√(2α)) = 1
        let free = DenseMemory.errorFreeLoad(size: 1000)
        expectClose(500 * erfc(1 / (2 * free).squareRoot()), 1, within: 1e-9)
    }
}
