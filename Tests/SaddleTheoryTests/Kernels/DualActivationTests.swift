// Duals of single pairs of preactivations against integrals computed elsewhere. Catches a wrong closed form, a wrong normalisation of
// the series, lost digits at correlation ±1 and at small and large variances.
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

@Suite struct DualActivationTests {
    /// Relative to √(F(q, q, q) F(q′, q′, q′)): 1e-13 for closed forms, 1e-12 for series and quadrature.
    @Test(arguments: Activation.named)
    func agreesWithIntegrals(_ phi: Activation) throws {
        let dual = DualActivation(phi)
        let isClosed = if case .closed = dual.form { true } else { false }
        try check(dual, tolerance: isClosed ? 1e-13 : 1e-12)
    }

    /// The series of what also has a closed form.
    @Test(arguments: [Activation.erf, .gelu, .sin, .cos, .linear, .rbf])
    func seriesAgreesWithIntegrals(_ phi: Activation) throws { try check(.series(phi), tolerance: 1e-12) }

    private func check(_ dual: DualActivation, tolerance: Double) throws {
        let expected = try #require(DualReference.values[dual.activation.name])
        #expect(expected.count == DualReference.cases.count)
        for (c, reference) in zip(DualReference.cases, expected) {
            let (value, slope) = try dual.evaluate(
                covariances: Matrix(rows: 1, columns: 1, repeating: c.covariance), rows: [c.row], columns: [c.column])
            let points = try dual.prepare([c.row, c.column])
            let valueError = abs(value[0, 0] - reference.value) / (points.values[0] * points.values[1]).squareRoot()
            let slopeError = abs(slope[0, 0] - reference.slope) / max((points.slopes[0] * points.slopes[1]).squareRoot(), 1e-300)
            #expect(valueError <= tolerance, "\(dual.activation.name) F at \(c): \(value[0, 0]) for \(reference.value)")
            #expect(slopeError <= tolerance, "\(dual.activation.name) Ḟ at \(c): \(slope[0, 0]) for \(reference.slope)")
        }
    }
}
