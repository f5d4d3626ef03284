import Numerics
import SaddleLaws
import SaddleNumerics
import TestSupport
import Testing

// Closed forms of each law against each other: moments by recursion and by quadrature, resolvents with large z, one law as the special case
// of another. It would catch a wrong branch, a lost atom, a wrong normalisation and a quadrature that is blind to singular edges.

@Suite struct LimitingSpectrumTests {
    @Test func laws() throws {
        func checkLaws(_ law: some LimitingSpectrum, within tolerance: Double, _ name: String) {
            #expect(LimitingSpectrumLaws(tolerance: tolerance).violations(law) == [], "\(name)")
        }
        try checkLaws(SemicircleLaw(deviation: 0.7), within: 1e-11, "semicircle")
        for ratio in [0.1, 0.9, 1, 1.5, 10] {
            try checkLaws(MarchenkoPasturLaw(ratio: ratio, scale: 2), within: 1e-11, "Marchenko–Pastur at \(ratio)")
        }
        try checkLaws(DiscreteSpectrum([-1, 2, 2, 0], weights: [1, 2, 3, 4]), within: 1e-12, "values")
        let population = try PopulationSpectrum([1, 3, 7], multiplicities: [40, 35, 25])
        for counts in [[1000.0], [50], [100], [75], [300, 500], [100, 200], [100, 100], [40, 40], [60, 100, 300]] {
            try checkLaws(SampleCovarianceSpectrum(population, counts: counts), within: 1e-10, "counts \(counts)")
        }
        try checkLaws(
            SampleCovarianceSpectrum(PopulationSpectrum([0, 1, 3], multiplicities: [40, 35, 25]), counts: [60]), within: 1e-10,
            "rank 60 with 60 samples")
        try checkLaws(SampleCovarianceSpectrum(.powerLaw(count: 60, exponent: 1.5), counts: [90]), within: 1e-10, "power law")
        let signal = try DiscreteSpectrum([-2, 0.5, 3], weights: [0.2, 0.5, 0.3])
        for deviation in [0.3, 0.7, 3] {
            try checkLaws(DeformedWignerSpectrum(signal, deviation: deviation), within: 1e-10, "signal and noise \(deviation)")
        }
    }

    /// Catalan and Narayana numbers, and Fuss–Catalan for two square factors: C(3k, k)/(2k + 1).
    @Test func knownMoments() throws {
        #expect(try SemicircleLaw().moments(8) == [0, 1, 0, 2, 0, 5, 0, 14])
        for (a, b) in zip(try MarchenkoPasturLaw(ratio: 1).moments(5), [1.0, 2, 5, 14, 42]) { expectClose(a, b, within: 1e-12) }
        for (a, b) in zip(try SampleCovarianceSpectrum.isotropic(ratios: [1, 1]).moments(5), [1.0, 3, 12, 55, 273]) {
            expectClose(a, b, within: 1e-10)
        }
        let cumulants = [0.3, 1.5, -0.2, 0.7, 2.0]
        for (a, b) in zip(FreeCumulants.cumulants(of: FreeCumulants.moments(of: cumulants)), cumulants) {
            expectClose(a, b, within: 1e-12)
        }
    }

    /// E log x of square Wishart matrices is −1, and (q − 1)/q·log(1 − q) − 1 below, although log x diverges at the hard edge.
    @Test func logarithms() throws {
        expectClose(try MarchenkoPasturLaw(ratio: 1).average { Double.log($0) }, -1, within: 1e-10)
        let q = 0.4
        expectClose(
            try MarchenkoPasturLaw(ratio: q).average { Double.log($0) }, -1 + (q - 1) / q * Double.log(1 - q), within: 1e-11)
    }

    @Test func generalLawHasTheIsotropicOneAsSpecialCase() throws {
        for ratio in [0.2, 1, 3] {
            let (general, closed) = (
                try SampleCovarianceSpectrum.isotropic(ratios: [ratio]), try MarchenkoPasturLaw(ratio: ratio)
            )
            expectClose(general.bands[0].upper, closed.bands[0].upper, within: 1e-13 * closed.bands[0].upper)
            expectClose(general.bands[0].lower, closed.bands[0].lower, within: 1e-13)
            expectClose(general.massAtZero, closed.massAtZero, within: 1e-15)
            for share in [1e-6, 0.1, 0.5, 0.9, 1 - 1e-6] {
                let x = closed.bands[0].lower + share * (closed.bands[0].upper - closed.bands[0].lower)
                expectClose(try general.density(x) / closed.density(x), 1, within: 1e-9, "x = \(x), ratio \(ratio)")
                let z = Complex(x, 1e-3)
                let (a, b) = (try general.stages(along: [z])[0], closed.stages(along: [z])[0])
                for i in 0...1 {
                    expectClose((a[i].value - b[i].value).length, 0, within: 1e-11 * b[i].value.length)
                    expectClose((a[i].slope - b[i].slope).length, 0, within: 1e-9)
                }
            }
        }
    }

    @Test func badParameters() {
        #expect(
            errorText { _ = try MarchenkoPasturLaw(ratio: 0) }?.contains("D/P of dimensions to samples is 0.0; expected") == true)
        #expect(errorText { _ = try MarchenkoPasturLaw(ratio: -1) } != nil)
        #expect(errorText { _ = try SemicircleLaw(deviation: .nan) } != nil)
        #expect(errorText { _ = try EllipticLaw(symmetry: 1.1) }?.contains("1.1; expected a number from −1 to 1") == true)
        #expect(errorText { _ = try DiscreteSpectrum([1, .infinity]) } != nil)
        #expect(
            errorText { _ = try SampleCovarianceSpectrum(PopulationSpectrum([-1]), counts: [1]) }?.contains("is -1.0") == true)
        #expect(errorText { _ = try SampleCovarianceSpectrum(PopulationSpectrum([1]), counts: [0]) } != nil)
        #expect(errorText { _ = try SampleCovarianceSpectrum(PopulationSpectrum([1]), counts: [.infinity]) } != nil)
    }
}
