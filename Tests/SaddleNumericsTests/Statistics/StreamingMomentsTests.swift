import SaddleNumerics
import TestSupport
import Testing

/// Streaming moments against two-pass sums. Catches a wrong coefficient in the updates, cancellation with a large offset, and
/// a wrong standard error of the variance.
@Suite struct StreamingMomentsTests {
    /// Skewed numbers, so that the third moment matters.
    private static func samples(_ count: Int, dimension: Int, offset: Double = 0, seed: Int = 1) -> [[Double]] {
        var stream = RandomStream(seed: seed, .test, count, dimension)
        return (0..<count).map { _ in stream.normals(dimension).map { offset + $0 + 0.5 * $0 * $0 } }
    }

    private static func sums(_ samples: [[Double]], _ i: Int) -> (mean: Double, second: Double, third: Double, fourth: Double) {
        let x = samples.map { $0[i] }
        let mean = x.reduce(0, +) / Double(x.count)
        func sum(_ power: (Double) -> Double) -> Double { x.reduce(0) { $0 + power($1 - mean) } }
        return (mean, sum { $0 * $0 }, sum { $0 * $0 * $0 }, sum { $0 * $0 * $0 * $0 })
    }

    private static func streamed(_ samples: some Collection<[Double]>, dimension: Int) -> StreamingMoments {
        var moments = StreamingMoments(dimension: dimension)
        for x in samples { moments.add(x) }
        return moments
    }

    /// Relative to Σ|δ|ᵏ the rounding is below c·ε·n with c of order one; 1e-12 is c = 15 at n = 300.
    private func expectEqual(_ moments: StreamingMoments, _ samples: [[Double]], relative: Double = 1e-12) {
        for i in 0..<moments.dimension {
            let expected = Self.sums(samples, i)
            expectClose(moments.mean[i], expected.mean, within: relative * (1 + abs(expected.mean)))
            expectClose(moments.secondSum[i], expected.second, within: relative * expected.second)
            expectClose(moments.fourthSum[i], expected.fourth, within: relative * expected.fourth)
            let cubes = (expected.second * expected.fourth).squareRoot()  // ≥ Σ|δ|³
            expectClose(moments.thirdSum[i], expected.third, within: relative * cubes)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 300]) func equalsTwoPassSums(count: Int) {
        let samples = Self.samples(count, dimension: 3)
        expectEqual(Self.streamed(samples, dimension: 3), samples)
    }

    @Test func losesNothingToALargeOffset() {
        // The offset is a power of two and the samples are rounded to its grid, so subtracting it is exact.
        let offset = 0x1p27
        let shifted = Self.samples(300, dimension: 2, offset: offset)
        let moments = Self.streamed(shifted, dimension: 2)
        let plain = shifted.map { $0.map { $0 - offset } }
        for i in 0..<2 {
            let expected = Self.sums(plain, i)
            // The mean is known to ε·offset = 3e-8, which enters the sums to first order through rounding only.
            expectClose(moments.mean[i] - offset, expected.mean, within: 1e-6)
            expectClose(moments.secondSum[i], expected.second, within: 1e-6 * expected.second)
            expectClose(moments.fourthSum[i], expected.fourth, within: 1e-6 * expected.fourth)
        }
    }

    @Test(arguments: [0, 1, 7, 299, 300]) func mergesLikeOneStream(split: Int) {
        let samples = Self.samples(300, dimension: 3)
        var moments = Self.streamed(samples[..<split], dimension: 3)
        moments.merge(Self.streamed(samples[split...], dimension: 3))
        #expect(moments.count == 300)
        expectEqual(moments, samples)
    }

    @Test func continuesFromStoredStateToTheSameBits() {
        let samples = Self.samples(50, dimension: 4)
        let first = Self.streamed(samples[..<20], dimension: 4)
        var restored = StreamingMoments(
            count: first.count, mean: first.mean, secondSum: first.secondSum, thirdSum: first.thirdSum,
            fourthSum: first.fourthSum)
        for x in samples[20...] { restored.add(x) }
        #expect(restored == Self.streamed(samples, dimension: 4))
    }

    @Test func needsTwoVectorsForErrors() {
        let one = Self.streamed(Self.samples(1, dimension: 2), dimension: 2)
        #expect(one.variance == [.infinity, .infinity])
        #expect(one.meanError == [.infinity, .infinity])
        #expect(one.varianceError == [.infinity, .infinity])
    }

    /// Over many batches the spread of s² must equal the error stated for it: for an exponential-like distribution with excess
    /// kurtosis the normal-theory formula √(2/(n−1))·σ² is wrong by a factor of two.
    @Test func statesTheErrorOfTheVariance() {
        let (batches, n) = (2000, 400)
        var variances: [Double] = []
        var claimed: [Double] = []
        for batch in 0..<batches {
            let moments = Self.streamed(Self.samples(n, dimension: 1, seed: 100 + batch), dimension: 1)
            variances.append(moments.variance[0])
            claimed.append(moments.varianceError[0] * moments.varianceError[0])
        }
        // x = z + z²/2: κ₂ = 3/2, κ₄ = 15 (cumulants κ_r = (r−1)!/2 + r!/2 of a quadratic form with a linear term).
        expectConsistent(Estimate(variances), with: 1.5, seeing: .relative(0.05))
        let exact = (15 + 2 * 1.5 * 1.5 * 400 / 399) / 400
        let spread = Estimate(variances.map { ($0 - 1.5) * ($0 - 1.5) })
        expectConsistent(spread, with: exact, seeing: .relative(0.3))
        // The plug-in estimate is low by O(1/n); 5 % covers n = 400 with this heavy tail (measured 3 %).
        expectConsistent(Estimate(claimed), with: exact, seeing: .relative(0.3), allowance: 0.05 * exact)
        withKnownIssue("the normal-theory error is rejected") {
            expectConsistent(spread, with: 2 * 1.5 * 1.5 / 399, seeing: .relative(0.3))
        }
    }
}
