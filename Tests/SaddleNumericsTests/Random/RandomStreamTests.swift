// RandomStream: that a stream continues where it stopped, that seed, purpose and each index matter, and that permutations
// and signs are uniform. Catches an off-by-one in the position or a biased shuffle.
import Foundation
import SaddleNumerics
import TestSupport
import Testing

@Suite struct RandomStreamTests {
    @Test func continuesWhereItStopped() {
        var whole = RandomStream(seed: 1, .test, 2), parts = RandomStream(seed: 1, .test, 2)
        let all = whole.normals(1000)
        #expect(parts.normals(1) + parts.normals(6) + parts.normals(400) + parts.normals(0) + parts.normals(593) == all)
        var matrices = RandomStream(seed: 1, .test, 2)
        #expect(matrices.normals(rows: 20, columns: 50).elements == all)
    }

    @Test func everyKeyMatters() {
        var streams = [
            RandomStream(seed: 1, .test), RandomStream(seed: 2, .test), RandomStream(seed: -1, .test),
            RandomStream(seed: 1, .probe),
            RandomStream(seed: 1, .test, 0), RandomStream(seed: 1, .test, 1), RandomStream(seed: 1, .test, 0, 0),
            RandomStream(seed: 1, .test, 0, 1), RandomStream(seed: 1, .test, 1, 0),
        ]
        let firsts = streams.indices.map { streams[$0].word() }
        #expect(Set(firsts).count == streams.count)
    }

    /// All 24 orders of four things are equally likely: χ² with 23 degrees of freedom exceeds 83.3 once in 10⁸.
    @Test func permutationsAreUniform() {
        var stream = RandomStream(seed: 1, .test)
        let count = 24_000
        var seen: [[Int]: Int] = [:]
        for _ in 0..<count { seen[stream.permutation(4), default: 0] += 1 }
        #expect(seen.count == 24 && seen.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
        let chiSquared = seen.values.reduce(0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(chiSquared < 83.3)
        #expect(stream.permutation(0) == [] && stream.permutation(1) == [0])
        #expect(stream.permutation(1000).sorted() == Array(0..<1000))
    }

    @Test func signsAreFair() {
        var stream = RandomStream(seed: 2, .test)
        let signs = stream.signs(100_001)
        #expect(signs.count == 100_001 && signs.allSatisfy { abs($0) == 1 })
        expectConsistent(Estimate(signs), with: 0, seeing: 0.02)
        expectConsistent(Estimate(zip(signs, signs.dropFirst(64)).map { $0 * $1 }), with: 0, seeing: 0.02)
    }

    /// Both words of a block make each of its normals, so that half a block must not serve the other kind. With it the mean of x·cos 2πu after a normal is √(π/8) = 0.63 in place
    /// of 0, and that of x² log u before one −2 in place of −1.
    @Test func normalsAndUniformsByTurnsAreIndependent() {
        var after: [Double] = [], before: [Double] = []
        for index in 0..<20_000 {
            var stream = RandomStream(seed: 3, .test, index), other = RandomStream(seed: 4, .test, index)
            let x = stream.normal(), u = stream.uniform()
            after.append(x * cos(2 * .pi * u))
            let v = other.uniform(), y = other.normal()
            before.append(y * y * log(v))
        }
        expectConsistent(Estimate(after), with: 0, seeing: 0.1)
        expectConsistent(Estimate(before), with: -1, seeing: 0.3)
    }

    /// Gamma variables of small shape, rejected by a uniform after a normal: mean and variance are the shape.
    @Test(arguments: [0.5, 1, 2.5]) func gammaVariables(shape: Double) {
        var stream = RandomStream(seed: 4, .test)
        let x = (0..<40_000).map { _ in stream.gamma(shape: shape) }
        expectConsistent(Estimate(x), with: shape, seeing: .relative(0.05))
        expectConsistent(Estimate(x.map { ($0 - shape) * ($0 - shape) }), with: shape, seeing: .relative(0.15))
    }
}
