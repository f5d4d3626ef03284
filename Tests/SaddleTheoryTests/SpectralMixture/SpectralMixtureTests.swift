import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Kernels against the Fourier integrals of their spectra (Wiener & Khinchin). It would catch wrong degrees of
// freedom or scale of a Student-t spectrum, a lost sign in a derivative, and cancellation near τ = 0.

/// ∫ S(f) (2πif)ⁿ e^{2πifτ} df for weights 1.5, 0.4, 0.8, frequencies 2, 0, 5.5 and widths 0.7, 0.3, 0.2, by mpmath 1.3
/// quadrature (`quad`, `quadosc`) with 30 digits.
private let fourierIntegrals: [(SpectralMixture.Spectrum, lag: Double, derivatives: [Double])] = [
    (.gaussian, 0, [2.7, 0.0, -1223.9493809878935, 0.0, 1216588.1306000791]),
    (.gaussian, 0.13, [0.1359851885928516, 10.704320607627469, 287.70554812143602, -28999.907440629418, -257964.47772959345]),
    (.gaussian, -0.4, [0.61753136269865048, 20.686856172265211, -302.24080668127234, -28474.128233864029, 259272.00315045311]),
    (.studentT(degrees: 1), 0.13, [0.11168542546938724]),
    (.studentT(degrees: 1), -0.4, [0.41754443899450372]),
    (.studentT(degrees: 3), 0.13, [0.13436277295310579, 12.15792179641118, 291.73764202938398]),
    (.studentT(degrees: 3), -0.4, [0.53260400295508969, 18.316371456550822, -240.19580248389111]),
    (
        .studentT(degrees: 5), 0.13,
        [0.13632780086407803, 11.638419880233446, 297.38097253635326, -29376.655498507731, -252432.88523387013]
    ),
    (
        .studentT(degrees: 5), -0.4,
        [0.56527460991901874, 19.43528589105121, -262.1001582646678, -26739.560174055839, 212885.25031811443]
    ),
    (
        .studentT(degrees: 7), 0.13,
        [0.13652107532736846, 11.365868038055403, 296.60340734529457, -29239.059615198854, -257140.66085875597]
    ),
    (
        .studentT(degrees: 7), -0.4,
        [0.58007002037153459, 19.875622021115462, -272.75482733979476, -27312.199617732333, 225765.11742341083]
    ),
]

private func mixture(_ spectrum: SpectralMixture.Spectrum) -> SpectralMixture {
    SpectralMixture(spectrum, weights: [1.5, 0.4, 0.8], frequencies: [2, 0, 5.5], widths: [0.7, 0.3, 0.2])
}

@Suite struct SpectralMixtureTests {
    /// Every derivative within 1e-12 of the size that its terms have, Σ w (2π(μ + σ))ⁿ.
    @Test(arguments: fourierIntegrals.indices) func kernelIsTheFourierTransformOfItsSpectrum(_ row: Int) {
        let (spectrum, lag, expected) = fourierIntegrals[row]
        let found = mixture(spectrum).derivatives(at: lag, upTo: expected.count - 1)
        for (n, value) in expected.enumerated() {
            let size = [(1.5, 2.7), (0.4, 0.3), (0.8, 5.7)].reduce(0) { $0 + $1.0 * pow(2 * Double.pi * $1.1, Double(n)) }
            expectClose(found[n], value, within: 1e-12 * size, "derivative \(n)")
        }
    }

    /// The density that is drawn is the one whose transform is the kernel: the trapezium rule in f = 3 sinh t is exact to
    /// rounding for the smooth decaying integrand.
    @Test(arguments: [SpectralMixture.Spectrum.gaussian, .studentT(degrees: 3), .studentT(degrees: 5), .studentT(degrees: 7)])
    func densityIntegratesToTheKernel(_ spectrum: SpectralMixture.Spectrum) {
        let kernel = mixture(spectrum)
        for τ in [0, 0.02] {
            var (sum, step) = (0.0, 0.0005)
            for k in -24_000...24_000 {
                let t = Double(k) * step
                let f = sinh(t)
                if abs(f) < 2000 { sum += kernel.spectralDensity(f) * cos(2 * Double.pi * f * τ) * cosh(t) * step }
            }
            // Cut at |f| = 2000: three degrees of freedom leave Σ w 2.2 (σ√3/2000)³/√3 ≈ 3e-10 outside.
            expectClose(sum, kernel(τ), within: 1e-9)
        }
        expectClose(kernel(0), 1.5 + 0.4 + 0.8, within: 1e-15)
        expectClose(kernel.spectralDensity(1.3), kernel.spectralDensity(-1.3), within: 1e-16)
    }

    /// A Student-t component at zero frequency is the Matérn kernel of the literature, (1 + √5r + 5r²/3)e^{−√5r} with length
    /// 1/(2πσ), and its odd derivatives vanish at zero.
    @Test func maternIsThatOfTheLiterature() {
        let (length, τ) = (0.8, 0.37)
        let kernel = SpectralMixture(
            .studentT(degrees: 5), weights: [2], frequencies: [0], widths: [1 / (2 * Double.pi * length)])
        let r = 5.0.squareRoot() * τ / length
        expectClose(kernel(τ), 2 * (1 + r + r * r / 3) * exp(-r), within: 4e-16)
        let atZero = kernel.derivatives(at: 0, upTo: 4)
        #expect(atZero[1] == 0 && atZero[3] == 0)
        expectClose(atZero[2], -2 * 5 / (3 * length * length), within: 1e-14)
        expectClose(atZero[4], 2 * 25 / (length * length * length * length), within: 1e-12)
    }
}
