import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// The test that decides whether single precision is enough. Catches a wrong count, spread or maximum in it, and a decision that is
/// always the same.
@Suite struct RoundingTests {
    /// Numbers with a known spread and known differences.
    @Test func ratioIsThatOfTheDefinition() {
        let layout = ObservableLayout(EnsembleTests.experiment(), withKernels: false)
        let entry = layout[.loss(.train)]!, steps = [0, 6, 12]
        let exact = [Double](repeating: 1, count: layout.count), variance = [Double](repeating: 4, count: layout.count)
        var (first, second) = (exact, exact)
        // rms(0.3, 0.4) = 0.25√2 beside 2/√25, at the second time.
        first[entry.range(at: 1).lowerBound] += 0.3
        second[entry.range(at: 1).lowerBound] -= 0.4
        let rounding = Rounding([(first, exact), (second, exact)], layout, steps: steps, variance: variance, count: 25)
        expectClose(rounding.ratio, 0.25 * 2.0.squareRoot() / 0.4, within: 1e-14)
        #expect(rounding.observable == .loss(.train) && rounding.step == 6 && rounding.networks == 2 && !rounding.isSafe)
        #expect(rounding.description.contains("'train_loss' at step 6") && rounding.description.contains("use precision: double"))
        let same = Rounding([(exact, exact)], layout, steps: steps, variance: variance, count: 25)
        #expect(same.ratio == 0 && same.isSafe)
    }

    static func rounding(rate: Double, steps: Int, precision: Precision = .single) throws -> Rounding? {
        let ensemble = Ensemble(
            EnsembleTests.experiment(rate: rate, steps: steps),
            EnsembleSettings(width: 16, networks: 20, seed: 6, precision: precision))
        return try ensemble.rounding(of: try ensemble.train())
    }

    @Test func calmTrainingIsSafe() throws {
        let rounding = try #require(try Self.rounding(rate: 0.3, steps: 12))
        #expect(rounding.isSafe && rounding.ratio > 1e-8)
        #expect(try Self.rounding(rate: 0.3, steps: 12, precision: .double) == nil)
    }

    /// Above the edge of stability tanh networks move chaotically: after enough steps the two precisions have nothing in common.
    @Test func chaoticTrainingIsNot() throws {
        let rounding = try #require(try Self.rounding(rate: 2, steps: 100))
        #expect(!rounding.isSafe)
    }
}
