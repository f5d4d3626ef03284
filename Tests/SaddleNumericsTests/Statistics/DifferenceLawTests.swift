import TestSupport
import Testing

@testable import SaddleNumerics

// Scores of single numbers, drawn from their exact laws. It would catch a wrong number of degrees of freedom, and variances
// compared as if they were normal: their scores would have far too heavy tails.

@Suite struct DifferenceLawTests {
    /// Fraction of |z| > 3 and > 4 among scores of perfect agreement.
    private func expectNormal(_ scores: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
        for limit in [1.0, 2, 3, 4] {
            let expected = normalTail(twoSided: limit)
            let found = scores.count { abs($0) > limit }
            let error = (expected * Double(scores.count)).squareRoot()
            // Six binomial standard errors and one count: false alarm below 1e-7 for each limit.
            #expect(
                abs(Double(found) - expected * Double(scores.count)) <= 6 * error + 1,
                "|z| > \(limit): \(found) of \(scores.count)",
                sourceLocation: sourceLocation)
        }
    }

    /// Means of 30 networks against 30 replicas of the same error: Welch's ν is near 58 and the score is normal.
    @Test func meansOfEqualSamples() {
        var stream = RandomStream(seed: 3, .test)
        let scores = (0..<40_000).map { _ -> Double in
            let (a, b) = (Estimate(stream.normals(30)), Estimate(stream.normals(30)))
            var errors = UncertaintySum()
            errors.add(a.standardError, 29)
            errors.add(b.standardError, 29)
            return MeanLaw(errors, size: 1).score(b.mean - a.mean)!
        }
        expectNormal(scores)
    }

    /// Variances of normal samples, 64 directions against 50 networks: Fisher's law.
    @Test func variancesOfNormalSamples() {
        var stream = RandomStream(seed: 4, .test)
        func variance(_ degrees: Int) -> Double { stream.normals(degrees).reduce(0) { $0 + $1 * $1 } / Double(degrees) }
        let scores = (0..<40_000).map { _ -> Double in
            let (a, b) = (variance(64), variance(49))
            return VarianceLaw(size: 1).score(
                predicted: .init(a, error: a * (2.0 / 64).squareRoot(), samples: 64),
                measured: .init(b, error: b * (2.0 / 49).squareRoot(), samples: 49))!
        }
        expectNormal(scores)
    }

    /// Errors of two replicas, most of them far too small or large by chance, steadied by nine neighbours.
    @Test func errorsFromTwoReplicas() {
        var stream = RandomStream(seed: 5, .test)
        var beyondFour = 0
        let groups = 2000
        for _ in 0..<groups {
            let replicas = (0..<10).map { _ in Estimate(stream.normals(2)) }
            let shared = SharedErrors(
                replicas.map(\.standardError), scale: [Double](repeating: 3, count: 10), stride: 10, degreesOfFreedom: 1,
                modes: 10)
            for (i, replica) in replicas.enumerated() {
                var errors = UncertaintySum()
                errors.add(shared.errors[i], shared.degreesOfFreedom)
                if abs(MeanLaw(errors, size: 1).score(-replica.mean)!) > 4 { beyondFour += 1 }
            }
        }
        // 20 000 normal scores have 1.3 beyond four; error bars at face value have hundreds even by their own t-law mixed with
        // a second error. Conservative is allowed, liberal is not: at most 9 (false alarm below 1e-5).
        #expect(beyondFour <= 9, "\(beyondFour) scores beyond 4")
    }

    /// A prediction of which one sample in 300 makes nearly all says nothing of smaller variances; one of normal samples as much too large, and a measured
    /// variance above the prediction, are seen.
    @Test func heavyTailsOfAPrediction() throws {
        func score(_ v: Double, error: Double, _ w: Double) -> Double? {
            VarianceLaw(size: 1).score(
                predicted: .init(v, error: error, samples: 300), measured: .init(w, error: 0.1 * w, samples: 300))
        }
        #expect(abs(try #require(score(1000, error: 900, 1))) < 1.5)
        #expect(try #require(score(1000, error: 100, 1)) < -20)
        #expect(try #require(score(1, error: 0.9, 1000)) > 3)
    }

    /// Nothing to compare: no spread on either side, an unknown error, variances that have converged; a difference without spread is one.
    @Test func nothingToCompare() {
        #expect(MeanLaw(UncertaintySum(), size: 1).score(1e-13) == nil)
        #expect(MeanLaw(UncertaintySum(), size: 1).score(1e-6)! > 1000)
        var unknown = UncertaintySum()
        unknown.add(.infinity, 1)
        #expect(MeanLaw(unknown, size: 1).score(5) == nil)
        let law = VarianceLaw(size: 1, visible: 1e-4)
        func side(_ v: Double) -> VarianceLaw.Side { .init(v, error: v / 5, samples: 50) }
        #expect(law.score(predicted: side(1e-5), measured: side(9e-5)) == nil)
        #expect(law.score(predicted: side(1e-5), measured: side(9e-4)) != nil)
        // No spread at all against some: a plain difference over its error, (0.5 − 0)/0.1.
        #expect(abs(law.score(predicted: side(0), measured: side(0.5))! - 5) < 1e-12)
    }

    /// The fast normal quantiles against the tails that they invert, from the centre to e⁻⁷²⁵; and the slow way beyond.
    @Test func quantilesInvertTails() {
        for k in 1...3900 {
            let z = Double(k) / 100
            #expect(abs(normalScore(logUpperTail: logNormalUpperTail(z)) / z - 1) < 1e-9, "z = \(z)")
        }
    }
}
