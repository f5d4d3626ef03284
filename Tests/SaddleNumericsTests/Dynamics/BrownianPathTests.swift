import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// One path whatever the questions are, with the laws of increments and areas.
struct BrownianPathTests {
    @Test func refinementKeepsCoarseIncrements() {
        let path = BrownianPath(length: 1, dimension: 2, seed: 1)
        let coarse = path.dyadic(level: 3, 5)
        // Finer questions in between, in another order.
        let fine = (0..<8).reversed().map { path.dyadic(level: 6, 5 * 8 + $0) }.reversed()
        _ = path.value(at: 0.3781)
        #expect(path.dyadic(level: 3, 5).increment == coarse.increment && path.dyadic(level: 3, 5).area == coarse.area)
        for i in 0..<2 { #expect(abs(fine.reduce(0.0) { $0 + $1.increment[i] } - coarse.increment[i]) < 1e-15) }
        // The area of the whole from those of the parts: H = ½(H₁ + H₂) + ¼(W₁ − W₂).
        let (left, right) = (path.dyadic(level: 4, 10), path.dyadic(level: 4, 11))
        for i in 0..<2 {
            let area = (left.area[i] + right.area[i]) / 2 + (left.increment[i] - right.increment[i]) / 4
            #expect(abs(area - coarse.area[i]) < 1e-15)
            #expect(abs(left.increment[i] + right.increment[i] - coarse.increment[i]) < 1e-15)
        }
    }

    @Test func anyTimeIsOnTheSamePath() {
        let path = BrownianPath(length: 3, dimension: 1, seed: 2)
        let whole = path.increment(from: 0.7, to: 2.2)
        let (a, b) = (path.increment(from: 0.7, to: 1.1), path.increment(from: 1.1, to: 2.2))
        #expect(abs(a.increment[0] + b.increment[0] - whole.increment[0]) < 1e-13)
        // Areas of unequal parts: ∫(W_u − W_s) adds up.
        func integral(_ x: BrownianPath.Increment, _ h: Double) -> Double { h * (x.area[0] + x.increment[0] / 2) }
        #expect(abs(integral(a, 0.4) + 1.1 * a.increment[0] + integral(b, 1.1) - integral(whole, 1.5)) < 1e-12)
        #expect(abs(path.increment(from: 0.75, to: 1.5).area[0] - path.dyadic(level: 2, 1).area[0]) < 1e-13)
        #expect(abs(path.value(at: 3).path[0] - path.dyadic(level: 0, 0).increment[0]) == 0)
    }

    /// Var W = h, Var H = h/12, no covariance, also of neighbours and of levels; of 4000 paths, at a false alarm of 1e-6 each.
    @Test func lawsOfIncrementsAndAreas() {
        let n = 4000
        let parts = (0..<n).map { index -> [Double] in
            let path = BrownianPath(length: 2, dimension: 1, seed: 3, index: index)
            let (a, b) = (path.dyadic(level: 4, 6), path.dyadic(level: 4, 7)), c = path.increment(from: 0.9, to: 1.3)
            return [a.increment[0], a.area[0], b.increment[0], b.area[0], c.increment[0], c.area[0]]
        }
        let h = 2.0 / 16
        for (k, variance) in [(0, h), (1, h / 12), (2, h), (3, h / 12), (4, 0.4), (5, 0.4 / 12)] {
            expectConsistent(Estimate(parts.map { $0[k] * $0[k] }), with: variance, seeing: .relative(0.2))
        }
        for (i, j) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (4, 5)] {
            let scale =
                (parts.reduce(0.0) { $0 + $1[i] * $1[i] } * parts.reduce(0.0) { $0 + $1[j] * $1[j] }).squareRoot() / Double(n)
            expectConsistent(Estimate(parts.map { $0[i] * $0[j] / scale }), with: 0, seeing: 0.12)
        }
    }
}
