import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Fits of losses made from known laws with known noise. They would catch a regime read off where the data cannot tell, an interval
// that does not hold the truth as often as it says, and a limit or bend that noise alone can make.

@Suite struct ScalingFitTests {
    /// Losses of a law with relative noise, `seeds` at each size.
    private func table(
        _ sizes: [Double], noise: Double, seeds: Int = 1, seed: Int = 1, _ law: (Double) -> Double
    ) throws -> LossTable {
        var stream = RandomStream(seed: seed, .test)
        var (xs, ys): ([Double], [Double]) = ([], [])
        for x in sizes {
            for z in stream.normals(seeds) {
                xs.append(x)
                ys.append(law(x) * exp(noise * z))
            }
        }
        return try LossTable(sizes: xs, losses: ys)
    }

    private let octaves = (0..<10).map { 32 * pow(2, Double($0)) }

    @Test func powerLawIsResolutionLimited() throws {
        let fit = ScalingFit(try table(octaves, noise: 0.02, seeds: 3) { 4 * pow($0, -0.4) })
        #expect(fit.law.form == .power)
        #expect(fit.regime == .resolutionLimited)
        #expect(fit.exponent.contains(0.4))
        #expect(fit.exponent.width < 0.05)
        expectClose(fit.law.amplitude, 4, within: 0.4)
    }

    @Test func limitWithOneOverSizeIsVarianceLimited() throws {
        let fit = ScalingFit(try table(octaves, noise: 0.01, seeds: 5) { 0.3 + 20 / $0 })
        #expect(fit.law.form == .powerWithLimit)
        #expect(fit.regime == .varianceLimited)
        expectClose(fit.law.limit, 0.3, within: 0.01)
        expectClose(fit.law.exponent, 1, within: 0.05)
    }

    @Test func slowFallTowardsALimitIsResolutionLimited() throws {
        let fit = ScalingFit(try table(octaves, noise: 0.005, seeds: 5) { 0.2 + 3 * pow($0, -0.5) })
        #expect(fit.regime == .resolutionLimited)
        #expect(fit.law.form == .powerWithLimit)
        expectClose(fit.law.limit, 0.2, within: 0.02)
        expectClose(fit.law.exponent, 0.5, within: 0.05)
        #expect(fit.inverseScore > 3)
    }

    @Test func bendIsACrossover() throws {
        let sizes = (0..<14).map { 16 * pow(2, Double($0)) }
        let fit = ScalingFit(try table(sizes, noise: 0.02, seeds: 3) { $0 < 1000 ? pow($0 / 1000, -0.3) : pow($0 / 1000, -1.2) })
        #expect(fit.regime == .crossover)
        #expect(fit.exponent.contains(0.3))
        #expect(try #require(fit.lateExponent).contains(1.2))
        #expect(try #require(fit.crossover).contains(1000))
    }

    /// What data cannot tell is not told.
    @Test func undecidableDataAreRefused() throws {
        // Too narrow.
        #expect(ScalingFit(try table([100, 150, 200, 300, 400], noise: 0.01, seeds: 3) { pow($0, -0.5) }).regime == .undecided)
        // Exponent 1 without a limit in sight.
        #expect(ScalingFit(try table(octaves, noise: 0.03, seeds: 3) { 5 / $0 }).regime == .undecided)
        // Noise only.
        #expect(ScalingFit(try table(octaves, noise: 0.3) { _ in 1 }).regime == .undecided)
        // Four noisy points.
        #expect(ScalingFit(try table([10, 40, 160, 640], noise: 0.3) { pow($0, -0.5) }).regime == .undecided)
    }

    /// Intervals of 95 % hold the truth in most of 100 tables: fewer than 86 would happen by chance once in 3000.
    @Test(arguments: [(1, 0.0), (3, 0.0), (6, 0.0), (3, 0.5), (6, 0.5)])
    func intervalsHoldTheTruth(seeds: Int, limit: Double) throws {
        let hits = try Threads.map(100) { k -> Bool in
            let fit = ScalingFit(
                try table(octaves, noise: 0.05, seeds: seeds, seed: 100 + k) { limit + 20 * pow($0, -0.7) }, resamples: 100)
            return (limit > 0 ? fit.exponentWithLimit : fit.exponent).contains(0.7)
        }.count { $0 }
        #expect(hits >= 86, "\(hits) of 100")
    }

    /// A limit or a bend is read into pure power laws about once in a hundred tables each: 10 of 200 would be unlucky at 1e-4.
    @Test func richerLawsAreRarelyReadIntoNoise() throws {
        let forms = try Threads.map(200) { k in
            ScalingFit(try table(octaves, noise: 0.05, seed: 500 + k) { 2 * pow($0, -0.7) }, resamples: 2).law.form
        }
        #expect(forms.count { $0 != .power } <= 12, "\(forms.count { $0 != .power }) of 200")
    }

    @Test func extrapolationCarriesItsInterval() throws {
        let fit = ScalingFit(try table(octaves, noise: 0.02, seeds: 3) { 4 * pow($0, -0.4) })
        let far = fit.prediction(at: 1e6)
        expectClose(far.value / (4 * pow(1e6, -0.4)), 1, within: 0.1)
        #expect(far.width / far.value > fit.prediction(at: 512).width / fit.prediction(at: 512).value)
    }

    @Test func badTablesAreRefused() {
        #expect(throws: LossTableError.notPositive(what: "the loss", row: 1, value: -1)) {
            try LossTable(sizes: [1, 2, 3, 4], losses: [1, -1, 1, 1])
        }
        #expect(throws: LossTableError.tooFewPoints(count: 2)) { try LossTable(sizes: [1, 1, 2, 2], losses: [1, 1, 1, 1]) }
        #expect(throws: LossTableError.badError(row: 0, value: 0)) {
            try LossTable(sizes: [1, 2, 3, 4], losses: [1, 1, 1, 1], errors: [0, 1, 1, 1])
        }
    }
}
