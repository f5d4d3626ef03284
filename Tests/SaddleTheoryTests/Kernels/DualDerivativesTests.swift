// Derivatives of duals: against averages of φ″ by quadrature, against differences of the dual, and total derivatives along the diagonal.
// Catches a wrong factor ½, derivatives by the wrong variance, and a diagonal with the δ-functions of a kink counted twice.
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

@Suite struct DualDerivativesTests {
    private static let smooth: [DualActivation] =
        Activation.named.filter(\.kinks.isEmpty).map { DualActivation($0) } + [.series(.gelu), .series(.erf)]

    /// ∂Ḟ/∂k = E φ″φ″ and ∂F/∂q = ½ E φ″φ at moderate variances; the same by the other variance.
    @Test func agreeWithQuadrature() throws {
        for dual in Self.smooth {
            let phi = dual.activation
            for (q, p, k) in [(0.8, 0.8, 0.8), (0.5, 1.1, -0.3), (0.6, 0.2, 0.1)] {
                let d = try dual.derivatives(covariances: Matrix(rows: 1, columns: 1, repeating: k), rows: [q], columns: [p])
                let curvature = gaussianAverage(q, p, k) { (phi.secondDerivative($0), phi.secondDerivative($1)) }
                let byRow = 0.5 * gaussianAverage(q, p, k) { (phi.secondDerivative($0), phi($1)) }
                let byColumn = 0.5 * gaussianAverage(q, p, k) { (phi($0), phi.secondDerivative($1)) }
                let slope = gaussianAverage(q, p, k) { (phi.derivative($0), phi.derivative($1)) }
                for (mine, expected) in [
                    (d.slopeByCovariance, curvature), (d.valueByRow, byRow), (d.valueByColumn, byColumn),
                    (d.valueByCovariance, slope),
                ] { expectClose(mine[0, 0], expected, within: 1e-9 * max(1, abs(expected)), "\(phi.name) at \((q, p, k))") }
            }
        }
    }

    /// Central differences of fourth order with step h: error h⁴ times the fifth derivative, plus 1e-13/h.
    @Test(arguments: Activation.named)
    func agreeWithDifferences(_ phi: Activation) throws {
        let dual = DualActivation(phi), h = 1e-3
        for (q, p, k) in [(0.8, 0.9, 0.4), (0.5, 1.1, -0.3)] {
            let d = try dual.derivatives(covariances: Matrix(rows: 1, columns: 1, repeating: k), rows: [q], columns: [p])
            func difference(_ move: (Double) -> (Double, Double, Double)) throws -> (value: Double, slope: Double) {
                let results = try [-2.0, -1, 1, 2].map { (t: Double) in
                    let (q, p, k) = move(t * h)
                    return try dual.evaluate(covariances: Matrix(rows: 1, columns: 1, repeating: k), rows: [q], columns: [p])
                }
                func combine(_ x: [Double]) -> Double { ((x[0] - x[3]) + 8 * (x[2] - x[1])) / (12 * h) }
                return (combine(results.map { $0.value[0, 0] }), combine(results.map { $0.slope[0, 0] }))
            }
            let byRow = try difference { (q + $0, p, k) }, byColumn = try difference { (q, p + $0, k) }
            let byCovariance = try difference { (q, p, k + $0) }
            for (mine, expected, name) in [
                (d.valueByRow, byRow.value, "∂F/∂q"), (d.valueByColumn, byColumn.value, "∂F/∂q′"),
                (d.valueByCovariance, byCovariance.value, "∂F/∂k"), (d.slopeByRow, byRow.slope, "∂Ḟ/∂q"),
                (d.slopeByColumn, byColumn.slope, "∂Ḟ/∂q′"), (d.slopeByCovariance, byCovariance.slope, "∂Ḟ/∂k"),
            ] { expectClose(mine[0, 0], expected, within: 2e-9 * max(1, abs(expected)), "\(phi.name) \(name)") }
            let moments = try dual.momentDerivatives([q])
            let along = try [-2.0, -1, 1, 2].map { try dual.prepare([q + $0 * h]) }
            func combine(_ x: [Double]) -> Double { ((x[0] - x[3]) + 8 * (x[2] - x[1])) / (12 * h) }
            expectClose(moments.value[0], combine(along.map { $0.values[0] }), within: 2e-9 * max(1, moments.value[0]), phi.name)
            expectClose(
                moments.slope[0], combine(along.map { $0.slopes[0] }), within: 2e-9 * max(1, abs(moments.slope[0])), phi.name)
        }
    }

    /// Kinks: infinite where points are equal, nothing undefined where a variance is zero.
    @Test func conventions() throws {
        let k = Matrix(rows: 2, columns: 1) { i, _ in i == 0 ? 1 : 0 }
        let relu = try DualActivation(.relu).derivatives(covariances: k, rows: [1, 0], columns: [1])
        #expect(relu.slopeByCovariance.elements == [.infinity, 0] && relu.valueByRow.elements == [0, 0])
        #expect(relu.valueByCovariance[0, 0] == 0.5)
        let sigmoid = try DualActivation(.sigmoid).derivatives(covariances: k, rows: [1, 0], columns: [1])
        expectClose(sigmoid.valueByRow[1, 0], 0, within: 1e-9)  // φ″(0) = 0
        let moments = try DualActivation(.relu).momentDerivatives([2])
        #expect(moments.slope == [0])
    }
}
