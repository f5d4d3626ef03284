import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Closed forms, the assignment problem and marginals; they catch a wrong sign of ε, a plan of the wrong mass, a loop that stops too soon.
@Suite struct SinkhornTests {
    /// Two by two: π = [[p, ½ − p], [½ − p, p]] with p/(½ − p) = e^{−(c₁₁ + c₂₂ − c₁₂ − c₂₁)/2ε}.
    @Test(arguments: [0.05, 1, 30]) func twoByTwo(ε: Double) {
        let costs = Matrix(rows: 2, columns: 2, elements: [0.3, 1.1, 2, 0.4])
        let found = Sinkhorn(costs, epsilon: ε, tolerance: 1e-12), plan = found.plan(costs)
        let ratio = exp(-(0.3 + 0.4 - 1.1 - 2) / (2 * ε)), p = 0.5 * ratio / (1 + ratio)
        expectClose(plan[0, 0], p, within: 1e-12)
        expectClose(plan[0, 1], 0.5 - p, within: 1e-12)
        expectClose(found.cost, p * 0.7 + (0.5 - p) * 3.1, within: 1e-11)
        #expect(found.isConverged)
    }

    private func clouds(_ n: Int, _ m: Int) -> (Matrix, Matrix) {
        var stream = RandomStream(seed: 1, .test)
        var y = stream.normals(rows: m, columns: 2)
        for j in y.elements.indices { y.elements[j] += 0.5 }
        return (stream.normals(rows: n, columns: 2), y)
    }

    /// ε → 0: the best assignment, from above, by less than ε ln n.
    @Test func smallEpsilonIsAssignment() {
        let (x, y) = clouds(15, 15), costs = Sinkhorn.halfSquares(x, y), best = Assignment(costs).cost / 15
        for ε in [0.3, 0.1] {
            let found = Sinkhorn(costs, epsilon: ε, tolerance: 1e-6)
            #expect(
                found.isConverged && found.cost >= best - 1e-5 && found.cost <= best + ε * log(15), "\(found.sweeps), \(best)")
        }
    }

    @Test func marginalsAndHugeEpsilon() {
        let (x, y) = clouds(30, 20), costs = Sinkhorn.halfSquares(x, y)
        for i in [0, 7] {
            let exact = 0.5 * (pow(x[i, 0] - y[3, 0], 2) + pow(x[i, 1] - y[3, 1], 2))
            expectClose(costs[i, 3], exact, within: 1e-13)
        }
        let plan = Sinkhorn(costs, epsilon: 0.1, tolerance: 1e-9).plan(costs)
        for i in 0..<30 { expectClose((0..<20).reduce(0) { $0 + plan[i, $1] }, 1.0 / 30, within: 1e-10) }
        for j in 0..<20 { expectClose((0..<30).reduce(0) { $0 + plan[$1, j] }, 1.0 / 20, within: 1e-9) }
        let mean = costs.elements.reduce(0, +) / 600
        expectClose(Sinkhorn(costs, epsilon: 1e6).cost, mean, within: 1e-4 * mean)
        #expect(!Sinkhorn(costs, epsilon: 0.01, tolerance: 1e-12, maximalSweeps: 3).isConverged)
    }

    /// Quantiles of N(0, a) and N(0, b): covariance (√(ε² + 4ab) − ε)/2.
    @Test(arguments: [0.3, 3]) func gaussians(ε: Double) {
        func cloud(_ variance: Double) -> Matrix {
            let raw = (0..<300).map { i -> Double in
                let u = (Double(i) + 0.5) / 300
                return u < 0.5 ? -normalQuantile(twoSided: 2 * u) : normalQuantile(twoSided: 2 * (1 - u))
            }
            let scale = (variance * 300 / raw.reduce(0) { $0 + $1 * $1 }).squareRoot()
            return Matrix(rows: 300, columns: 1, elements: raw.map { scale * $0 })
        }
        let (x, y) = (cloud(1.5), cloud(0.6)), costs = Sinkhorn.halfSquares(x, y)
        let plan = Sinkhorn(costs, epsilon: ε, tolerance: 1e-9).plan(costs)
        var covariance = 0.0
        for j in 0..<300 { for i in 0..<300 { covariance += plan[i, j] * x[i, 0] * y[j, 0] } }
        let exact = ((ε * ε + 4 * 1.5 * 0.6).squareRoot() - ε) / 2
        expectClose(covariance, exact, within: 0.01 * exact)
    }
}
