import Foundation
import TestSupport
import Testing

@testable import SaddleStudies

// What the commands write, for every ensemble, against exact traces and known edges; verdicts at a false-alarm rate of 1e-4 each. It would
// catch a setting that does not reach the matrices or the theory, which then disagree, and a verdict that cannot fail.

private func spectrum(_ settings: String) throws -> Answer { try ask(PredictSpectrum.self, "spectrum: {\(settings)}") }

@Suite struct SpectrumTopicTests {
    @Test(arguments: [
        "ensemble: goe, deviation: 2", "ensemble: gue, deviation: 2", "ensemble: mp, ratio: 1", "ratio: 2",
        "population: power_law, exponent: 1.5",
        "population: [1, 3], ratio: 0.1", "ensemble: random-features, ratio: [0.5, 2]",
        "ensemble: spiked, spikes: [3, 0.2], ratio: 0.4", "ensemble: spiked-wigner, spikes: [2, -1.5, 0.5]", "ensemble: free-sum",
        "ensemble: free-sum, addend: wishart, ratio: 2",
        "ensemble: free-sum, addend: population, population: [0, 1, 1], size: 60",
        "ensemble: elliptic, symmetry: -0.3", "ensemble: ginibre, size: 60",
    ])
    func theoryAgreesWithMatrices(settings: String) throws {
        let size = settings.contains("size") ? "" : ", size: 80"
        let answer = try spectrum("\(settings)\(size), matrices: 40, seed: 3")
        #expect(answer.verdict == .agrees, "\(settings): \(answer.text)")
        #expect(try #require(answer.check).numbers.count >= 4)
    }

    @Test func numbersOfTheLimit() throws {
        let hard = try spectrum("ensemble: mp, ratio: 1, size: 50, matrices: 4")
        #expect(try hard.values("band_lower")[0] == 0 && hard.value("mass_at_zero") == 0)
        expectClose(try hard.values("band_upper")[0], 4, within: 1e-13)
        let flat = try spectrum("ratio: 4, size: 80, matrices: 4")
        expectClose(try flat.value("mass_at_zero"), 0.75, within: 1e-15)
        expectClose(try flat.values("band_lower")[0], 1, within: 1e-12)
        expectClose(try flat.values("band_upper")[0], 9, within: 1e-12)
        let features = try spectrum("ensemble: random-features, ratio: [0.5, 0.25], size: 40, matrices: 4")
        #expect(features["statistic"]?.words?.prefix(2) == ["x", "x²"])
        // E tr S² = D(1 + D/N + D/P) + …, Var tr S = 2D/N + 2D/P + 2D²/(NP)
        expectClose(try features.values("statistic_variance")[0], 2 * 0.5 + 2 * 0.25 + 2 * 0.125, within: 1e-8)
        expectClose(try features.values("statistic_limit")[1], 1.75, within: 1e-9)
        let spiked = try spectrum("ensemble: spiked-wigner, spikes: [2, 0.9], size: 40, matrices: 4")
        #expect(try spiked.values("spike") == [2])
        expectClose(try spiked.values("outlier_position")[0], 2.5, within: 1e-14)
        expectClose(try spiked.values("outlier_overlap")[0], 0.75, within: 1e-14)
    }

    /// Ginibre's gas, and one of another temperature in another trap, whose variance is not the first one's.
    @Test func gas() throws {
        let warm = try ask(SimulateGas.self, "spectrum: {gas: {charges: 20, chains: 32, sweeps: 400}}")
        #expect(warm.verdict == .agrees, "\(warm.text)")
        expectClose(try warm.values("cumulant_1_exact")[0], 10.5, within: 1e-12)
        expectClose(try warm.values("cumulant_2_exact")[0], 20 * 21 / (2 * 400.0), within: 1e-12)
        let cold = try ask(SimulateGas.self, "spectrum: {gas: {charges: 20, beta: 4, trap: 3, chains: 32, sweeps: 400}}")
        #expect(cold.verdict == .agrees, "\(cold.text)")
        let (measured, exact) = (try cold.values("cumulant_2")[0], try warm.values("cumulant_2_exact")[0])
        withKnownIssue { expectClose(measured, exact, within: 0.1) }
    }

    @Test(arguments: [
        ("ratio: 0", "study.yaml:1:19: 'spectrum.ratio' is 0; expected a number above 0"),
        ("ratio: [0.5, -1], ensemble: random-features", "'spectrum.ratio' is [0.5, -1]; expected a number above 0"),
        ("ratio: [1, 2]", "wishart has one factor"),
        ("ensemble: elliptic, symmetry: 1.01", "'spectrum.symmetry' is 1.01; expected a number from -1 to 1"),
        ("population: [2, 0]", "'spectrum.population' has the eigenvalue 0.0; those of a covariance are above 0"),
        ("ensemble: spiked, spikes: [-3]", "'spectrum.spikes' has -3.0; eigenvalues of a covariance are above 0"),
        ("ensemble: gse", "'spectrum.ensemble' is gse; expected one of goe, gue, wishart"),
        (
            "population: [1, 2, 3], size: 100",
            "'spectrum.size' is 100 for 3 eigenvalues that occur equally often; expected a multiple of 3"
        ),
        (
            "ensemble: spiked, size: 10, spikes: [2, 3, 4]",
            "'spectrum.spikes' has 3 numbers for matrices of order 10; expected a few"
        ),
        ("gas: {beta: -1}", "'spectrum.gas.beta' is -1; expected a number above 0"),
    ])
    func badInput(settings: String, message: String) {
        let text = errorText { _ = try spectrum(settings) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }
}
