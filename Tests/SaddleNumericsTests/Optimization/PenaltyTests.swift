import SaddleNumerics
import TestSupport
import Testing

/// Proximal maps against minimisation by trying, which shares nothing with the closed forms.
@Suite struct PenaltyTests {
    static let penalties: [Penalty] = [.lasso, .mcp(gamma: 3), .mcp(gamma: 1.3), .scad(a: 3.7), .scad(a: 2.2)]

    @Test(arguments: penalties) func proximalMapsMinimise(penalty: Penalty) {
        for λ in [0.3, 1.0] {
            for step in -60...60 {
                let z = 0.083 * Double(step)
                func objective(_ b: Double) -> Double { 0.5 * (b - z) * (b - z) + penalty.value(b, strength: λ) }
                // Golden section within the best cell of a grid.
                let grid = (-6000...6000).map { Double($0) / 1000 }, best = grid.min { objective($0) < objective($1) }!
                var (low, high) = (best - 0.001, best + 0.001)
                for _ in 0..<80 {
                    let (a, b) = (low + 0.381966 * (high - low), low + 0.618034 * (high - low))
                    if objective(a) < objective(b) { high = b } else { low = a }
                }
                // Values tell a minimum to about √ε.
                expectClose(penalty.proximal(z, strength: λ), (low + high) / 2, within: 3e-7, "z = \(z)")
            }
        }
    }

    /// Slopes are derivatives of values.
    @Test(arguments: penalties) func slopes(penalty: Penalty) {
        for b in [0.2, 0.7, 1.5, 2.9, 3.6, 5] {
            let h = 1e-5
            let slope = (penalty.value(b + h, strength: 0.8) - penalty.value(b - h, strength: 0.8)) / (2 * h)
            expectClose(penalty.slope(b, strength: 0.8), slope, within: 1e-8)
        }
    }

    /// Large coefficients are left alone by MCP and SCAD, and made smaller by the lasso.
    @Test func bias() {
        #expect(Penalty.mcp().proximal(10, strength: 1) == 10 && Penalty.scad().proximal(-10, strength: 1) == -10)
        #expect(Penalty.lasso.proximal(10, strength: 1) == 9 && Penalty.lasso.proximal(0.5, strength: 1) == 0)
    }
}
