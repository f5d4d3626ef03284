import SaddleNumerics
import TestSupport
import Testing

// A line in 1/N through numbers at several sizes. It would catch weights that do not sum to one, a wrong power, and an error bar that
// forgets what a line cannot follow.

@Suite struct SizeExtrapolationTests {
    @Test(arguments: [1.0, 2.0]) func linesAreExact(power: Double) {
        let line = SizeExtrapolation(sizes: [16, 64, 100], power: power, weights: [1, 2, 5])
        let values = [16.0, 64, 100].map { power == 1 ? 3 - 7 / $0 : 3 - 7 / $0 / $0 }
        expectClose(line.limit(values), 3, within: 1e-13)
        expectClose(line.coefficients.reduce(0, +), 1, within: 1e-13)
        #expect(line.curvature(values, scale: 0) < 0.02)
    }

    /// q = 1/(1 − x/N): a line through N and 2N misses x²/2N² to leading order, which the curvature term names.
    @Test func geometricSeries() {
        let (n, x) = (40.0, 4.0)
        let values = [1 / (1 - x / n), 1 / (1 - x / n / 2)]
        let line = SizeExtrapolation(sizes: [40, 80])
        let missed = abs(line.limit(values) - 1)
        let stated = line.curvature(values, scale: 0)
        #expect(missed > 0.004 && stated > 0.8 * missed && stated < 1.6 * missed, "\(missed), stated \(stated)")
    }

    @Test func errorsOfSeveralSizes() {
        let line = SizeExtrapolation(sizes: [10, 20])
        let found = line.limit([
            Estimate(mean: 1, standardError: 0.1, count: 11), Estimate(mean: 1, standardError: 0.2, count: 6),
        ])
        // 2·(20) − (10)
        expectClose(found.value, 1, within: 1e-15)
        expectClose(found.sampling.error, (0.01 + 4 * 0.04).squareRoot(), within: 1e-15)
        expectClose(found.sampling.degreesOfFreedom, 0.17 * 0.17 / (0.0001 / 10 + 0.0256 / 5), within: 1e-12)
        #expect(SizeExtrapolation(sizes: [10]).curvature([1], scale: 1) == .infinity)
    }
}
