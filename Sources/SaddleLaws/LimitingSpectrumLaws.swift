import Numerics
import SaddleNumerics

/// What every limiting spectrum must obey: mass 1, no negative density, moments by recursion and by quadrature, G as the integral over
/// the density, mirror images, −Im G > 0 above the axis, G ~ 1/z far away, bands and atoms in order.
public struct LimitingSpectrumLaws: Sendable {
    /// Of averages over the density, relative to the power of the largest eigenvalue that they have.
    public var tolerance: Double

    /// With a tolerance for averages over the density.
    public init(tolerance: Double = 1e-10) { self.tolerance = tolerance }

    /// All laws that the spectrum violates; the rest is not looked at where bands or atoms are not in order.
    public func violations(_ law: some LimitingSpectrum) -> [LawViolation] {
        var findings = Findings()
        checkPlaces(law, &findings)
        if !findings.violations.isEmpty { return findings.violations }
        do { try check(law, &findings) } catch { findings.add("averages", "\(error)") }
        return findings.violations
    }

    private func checkPlaces(_ law: some LimitingSpectrum, _ findings: inout Findings) {
        if law.bands.isEmpty && law.atoms.isEmpty { findings.add("mass", "neither bands nor atoms") }
        for band in law.bands where !(band.lower < band.upper) || !band.lower.isFinite || !band.upper.isFinite {
            findings.add("bands", "from \(band.lower) to \(band.upper)")
        }
        for (a, b) in zip(law.bands, law.bands.dropFirst()) where a.upper > b.lower {
            findings.add("bands", "one ends at \(a.upper), the next begins at \(b.lower)")
        }
        for (a, b) in zip(law.atoms, law.atoms.dropFirst()) where !(a.position < b.position) {
            findings.add("atoms", "\(a.position) before \(b.position)")
        }
        for atom in law.atoms where !(atom.mass > 0 && atom.mass <= 1 + tolerance) {
            findings.add("atoms", "mass \(atom.mass) at \(atom.position)")
        }
    }

    private func check(_ law: some LimitingSpectrum, _ findings: inout Findings) throws {
        findings.expectClose("mass", try law.average { _ in 1 }, 1, within: tolerance)
        let extent = max(abs(law.hull.lower), abs(law.hull.upper)), size = extent > 0 ? extent : 1
        for (k, moment) in law.moments(6).enumerated() {
            let scale = Double.pow(size, k + 1)
            findings.expectClose("moment \(k + 1)", try law.average { Double.pow($0, k + 1) }, moment, within: tolerance * scale)
        }
        for band in law.bands {
            for share in [0.01, 0.3, 0.5, 0.8, 0.99] {
                let x = band.lower + share * (band.upper - band.lower), density = try law.density(x)
                if !(density >= 0 && density.isFinite) { findings.add("density", "\(density) at \(x)") }
            }
        }
        let z = Complex(law.hull.upper, size / 2)
        let real = try law.average { (1 / (z - Complex($0))).real },
            imaginary = try law.average { (1 / (z - Complex($0))).imaginary }
        let found = try law.resolvent(z)
        findings.expectClose("G as integral, real part", found.real, real, within: tolerance / size, "z = \(z)")
        findings.expectClose("G as integral, imaginary part", found.imaginary, imaginary, within: tolerance / size, "z = \(z)")
        if !(found.imaginary < 0) { findings.add("−Im G > 0 above the axis", "G = \(found) at \(z)") }
        let below = try law.resolvent(z.conjugate)
        findings.expectClose("G of the mirror image", (below - found.conjugate).length, 0, within: 1e-12 / size, "z = \(z)")
        // G = 1/z + m₁/z² + …
        let far = Complex(0, 1e5 * size), reach = try law.resolvent(far) * far
        findings.expectClose("G ~ 1/z", (reach - 1).length, 0, within: 2e-5, "z = \(far)")
    }
}
