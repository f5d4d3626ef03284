import SaddleComparisons
import SaddleNumerics
import Testing

@testable import SaddleStudies

// The verdict itself: how often it is wrong where theory is right, and whether it fails where theory is wrong. It would catch scores that
// are not standard normal, which make every verdict worthless.

@Suite struct SpectrumCheckTests {
    private func samples(_ seed: Int, count: Int = 12) -> [Double] {
        var stream = RandomStream(seed: seed, .test)
        return stream.normals(count).map { 3 + 2 * $0 }
    }

    /// Few samples, where a normal approximation would fail ten times too often: 1000 scores of each kind beyond 2.576 (1 %).
    @Test func scoresAreStandardNormal() {
        var counts = [0, 0]
        for seed in 0..<1000 {
            let numbers = [
                CheckedNumber.mean("mean", predicted: 3, samples: samples(seed)),
                .variance("variance", predicted: 4, samples: samples(seed), scale: 1),
            ]
            for k in 0...1 where abs(numbers[k].score!) > 2.5758 { counts[k] += 1 }
        }
        // Poisson with mean 10: 0 or more than 29 once in 10⁶.
        for count in counts { #expect(count > 0 && count < 30, "\(counts)") }
    }

    @Test func wrongTheoryFails() {
        let values = samples(1, count: 100)
        func verdict(mean: Double, variance: Double) -> Verdict {
            Check([
                .mean("mean", predicted: mean, samples: values),
                .variance("variance", predicted: variance, samples: values, scale: 1),
            ]).verdict
        }
        #expect(verdict(mean: 3, variance: 4) == .agrees)
        #expect(verdict(mean: 5, variance: 4) == .disagrees && verdict(mean: 3, variance: 12) == .disagrees)
    }

    /// A population of another spectrum than the theory's is noticed: D/P = 0.5 against 0.55.
    @Test func matricesOfAnotherRatioAreNoticed() throws {
        var model = RandomMatrixModel()
        let theory = try RealSpectrum(model, size: 100)
        model.ratios = [0.55]
        let other = try RealSpectrum(model, size: 100)
        for (source, verdict) in [(theory, Verdict.agrees), (other, .disagrees)] {
            let sums = try (0..<40).map { m in
                var stream = RandomStream(seed: 1, .test, m)
                return try source.sample(&stream).eigenvalues.reduce(0) { $0 + $1 * $1 }
            }
            let law = try SpectralFluctuations(MarchenkoPasturLaw(ratio: 0.5), order: 100).law(of: .power(2))
            let check = Check([.mean("Σ x²", predicted: law.mean, samples: sums)])
            #expect(check.verdict == verdict, "\(check.reason)")
        }
    }

    /// Cumulants of the gas by chains, and exact ones of charges 30 % farther out; errors of a width by draws, and a prediction that is off by 30 %.
    @Test func gasAndWidthErrors() throws {
        let gas = try RadialCoulombGas(charges: 5)
        let chains = (0..<32).map { m in
            var chain = RadialCoulombGas.Chain(gas, stream: RandomStream(seed: 9, .test, m))
            for _ in 0..<50 { chain.sweep() }
            return (0..<200).map { _ in
                chain.sweep()
                return chain.radii.reduce(0) { $0 + $1 * $1 }
            }
        }
        let exact = gas.trapCumulants(8), measured = BatchedCumulants.estimates(chains)
        for (factor, verdict) in [(1.0, Verdict.agrees), (1.3, .disagrees)] {
            var check = Check()
            check.add(
                cumulants: measured,
                exact: exact.enumerated().map { q, value in (0...q).reduce(value) { power, _ in power * factor } }, of: "Σ f",
                at: "r²")
            #expect(check.verdict == verdict)
            let measured = Estimate(samples(2, count: 400).map { 4 + 0.1 * ($0 - 3) })
            let errors = NeuronComparison.check([4], predicted: [factor * 4], measured: [measured])
            #expect(errors.verdict == verdict)
        }
    }

    @Test func constantsMustBeExact() {
        func check(_ predicted: Double) -> Check { Check([.mean("share", predicted: predicted, samples: [0.25, 0.25, 0.25])]) }
        #expect(check(0.25).compared == 0 && check(0.26).verdict == .disagrees)
    }
}
