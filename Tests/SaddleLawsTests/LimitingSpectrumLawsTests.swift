import Numerics
import SaddleLaws
import SaddleNumerics
import Testing

// The law suite of limiting spectra on the semicircle with one thing wrong at a time.

@Suite struct LimitingSpectrumLawsTests {
    /// A semicircle of radius 2 whose resolvent, moments or bands are changed.
    private struct Bent: LimitingSpectrum {
        let right = try! SemicircleLaw()
        var scale = 1.0, branch = 1.0, fourth = 2.0, width = 1.0, atom = 0.0, mirror = 0.0

        var atoms: [SpectralAtom] { atom == 0 ? [] : [SpectralAtom(position: 5, mass: atom)] }
        var bands: [SpectralBand] { right.bands.map { SpectralBand(lower: $0.lower, upper: $0.upper * width) } }
        func resolvent(_ z: Complex<Double>) throws -> Complex<Double> {
            let g = try right.resolvent(z) * Complex(scale)
            let bent = z.imaginary < 0 ? g + Complex(mirror) : g
            return Complex(bent.real, branch * bent.imaginary)
        }
        func moments(_ count: Int) -> [Double] { Array([0, 1, 0, fourth, 0, 5].prefix(count)) }
    }

    private func laws(_ law: Bent) -> Set<String> { Set(LimitingSpectrumLaws().violations(law).map(\.law)) }

    @Test func rightOnesPass() throws {
        #expect(LimitingSpectrumLaws(tolerance: 1e-11).violations(Bent()) == [])
        #expect(
            LimitingSpectrumLaws(tolerance: 1e-12).violations(try DiscreteSpectrum([-1, 2, 2, 0], weights: [1, 2, 3, 4])) == [])
        #expect(LimitingSpectrumLaws().violations(try DiscreteSpectrum([0])) == [])
    }

    @Test func brokenOnesAreFound() {
        #expect(laws(Bent(scale: 1 + 1e-8)).isSuperset(of: ["mass", "moment 2"]))
        #expect(laws(Bent(scale: 1.001)).contains("G ~ 1/z"))
        #expect(laws(Bent(fourth: 2 + 1e-7)) == ["moment 4"])
        #expect(laws(Bent(branch: -1)).isSuperset(of: ["density", "mass"]))
        #expect(laws(Bent(mirror: 1e-9)) == ["G of the mirror image"])
        #expect(laws(Bent(atom: 0.1)).contains("mass"))
        #expect(laws(Bent(width: 0.9)).contains("mass"))
        #expect(laws(Bent(width: -1.1)) == ["bands"])
        #expect(laws(Bent(atom: 1.5)) == ["atoms"])
    }
}
