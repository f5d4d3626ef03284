import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct NewtonRootTests {
    /// x² + y² = 4, xy = 1, with equations in different units: x + y = √6.
    @Test(arguments: [1, 1e6])
    func twoEquations(unit: Double) throws {
        let root = try #require(
            newtonRoot(from: [3, 0.1], scales: [1, 1]) { [$0[0] * $0[0] + $0[1] * $0[1] - 4, unit * ($0[0] * $0[1] - 1)] })
        expectClose(root[0] + root[1], 6.0.squareRoot(), within: 1e-10)
        expectClose(root[0] * root[1], 1, within: 1e-10)
    }

    /// Steps of the full method leave the domain or overshoot; none is found where there is none.
    @Test func difficultStarts() throws {
        let root = try #require(newtonRoot(from: [20], scales: [1]) { [atan($0[0] - 1)] })
        expectClose(root[0], 1, within: 1e-9)
        #expect(newtonRoot(from: [1], scales: [1]) { [$0[0] * $0[0] + 1] } == nil)
        #expect(newtonRoot(from: [1, 1], scales: [1, 1]) { [$0[0] + $0[1], $0[0] + $0[1] + 1] } == nil)
        #expect(newtonRoot(from: [-1], scales: [1]) { [log($0[0])] } == nil)
    }
}

@Suite struct GaussianTrapezoidTests {
    @Test func moments() {
        let rule = GaussianTrapezoid(strip: 10)
        func mean(_ f: (Double) -> Double) -> Double { zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * f($1.0) } }
        expectClose(mean { _ in 1 }, 1, within: 1e-14)
        expectClose(mean { pow($0, 6) }, 15, within: 1e-12)
    }

    /// tanh² of 20z has poles π/40 from the real axis.
    @Test func steep() throws {
        let rule = GaussianTrapezoid(strip: Double.pi / 40)
        let sum = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow(tanh(20 * $1.0), 2) }
        let slow = try GaussianQuadrature.averages(of: 1) { u, out in for j in u.indices { out[j] = pow(tanh(20 * u[j]), 2) } }
        expectClose(sum, slow[0], within: 1e-13)
    }
}
