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
            var check = SpectrumCheck()
            check.add("mean", Estimate(samples(seed)), predicted: 3)
            check.add(varianceOf: "x", samples(seed), predicted: 4)
            for k in 0...1 where abs(check.rows[k].score) > 2.5758 { counts[k] += 1 }
        }
        // Poisson with mean 10: 0 or more than 29 once in 10⁶.
        for count in counts { #expect(count > 0 && count < 30, "\(counts)") }
    }

    @Test func wrongTheoryFails() {
        var right = SpectrumCheck(), wrongMean = SpectrumCheck(), wrongVariance = SpectrumCheck()
        let values = samples(1, count: 100)
        right.add("mean", Estimate(values), predicted: 3)
        right.add(varianceOf: "x", values, predicted: 4)
        wrongMean.add("mean", Estimate(values), predicted: 5)
        wrongVariance.add(varianceOf: "x", values, predicted: 12)
        #expect(right.passes && !wrongMean.passes && !wrongVariance.passes)
    }

    /// A population of another spectrum than the theory's is noticed: D/P = 0.5 against 0.55.
    @Test func matricesOfAnotherRatioAreNoticed() throws {
        var study = RandomMatrixStudy()
        study.size = 100
        let theory = try RealSpectrum(study, size: 100)
        study.ratios = [0.55]
        let other = try RealSpectrum(study, size: 100)
        for (source, passes) in [(theory, true), (other, false)] {
            let sums = try (0..<40).map { m in
                var stream = RandomStream(seed: 1, .test, m)
                return try source.sample(&stream).eigenvalues.reduce(0) { $0 + $1 * $1 }
            }
            let law = try SpectralFluctuations(MarchenkoPasturLaw(ratio: 0.5), order: 100).law(of: .power(2))
            var check = SpectrumCheck()
            check.add("Σ x²", Estimate(sums), predicted: law.mean)
            #expect(check.passes == passes, "\(check.worst)")
        }
    }

    @Test func constantsMustBeExact() {
        var check = SpectrumCheck()
        check.add("share", Estimate([0.25, 0.25, 0.25]), predicted: 0.25)
        #expect(check.passes)
        check.add("share", Estimate([0.25, 0.25, 0.25]), predicted: 0.26)
        #expect(!check.passes && check.numbers.largestZ == nil)
    }
}
