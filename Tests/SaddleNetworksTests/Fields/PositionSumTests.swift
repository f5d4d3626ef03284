import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleNetworks

/// Both ways to sum over positions against the definition in scalar loops, within a set and between two of different sizes. Catches outputs
/// and positions in the wrong order, a triangle that is not mirrored, and a bias counted once for each position.
@Suite struct PositionSumTests {
    @Test(arguments: [(1, 3), (2, 4), (3, 1)]) func bothWaysEqualLoops(outputs: Int, positions: Int) {
        let (units, reads, λ) = (3, 5, (0.7, weight: 1.3, bias: 0.4))
        var stream = RandomStream(seed: 3, .test, outputs, positions)
        func part(_ samples: Int) -> (g: Matrix, r: Matrix, sum: PositionSum) {
            let g = stream.normals(rows: units, columns: samples * outputs * positions)
            let r = stream.normals(rows: reads, columns: samples * positions)
            return (g, r, PositionSum(g, r, samples: samples, scales: λ))
        }
        let (a, b) = (part(3), part(2))
        func dot(_ x: Matrix, _ i: Int, _ y: Matrix, _ j: Int) -> Double { (0..<x.rows).reduce(0) { $0 + x[$1, i] * y[$1, j] } }
        for (left, right, isSame) in [(a, a, true), (a, b, false), (b, a, false)] {
            let other = isSame ? nil : right.sum
            let (whole, jacobians, products) = (
                left.sum.kernel(with: other), left.sum.byJacobians(other), left.sum.byPositions(other)
            )
            for i in 0..<left.g.columns / positions {
                for j in 0..<right.g.columns / positions {
                    var (weight, bias) = (0.0, 0.0)
                    for p in 0..<positions {
                        for q in 0..<positions {
                            let g = 0.7 * dot(left.g, i * positions + p, right.g, j * positions + q)
                            let r = dot(left.r, i / outputs * positions + p, right.r, j / outputs * positions + q)
                            weight += g * 1.3 * r / Double(reads)
                            bias += g * 0.4
                        }
                    }
                    expectClose(jacobians[i, j], weight, within: 1e-13 * (10 + abs(weight)))
                    expectClose(products[i, j], weight, within: 1e-13 * (10 + abs(weight)))
                    expectClose(whole[i, j], weight + bias, within: 1e-13 * (10 + abs(weight)))
                }
            }
        }
    }

    /// Many positions of few units take Jacobians, few positions of many units products.
    @Test func theCheaperWayIsTaken() {
        func prefersJacobians(units: Int, positions: Int, samples: Int) -> Bool {
            let sum = PositionSum(
                Matrix(rows: units, columns: samples * positions), Matrix(rows: units, columns: samples * positions),
                samples: samples, scales: (1, 1, 0))
            return sum.prefersJacobians(sum)
        }
        #expect(prefersJacobians(units: 8, positions: 64, samples: 10))
        #expect(!prefersJacobians(units: 256, positions: 3, samples: 10))
    }
}
