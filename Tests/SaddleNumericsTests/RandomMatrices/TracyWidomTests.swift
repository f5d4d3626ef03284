import Foundation
import SaddleNumerics
import TestSupport
import Testing

// Airy's function, the laws of Tracy and Widom, and the tridiagonal ensembles. Oracles: published digits (Abramowitz and Stegun; Bornemann 2010; Prähofer's tables),
// sampled matrices, exact traces. They would catch a rule too short for the oscillating side, β = 1 taken for β = 2, and a scale of the wrong power.

@Suite struct TracyWidomTests {
    @Test func airy() {
        // mpmath, 20 digits.
        let values = [
            (0.0, 0.35502805388781723926), (0.7, 0.18916240039815191850), (1, 0.13529241631288141552),

            (5, 1.0834442813607441735e-4), (-1, 0.53556088329235211880), (-5, 0.35076100902411431979),
            (-10, 0.040241238486444319690),
        ]
        for (x, value) in values {
            expectClose(Airy.ai(x), value, within: x >= 0 ? 1e-13 * value : 1e-13)
        }
        // y″ = xy by differences, on both sides of every seam.
        for x in [-20.0, -7.26, -0.2, 0.24, 0.9, 1.01, 1.24, 3.3, 9.9] {
            let h = 2e-3, second = (Airy.ai(x + h) - 2 * Airy.ai(x) + Airy.ai(x - h)) / (h * h)
            expectClose(
                second, x * Airy.ai(x), within: 1e-5 * max(abs(x * Airy.ai(x)), 1e-3 * abs(Airy.ai(x))) + (x < 0 ? 2e-4 : 0))
        }
        // The tail by differences of itself.
        for x in [1.5, 6.0, 30] {
            let h = 1e-4,
                slope = (exp(Airy.logTail(x - h) - Airy.logTail(x)) - exp(Airy.logTail(x + h) - Airy.logTail(x))) / (2 * h)
            if x < 20 { expectClose(slope * exp(Airy.logTail(x)) / Airy.ai(x), 1, within: 1e-6) }
            #expect(slope > x.squareRoot())
        }
    }

    @Test func publishedMomentsAndQuantiles() throws {
        let real = TracyWidomLaw(.real), complex = TracyWidomLaw(.complex)
        let one = try real.moments(), two = try complex.moments()
        expectClose(one.mean, -1.2065335745820, within: 1e-9)
        expectClose(one.variance, 1.607781034581, within: 1e-8)
        expectClose(two.mean, -1.7710868074, within: 1e-9)
        expectClose(two.variance, 0.8131947928, within: 1e-9)
        expectClose(try real.quantile(0.95), 0.9793, within: 5e-5)
        expectClose(try real.quantile(0.99), 2.0234, within: 5e-5)
        // F₂(−2), Bornemann's example.
        expectClose(try complex.cumulative(-2), 0.413224142505055, within: 1e-13)
        withKnownIssue { expectClose(one.mean, -1.2065, within: 1e-6) }
    }

    /// The two forms of the tail agree where they meet.
    @Test func tailsMeet() throws {
        for law in [TracyWidomLaw(.real), TracyWidomLaw(.complex)] {
            let place = law.symmetry == .real ? 9.0 : 60
            let (below, above) = (try law.upperTail(place - 1e-9), try law.upperTail(place + 1e-9))
            expectClose(below / above, 1, within: 1e-6)
            #expect(try law.cumulative(-11) == 0 && law.upperTail(40) > 0 || law.symmetry == .complex)
        }
    }

    /// Drawn matrices: means of λ₁, in units of the law's deviation.
    @Test func largestEigenvalues() throws {
        let (n, m, draws) = (400, 100, 300)
        let place = LargestCovarianceEigenvalue(samples: Double(n), dimensions: Double(m))
        let largest = try Threads.map(draws) { k -> Double in
            var stream = RandomStream(seed: 5, .test, k)
            return (try stream.covarianceEigenvalues(samples: n, dimensions: m).last! - place.centre) / place.scale
        }
        // Finite sizes leave about 0.3 m^{−2/3} = 0.014, a fifth of the standard error 0.073.
        expectConsistent(Estimate(largest), with: -1.2065, seeing: 0.56)
        let hermitian = try Threads.map(draws) { k -> Double in
            var stream = RandomStream(seed: 6, .test, k)
            let values = try stream.tridiagonalWignerMatrix(order: 100, beta: 2).symmetricEigenvalues()
            return (values.last! - 2) * pow(100, 2.0 / 3)
        }
        expectConsistent(Estimate(hermitian), with: -1.7711, seeing: 0.5)
        withKnownIssue { expectConsistent(Estimate(hermitian), with: -1.2065, seeing: 0.5) }
    }

    /// E tr XᵀX = nm and E tr (XᵀX)² = nm(n + m + 1), of dense and of tridiagonal matrices alike.
    @Test func tridiagonalCovariances() throws {
        let (n, m) = (12, 7)
        let draws = try (0..<4000).map { k -> (Double, Double) in
            var stream = RandomStream(seed: 7, .test, k)
            let values = try stream.covarianceEigenvalues(samples: n, dimensions: m)
            return (values.reduce(0, +), values.reduce(0) { $0 + $1 * $1 })
        }
        expectConsistent(Estimate(draws.map(\.0)), with: 84, seeing: 2)
        expectConsistent(Estimate(draws.map(\.1)), with: 84 * 20, seeing: 84)
    }
}
