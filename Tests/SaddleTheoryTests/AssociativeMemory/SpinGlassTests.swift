import SaddleTheory
import TestSupport
import Testing

// The glass of P-spin couplings, with E E² = N/2 where α̃ = P/2, against closed forms (random energy model, high temperature, T = 0) and values by
// another program. Would catch a wrong complexity or breakpoint.
@Suite struct SpinGlassTests {
    /// P → ∞: T_K = 1/(2√log 2), below it f = −√log 2, q₁ = 1 and θ = T/T_K; what is missing at P = 50 is exponentially small.
    @Test func randomEnergyModel() throws {
        let glass = try SpinGlass(order: 50), root = 0.6931471805599453.squareRoot(), load = 25.0
        expectClose(try #require(glass.condensationRatio) * load.squareRoot(), 1 / (2 * root), within: 1e-6)
        expectClose(SpinGlass.groundEnergy(order: 50) * load.squareRoot(), -root, within: 1e-6)
        for share in [0.3, 0.7, 0.95] {
            let state = try glass.state(load: load, temperature: share / (2 * root))
            expectClose(state.freeEnergy, -root, within: 1e-6)
            expectClose(state.breakpoint, share, within: 1e-6)
            expectClose(state.overlap, 1, within: 1e-6)
            #expect(state.replicon < 1)
        }
        let hot = try glass.state(load: load, temperature: 1)
        expectClose(hot.freeEnergy, -root * root - 0.25, within: 1e-15)
        #expect(!hot.isFrozen)
    }

    /// T_K and T_d of the Ising glass by scipy 1.17 (`root`, `minimize_scalar`) on uniform sums; published 0.651 and 0.682 for P = 3.
    @Test func transitions() throws {
        let three = try SpinGlass(order: 3), four = try SpinGlass(order: 4)
        expectClose(try #require(three.condensationRatio) * 1.5.squareRoot(), 0.65138523, within: 1e-8)
        expectClose(try #require(three.dynamicalRatio) * 1.5.squareRoot(), 0.68159804, within: 1e-8)
        expectClose(try #require(four.condensationRatio) * 2.0.squareRoot(), 0.61688329, within: 1e-8)
    }

    @Test(arguments: [
        (3, 0.5, 0.89310143, 0.70994795, -0.8231361419794843), (4, 0.4, 0.9777193, 0.62493877, -0.8275425954457666),
    ])
    func states(order: Int, temperature: Double, overlap: Double, breakpoint: Double, freeEnergy: Double) throws {
        let state = try SpinGlass(order: order).state(load: Double(order) / 2, temperature: temperature)
        expectClose(state.overlap, overlap, within: 1e-8)
        expectClose(state.breakpoint, breakpoint, within: 1e-8)
        expectClose(state.freeEnergy, freeEnergy, within: 1e-12)
    }

    /// f and its slope, −(entropy), go on through T_K; at T → 0 f ends at the closed form.
    @Test func continuity() throws {
        let glass = try SpinGlass(order: 3), t = try #require(glass.condensationRatio)
        func f(_ t: Double) throws -> Double { try glass.state(load: 1, temperature: t).freeEnergy }
        let h = 1e-4 * t
        expectClose(try f(t - h) - f(t - 2 * h), try f(t + 2 * h) - f(t + h), within: 1e-7)
        let ground = SpinGlass.groundEnergy(order: 3)
        #expect(try glass.state(load: 1, temperature: 0).freeEnergy == ground)
        // The entropy of one step is slightly negative at T = 0 (Gardner's instability is there, below T = 0.24 for P = 3).
        let (near, far) = (try f(1e-4) - ground, try f(1e-3) - ground)
        #expect(near > 0 && far < 1e-5)
        expectClose(far / near, 10, within: 0.2)
    }

    /// P = 2 at T = 0: f = −√(2α/π) − 1/π, and T_g = 1 + √α.
    @Test func hopfield() throws {
        let glass = try SpinGlass(order: 2)
        for load in [0.05, 1, 100] {
            let state = try glass.state(load: load, temperature: 0)
            expectClose(state.freeEnergy, -(2 * load / Double.pi).squareRoot() - 1 / Double.pi, within: 1e-12)
            let edge = 1 + load.squareRoot()
            let below = try glass.state(load: load, temperature: 0.999 * edge),
                above = try glass.state(load: load, temperature: 1.001 * edge)
            #expect(below.isFrozen && below.overlap < 0.01 && !above.isFrozen && above.replicon < 1 && below.replicon > 1)
        }
    }
}
