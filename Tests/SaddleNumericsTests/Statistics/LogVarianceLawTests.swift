import Foundation
import TestSupport
import Testing

@testable import SaddleNumerics

// The law of logarithms of variances. It would catch a wrong sign, degrees of freedom on the wrong side, and a saddle point that is not
// found in a far tail.

@Suite struct LogVarianceLawTests {
    /// One ratio of two variances is Fisher's law, which is known by its incomplete beta function.
    @Test(arguments: [(4.0, 4.0), (9, 100), (49, 128), (499, 3), (2000, 2e6)], [0.02, 0.3, 0.9, 1.02, 1.5, 4, 60])
    func fishersLaw(freedom: (Double, Double), ratio: Double) {
        let law = LogVarianceLaw([
            .init(coefficient: 1, degreesOfFreedom: freedom.0), .init(coefficient: -1, degreesOfFreedom: freedom.1),
        ])
        let exact = normalScore(varianceRatio: ratio, degreesOfFreedom: freedom.0, freedom.1)
        // r* of a law with these skewnesses; the far tails included.
        expectClose(law.normalScore(log(ratio)), exact, within: 0.01 + 0.003 * abs(exact), "\(freedom), ratio \(ratio)")
    }

    /// A line through two sizes, extrapolated: drawn values follow the law, also far from the middle.
    @Test func extrapolatedVariances() {
        var stream = RandomStream(seed: 8, .test)
        func variance(_ freedom: Int) -> Double { stream.normals(freedom).reduce(0) { $0 + $1 * $1 } / Double(freedom) }
        let law = LogVarianceLaw([.init(coefficient: 2, degreesOfFreedom: 5), .init(coefficient: -1, degreesOfFreedom: 5)])
        let count = 40_000
        let scores = (0..<count).map { _ in law.normalScore(2 * log(variance(5)) - log(variance(5))) }
        for limit in [-3.0, -2, -1, 0, 1, 2, 3] {
            let expected = 0.5 * erfc(limit / 2.0.squareRoot()) * Double(count)
            let found = Double(scores.count { $0 > limit })
            // Six binomial errors (2e-9 each) and 2 % of the tail, for the saddle point's own error.
            let tail = min(expected, Double(count) - expected)
            #expect(
                abs(found - expected) <= 6 * tail.squareRoot() + 0.02 * tail, "\(found) beyond \(limit), expected \(expected)")
        }
        // As if normal, the lower tail would be several times too heavy: this expectation can fail.
        let (mean, deviation) = (law.moments.mean, law.moments.variance.squareRoot())
        let plain = (0..<count).count { _ in (2 * log(variance(5)) - log(variance(5)) - mean) / deviation < -3 }
        #expect(Double(plain) > 2 * 0.00135 * Double(count))
    }

    /// ψ(1) = −γ, ψ′(1) = π²/6, ψ″(1) = −2ζ(3), and the same at ½: −γ − 2 ln 2, π²/2, −14ζ(3).
    @Test func polygammas() {
        let (euler, zeta3) = (0.5772156649015329, 1.2020569031595943)
        expectClose(digamma(1), -euler, within: 1e-13)
        expectClose(digamma(0.5), -euler - 2 * log(2.0), within: 1e-13)
        expectClose(polygamma(1, 1), .pi * .pi / 6, within: 1e-12)
        expectClose(polygamma(1, 0.5), .pi * .pi / 2, within: 1e-11)
        expectClose(polygamma(2, 1), -2 * zeta3, within: 1e-11)
        expectClose(polygamma(2, 0.5), -14 * zeta3, within: 1e-10)
    }
}
