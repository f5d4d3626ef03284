import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Least squares by normal equations solved by hand, and slopes against sizes with a known tilt. Would catch a covariance that is transposed or unscaled, and a
/// scatter with the wrong degrees of freedom.
@Suite struct LinearFitTests {
    @Test func line() throws {
        // y = 1 + 2x with residuals 1, −2, 1 on x = −1, 0, 1, which are orthogonal to both columns.
        let fit = try #require(LinearFit(rows: [[1, -1], [1, 0], [1, 1]], [0, -1, 4]))
        expectClose(fit.coefficients[0], 1, within: 1e-14)
        expectClose(fit.coefficients[1], 2, within: 1e-14)
        expectClose(fit.sumOfSquares, 6, within: 1e-13)
        expectClose(fit.covariance[0][0], 1.0 / 3, within: 1e-14)
        expectClose(fit.covariance[1][1], 0.5, within: 1e-14)
        expectClose(fit.variance(of: [1, 2]), 1.0 / 3 + 2, within: 1e-13)
        #expect(fit.degreesOfFreedom == 1)
        #expect(LinearFit(rows: [[1, 2], [2, 4], [3, 6]], [1, 2, 3]) == nil && LinearFit(rows: [[1, 2]], [1]) == nil)
    }

    /// A cubic through points is found to rounding, also where columns are far from orthogonal.
    @Test func cubic() throws {
        let x = [0.0, 0.5, 1, 1.5, 2, 3], β = [1.0, -2, 0.5, 0.25]
        let rows = x.map { [1, $0, $0 * $0, $0 * $0 * $0] }
        let fit = try #require(LinearFit(rows: rows, rows.map { zip($0, β).reduce(0) { $0 + $1.0 * $1.1 } }))
        for (found, exact) in zip(fit.coefficients, β) { expectClose(found, exact, within: 1e-12) }
    }

    /// ln y = a + e ln n + b/n: the line misses e by b·tilt, and says so.
    @Test func sizeSlope() throws {
        let sizes = [64.0, 128, 256, 512]
        let points = sizes.map { (size: $0, value: exp(1 - 0.5 * log($0) + 4 / $0)) }
        let slope = try #require(SizeSlope(points, bend: 5)), line = SizeLine(sizes: sizes)
        expectClose(slope.slope, -0.5 + 4 * line.tilt, within: 1e-12)
        #expect(line.tilt < 0 && abs(slope.slope + 0.5) < slope.allowance.error)
        // Residuals of ±s at two of each size: a variance of 8s²/6 around the line, and of 2s² at each size, which is more and counts.
        let s = 0.1, scattered = sizes.flatMap { n in [-s, s].map { (size: n, value: exp(-0.5 * log(n) + $0)) } }
        let found = try #require(SizeSlope(scattered, bend: 0))
        let spread = 2 * 5 * log(2.0) * log(2.0)
        expectClose(found.slope, -0.5, within: 1e-12)
        expectClose(found.sampling.error, s * 2.0.squareRoot() / spread.squareRoot(), within: 1e-12)
        let single = try #require(SizeSlope(zip(sizes, [s, -s, -s, s]).map { (size: $0, value: exp($1 - log($0))) }, bend: 0))
        // One of each: ±s, even in ln n, is the scatter of two degrees of freedom.
        expectClose(single.sampling.error, s * (4.0 / 2).squareRoot() / (spread / 2).squareRoot(), within: 1e-12)
        #expect(found.sampling.degreesOfFreedom == 6 && SizeSlope(Array(points.prefix(2)), bend: 5) == nil)
    }
}
