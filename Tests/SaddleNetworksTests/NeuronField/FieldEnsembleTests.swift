import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Laws of momenta against propagators in closed form; reweighting at both ends of the coupling.
@Suite struct FieldEnsembleTests {
    /// E s² over quantiles is G(0), and the share of momenta below half the cut-off that of the density.
    @Test(arguments: [1, 2], NeuronField.Weighting.allCases)
    func momenta(dimension: Int, weighting: NeuronField.Weighting) {
        var field = NeuronField()
        (field.dimension, field.weighting, field.mass, field.cutoff) = (dimension, weighting, 0.7, 5)
        let n = 20_000, ks = (0..<n).map { field.momentum(quantile: (Double($0) + 0.5) / Double(n)) }
        let g = dimension == 1 ? atan(5 / 0.7) / (Double.pi * 0.7) : log(1 + 25 / 0.49) / (4 * Double.pi)
        expectClose(ks.reduce(0) { $0 + field.squaredAmplitude($1) } / Double(n), g, within: 1e-6 * g)
        func mass(_ end: Double) -> Double {
            (0..<4000).reduce(0) { sum, i in
                let k = end * (Double(i) + 0.5) / 4000
                return sum + end / 4000 * pow(k, Double(dimension - 1)) * pow(k * k + 0.49, -field.exponent)
            }
        }
        let share = Double(ks.count { $0 < 2.5 }) / Double(n)
        expectClose(share, mass(2.5) / mass(5), within: 2e-4)
    }

    @Test func reweighting() throws {
        var field = NeuronField()
        (field.points, field.box) = (8, 3)
        let draws = try FieldEnsemble(field, neurons: 4, draws: 6400, couplings: [1e-12, 0.3, 1e4], seed: 1)
        #expect(draws.draws == 6400)
        expectClose(draws.effectiveSizes[0], 6400, within: 1e-3)
        let free = try #require(draws.reweighted(0))
        for (a, b) in zip(free.pairs, draws.pairs) { expectClose(a.mean, b.mean, within: 1e-9) }
        let weighted = try #require(draws.reweighted(1))
        #expect(weighted.pairs[0].mean < free.pairs[0].mean - 4 * free.pairs[0].standardError)
        // So few draws carry the weight that no average is one.
        #expect(draws.effectiveSizes[2] < 500 && draws.reweighted(2) == nil)
        #expect(throws: CancellationError.self) {
            try FieldEnsemble(field, neurons: 4, draws: 640, couplings: [], seed: 1, shouldStop: { true })
        }
    }
}
