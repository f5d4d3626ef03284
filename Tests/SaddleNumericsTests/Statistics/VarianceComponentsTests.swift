import SaddleNumerics
import Testing

/// Variances within and between groups against those that the numbers were drawn with.
@Suite struct VarianceComponentsTests {
    private static func components(_ number: Int, within: Double, between: Double) -> VarianceComponents {
        var stream = RandomStream(seed: 3, .test, number)
        let groups = (0..<10).map { _ -> (mean: Double, variance: Double) in
            let centre = 5 + between.squareRoot() * stream.normals(1)[0]
            let values = stream.normals(6).map { centre + within.squareRoot() * $0 }
            let estimate = Estimate(values)
            return (estimate.mean, estimate.standardError * estimate.standardError * 6)
        }
        return VarianceComponents(groups, size: 6)
    }

    @Test(arguments: [(1.0, 0.5), (1, 0), (0.1, 2)]) func areUnbiased(within: Double, between: Double) {
        let draws = (0..<400).map { Self.components($0, within: within, between: between) }
        for (parts, truth) in [
            (draws.map(\.mean), 5), (draws.map(\.within), within), (draws.map(\.between), between),
        ] {
            let all = Estimate(parts.map(\.mean))
            #expect(abs(all.mean - truth) < 4 * all.standardError, "\(all) for \(truth)")
            // Errors that are stated are those that draws have.
            let scatter = all.standardError * 20,
                stated = Estimate(parts.map { $0.standardError * $0.standardError }).mean.squareRoot()
            #expect((0.75...1.4).contains(stated / scatter), "stated \(stated), scatter \(scatter)")
        }
        // Negative control: the variance of the means alone would hold noise.
        let naive = Estimate(draws.map { $0.between.mean + $0.within.mean / 6 })
        #expect(abs(naive.mean - between) > 4 * naive.standardError || within < 0.5)
    }
}
