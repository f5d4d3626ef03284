import SaddleNumerics
import TestSupport
import Testing

/// Catches a slope of y instead of log y, and errors that do not propagate.
@Suite struct PowerLawTests {
    @Test func exactPowers() {
        let x = [3.0, 10, 64, 2048]
        for e in [-0.5, 0, 1.7] {
            let fit = PowerLaw(x: x, y: x.map { Estimate(mean: 4 * power($0, e), standardError: 0, count: 9) })
            expectClose(fit.exponent.mean, e, within: 1e-14)
            expectClose(fit.amplitude, 4, within: 1e-13)
            #expect(fit.exponent.standardError == 0 && fit.exponent.count == 9)
            for x in x { expectClose(fit(x), 4 * power(x, e), within: 1e-11 * fit(x)) }
        }
    }

    /// Two points: e = log(y₂/y₁)/log(x₂/x₁) with error √(δ₁² + δ₂²)/log(x₂/x₁) for relative errors δ.
    @Test func twoPoints() {
        let fit = PowerLaw(
            x: [1, 4],
            y: [Estimate(mean: 2, standardError: 0.06, count: 5), Estimate(mean: 1, standardError: 0.04, count: 7)])
        expectClose(fit.exponent.mean, -0.5, within: 1e-15)
        expectClose(fit.exponent.standardError, 0.05 / 1.3862943611198906, within: 1e-15)
        #expect(fit.exponent.count == 5)
    }

    /// The quoted error is the spread of fits to noisy numbers.
    @Test func errorIsTheSpread() {
        var stream = RandomStream(seed: 5, .test)
        let x = [8.0, 16, 32, 64]
        let fits = (0..<2000).map { _ -> PowerLaw in
            PowerLaw(
                x: x, y: x.map { Estimate(mean: $0 * (1 + 0.02 * stream.normals(1)[0]), standardError: 0.02 * $0, count: 4) })
        }
        let slopes = Estimate(fits.map(\.exponent.mean))
        expectConsistent(slopes, with: 1, seeing: 0.01, allowance: 1e-3)
        let spread = slopes.standardError * 2000.0.squareRoot()
        // A spread of 2000 numbers is known to 1.6 %; 7.2 of these errors.
        expectClose(spread / fits[0].exponent.standardError, 1, within: 0.12)
    }

    private func power(_ x: Double, _ e: Double) -> Double { e == 0 ? 1 : e == -0.5 ? 1 / x.squareRoot() : exp17(x) }
    /// x^1.7 by roots: x · √x · x^{1/5}, the last by Newton's method.
    private func exp17(_ x: Double) -> Double {
        var root = 1.5
        for _ in 0..<200 { root -= (root * root * root * root * root - x) / (5 * root * root * root * root) }
        return x * x.squareRoot() * root
    }
}
