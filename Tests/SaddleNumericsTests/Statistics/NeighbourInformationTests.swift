import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Closed forms of mutual information, and the estimators by their definition with all distances.
@Suite struct NeighbourInformationTests {
    /// Gaussian pairs: I = −½ ln(1 − ρ²). Sixty draws of 500 see mistakes of 0.08 nats; the bias is below 0.015.
    @Test(arguments: [0.0, 0.5, 0.9]) func gaussianPairs(ρ: Double) {
        let estimates = (0..<60).map { draw in
            var stream = RandomStream(seed: 1, .test, draw)
            let x = stream.normals(500), z = stream.normals(500)
            let y = zip(x, z).map { ρ * $0 + (1 - ρ * ρ).squareRoot() * $1 }
            return NeighbourInformation(x, index: 1).information(with: NeighbourInformation(y, index: 0), neighbours: 3)
        }
        expectConsistent(Estimate(estimates), with: -0.5 * log(1 - ρ * ρ), seeing: 0.08, allowance: 0.015)
    }

    /// A symmetric parabola has no correlation and much information; noise added to it sets how much.
    @Test func parabola() {
        var stream = RandomStream(seed: 2, .test)
        let x = stream.normals(1000), y = x.map { $0 * $0 }
        let covariance = zip(x, y).reduce(0) { $0 + $1.0 * ($1.1 - 1) } / 1000
        let information = NeighbourInformation(x, index: 1).information(with: NeighbourInformation(y, index: 0), neighbours: 3)
        #expect(abs(covariance) < 0.3 && information > 1.5)
    }

    /// By the definition: every distance, every count.
    @Test func numbersByDefinition() {
        var stream = RandomStream(seed: 3, .test)
        let x = stream.normals(80), z = stream.normals(80), y = zip(x, z).map { $0 * $0 + 0.3 * $1 }
        func scaled(_ v: [Double]) -> [Double] {
            let m = v.reduce(0, +) / 80, s = (v.reduce(0) { $0 + ($1 - m) * ($1 - m) } / 80).squareRoot()
            return v.map { ($0 - m) / s }
        }
        let (a, b) = (scaled(x), scaled(y)), k = 4
        let order = stream.permutation(80)
        // Rounded features are asked along the other one; the result is that of the same search.
        let (rounded, plain) = (NeighbourInformation(x.map { ($0 * 8).rounded() }, index: 1), NeighbourInformation(y, index: 0))
        let inverse = order.indices.map { i in order.firstIndex(of: i)! }
        expectClose(
            rounded.information(with: plain, permutation: order, neighbours: k),
            plain.information(with: rounded, permutation: inverse, neighbours: k), within: 1e-12)
        for permutation in [nil, order] {
            let c = permutation.map { p in p.map { b[$0] } } ?? b
            var sum = 0.0
            for i in 0..<80 {
                let distances = (0..<80).filter { $0 != i }.map { max(abs(a[i] - a[$0]), abs(c[i] - c[$0])) }.sorted()
                let radius = distances[k - 1]
                let nx = (0..<80).count { $0 != i && abs(a[i] - a[$0]) < radius }
                let ny = (0..<80).count { $0 != i && abs(c[i] - c[$0]) < radius }
                sum += harmonic(nx) + harmonic(ny)
            }
            // ψ(n + 1) = H_n − γ, and the four γ cancel.
            let exact = harmonic(k - 1) + harmonic(79) - sum / 80
            let found = NeighbourInformation(x, index: 1).information(
                with: NeighbourInformation(y, index: 0), permutation: permutation, neighbours: k)
            expectClose(found, exact, within: 1e-12)
        }
    }

    @Test func classesByDefinition() {
        var stream = RandomStream(seed: 4, .test)
        let x = stream.normals(90), classes = x.map { $0 + stream.normal() > 0.5 ? 2 : $0 > -0.4 ? 1 : 0 }
        let k = 3
        var sum = 0.0
        for i in 0..<90 {
            let same = (0..<90).filter { $0 != i && classes[$0] == classes[i] }
            let radius = same.map { abs(x[$0] - x[i]) }.sorted()[k - 1]
            let m = (0..<90).count { $0 != i && abs(x[$0] - x[i]) <= radius }
            sum += harmonic(same.count) + harmonic(m - 1)
        }
        let exact = harmonic(89) + harmonic(k - 1) - sum / 90
        expectClose(NeighbourInformation(x, index: 0).information(classes: classes, neighbours: k), exact, within: 1e-8)
    }

    /// A feature that is the class has the entropy of the class, tied or not; one that is tied and independent has none.
    @Test func ties() {
        var stream = RandomStream(seed: 5, .test)
        let classes = (0..<900).map { $0 % 3 }
        let exact = NeighbourInformation(classes.map(Double.init), index: 0)
        expectClose(exact.information(classes: classes, neighbours: 3), log(3), within: 0.01)
        #expect(exact.tiedShare == 1)
        let estimates = (0..<20).map { index in
            let coins = stream.signs(900)
            return NeighbourInformation(coins, index: index).information(classes: classes, neighbours: 3)
        }
        expectConsistent(Estimate(estimates), with: 0, seeing: 0.05, allowance: 0.005)
        // Both tied, with the same noise they would be told from each other by it.
        let a = stream.signs(900), b = stream.signs(900)
        let both = NeighbourInformation(a, index: 1).information(with: NeighbourInformation(b, index: 0), neighbours: 3)
        #expect(abs(both) < 0.1, "\(both)")
        #expect(NeighbourInformation([2, 2, 2, 2, 2], index: 0).information(classes: [0, 0, 0, 1, 1], neighbours: 1) == 0)
    }

    private func harmonic(_ n: Int) -> Double { n <= 0 ? 0 : (1...n).reduce(0) { $0 + 1 / Double($1) } }
}
