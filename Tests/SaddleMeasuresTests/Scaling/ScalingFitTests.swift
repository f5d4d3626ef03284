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
        #expect(fit.inverseProbability < 1e-3)
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

    /// Without noise every law is found to rounding, and nothing is refused for want of scatter.
    @Test func exactLossesAreReadExactly() throws {
        let power = ScalingFit(try table(octaves, noise: 0) { pow($0, -0.5) })
        #expect(power.regime == .resolutionLimited)
        expectClose(power.law.exponent, 0.5, within: 1e-14)
        #expect(power.exponent.contains(0.5) && power.exponent.width < 1e-13)
        let limited = ScalingFit(try table(octaves, noise: 0) { 0.3 + 20 / $0 })
        #expect(limited.regime == .varianceLimited)
        #expect(limited.limit.contains(0.3) && limited.limit.width < 1e-12)
        #expect(limited.exponent.contains(1) && limited.exponent.width < 1e-10)
        let bent = ScalingFit(
            try table((0..<14).map { 16 * pow(2, Double($0)) }, noise: 0) { pow($0 / 512, $0 < 512 ? -0.3 : -1.2) })
        #expect(bent.regime == .crossover)
        expectClose(bent.law.crossover!, 512, within: 1e-3)
    }

    @Test func constantAndRisingLossesAreNamedAsSuch() throws {
        for noise in [0, 0.05] {
            let constant = ScalingFit(try table(octaves, noise: noise) { _ in 0.7 })
            #expect(constant.regime == .undecided && constant.exponent.contains(0))
            #expect(constant.reasons[0].contains("No fall"))
            let rising = ScalingFit(try table(octaves, noise: noise) { pow($0, 0.4) })
            #expect(rising.regime == .undecided && rising.reasons[0].contains("rises"))
        }
    }

    /// The power law is linear in its logarithms: its interval is the textbook's, slope ± t₈ s/√Σ(u − ū)², with t₈ = 2.306.
    @Test func powerLawIntervalIsStudents() throws {
        let data = try table(octaves, noise: 0.1) { 3 * pow($0, -0.5) }
        let (u, v) = (data.sizes.map { log($0) }, data.losses.map { log($0) })
        let (mu, mv) = (u.reduce(0, +) / 10, v.reduce(0, +) / 10)
        let spread = u.reduce(0) { $0 + ($1 - mu) * ($1 - mu) }
        let slope = zip(u, v).reduce(0) { $0 + ($1.0 - mu) * ($1.1 - mv) } / spread
        let squares = zip(u, v).reduce(0) { $0 + pow($1.1 - mv - slope * ($1.0 - mu), 2) }
        let reach = 2.306004135 * (squares / 8 / spread).squareRoot()
        let interval = ScalingFit(data).exponent
        expectClose(interval.low, -slope - reach, within: 1e-9)
        expectClose(interval.high, -slope + reach, within: 1e-9)
    }

    /// Given errors that are far too small make no law true.
    @Test func errorsThatNoLawMeetsAreSaid() throws {
        let noisy = try table(octaves, noise: 0.1) { pow($0, -0.5) }
        let fit = ScalingFit(try LossTable(sizes: noisy.sizes, losses: noisy.losses, errors: noisy.losses.map { 0.001 * $0 }))
        #expect(fit.isMisfit && fit.regime == .undecided)
        #expect(fit.exponent.contains(0.5))
    }

    @Test func twentyThousandRowsTakeNoTime() throws {
        let sizes = (0..<20_000).map { 10 * pow(1.0005, Double($0)) }
        let data = try table(sizes, noise: 0.05) { 0.1 + 3 * pow($0, -0.5) }
        let clock = ContinuousClock()
        var fit: ScalingFit?
        let time = clock.measure { fit = ScalingFit(data) }
        #expect(fit!.exponentWithLimit.contains(0.5))
        // Half a second on an idle core.
        #expect(time < .seconds(10))
    }

    @Test func extrapolationCarriesItsInterval() throws {
        let fit = ScalingFit(try table(octaves, noise: 0.02, seeds: 3) { 4 * pow($0, -0.4) })
        let far = fit.prediction(at: 1e6)
        expectClose(far.value / (4 * pow(1e6, -0.4)), 1, within: 0.1)
        #expect(far.width / far.value > fit.prediction(at: 512).width / fit.prediction(at: 512).value)
    }

    @Test func badTablesAreRefused() {
        #expect(throws: LossTableError.notPositive(.loss, row: 1, value: -1)) {
            try LossTable(sizes: [1, 2, 3, 4], losses: [1, -1, 1, 1])
        }
        #expect(throws: LossTableError.tooFewPoints(count: 2)) { try LossTable(sizes: [1, 1, 2, 2], losses: [1, 1, 1, 1]) }
        #expect(throws: LossTableError.extreme(.loss, row: 2, value: 1e-300)) {
            try LossTable(sizes: [1, 2, 3, 4], losses: [1, 1, 1e-300, 1])
        }
        #expect(throws: LossTableError.notPositive(.error, row: 0, value: 0)) {
            try LossTable(sizes: [1, 2, 3, 4], losses: [1, 1, 1, 1], errors: [0, 1, 1, 1])
        }
    }
}
