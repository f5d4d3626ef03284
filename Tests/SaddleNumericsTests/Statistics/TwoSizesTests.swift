import SaddleNumerics
import TestSupport
import Testing

// Means measured at pairs of two sizes, extrapolated in both. They would catch a term in 1/N, 1/m or 1/(Nm) that is left in, an error bar
// that is not that of the combination, and a check that cannot fail.

@Suite struct TwoSizesTests {
    private let first = SizeExtrapolation(sizes: [16, 64, 256]), second = SizeExtrapolation(sizes: [4, 16])

    private func number(_ predicted: Double, seed: Int, noise: Double, count: Int = 1000) -> CheckedNumber {
        var stream = RandomStream(seed: seed, .test)
        let measured = second.sizes.map { m in
            first.sizes.map { n in
                Estimate(
                    mean: 2 + 3 / n + 1 / m - 5 / (n * m) + noise * stream.normals(1)[0], standardError: noise, count: count)
            }
        }
        return .mean("kernel", predicted: predicted, measured: measured, first: first, second: second)
    }

    @Test func termsOfBothSizesAreRemoved() { expectClose(number(2, seed: 1, noise: 1e-9).measured, 2, within: 1e-7) }

    /// Scores of a right prediction are standard normal where noise hides that lines might bend: the variance of 3000 is within 0.1 of 1
    /// (3.9 standard errors), and no more than 6.5 % exceed 1.96.
    @Test func scoresAreStandardNormal() {
        let scores = (0..<3000).map { number(2, seed: $0, noise: 0.1).score! }
        let variance = scores.reduce(0) { $0 + $1 * $1 } / 3000
        #expect((0.9...1.1).contains(variance), "\(variance)")
        #expect(scores.count { abs($0) > 1.96 } < 195)
    }

    @Test func wrongPredictionsAreSeen() {
        #expect(Check([number(2, seed: 3, noise: 0.005)]).verdict == .agrees)
        withKnownIssue { #expect(Check([number(2 * 1.15, seed: 3, noise: 0.005)]).verdict == .agrees) }
    }

    @Test func oneSizeCannotTell() {
        let measured = [[Estimate(mean: 2.5, standardError: 0.01, count: 100)]]
        let number = CheckedNumber.mean(
            "kernel", predicted: 2, measured: measured, first: SizeExtrapolation(sizes: [16]),
            second: SizeExtrapolation(sizes: [4]))
        #expect(Check([number]).verdict == .cannotTell)
    }
}
