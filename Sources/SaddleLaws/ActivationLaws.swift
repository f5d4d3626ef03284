import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What every activation must obey.
///
/// - φ′ is the derivative of φ and φ″ that of φ′ on [−12.5, 12.5], away from the kinks: by five-point central differences whose step is
///   h = 2⁻¹⁰, on points so close that every kink which was not declared is seen. The allowance is 1e-11 for functions of size 1 to 13,
///   in proportion beyond, and an estimate of the differences' own error by those of step 2h.
/// - All ways to call give the same bits: matrices and buffers, together and alone, in place.
/// - For huge arguments nothing is NaN, and nothing overflows if φ grows no faster than x; at ±∞ nothing is NaN if φ has limits
///   there. NaN gives NaN.
/// - A stated closed form of the Gaussian averages (``SaddleModels/GaussianDual``) is that of φ: by quadrature in polar coordinates, to
///   1e-9 of √(E φ² E φ²).
///
public struct ActivationLaws: Sendable {
    /// Points where φ or one of its first five derivatives jumps; nil: those that the activation states.
    public var kinks: [Double]?
    /// Whether φ and its derivatives have limits at ±∞, finite or not; false for periodic functions.
    public var hasLimits: Bool
    /// Whether |φ(x)| ≤ C(1 + |x|), so that nothing overflows.
    public var growsLinearlyAtMost: Bool

    /// By default kinks are those that the activation states, limits exist and growth is linear at most.
    public init(kinks: [Double]? = nil, hasLimits: Bool = true, growsLinearlyAtMost: Bool = true) {
        self.kinks = kinks
        self.hasLimits = hasLimits
        self.growsLinearlyAtMost = growsLinearlyAtMost
    }

    /// All laws that the activation violates, with the worst argument of each; empty if it obeys them.
    public func violations(_ phi: Activation) -> [LawViolation] {
        var findings = Findings()
        checkDerivatives(phi, &findings)
        checkWaysToCall(phi, &findings)
        checkExtremes(phi, &findings)
        checkDual(phi, &findings)
        return findings.violations
    }

    private func checkDerivatives(_ phi: Activation, _ findings: inout Findings) {
        let step = 0x1p-10, reach = 4 * step
        let kinks = kinks ?? phi.kinks
        let points = (-10_000...10_000).map { (Double($0) + 0.3) / 800 }.filter { x in kinks.allSatisfy { abs(x - $0) > reach } }
        /// The derivative from f at ±h and ±2h.
        func differences(_ f: (Matrix) -> Matrix, _ h: Double) -> [Double] {
            let values = [-2.0, -1, 1, 2].map { offset in f(column(points.map { $0 + offset * h })).elements }
            return points.indices.map { i in ((values[0][i] - values[3][i]) + 8 * (values[2][i] - values[1][i])) / (12 * h) }
        }
        let x = column(points)
        let (value, slope, curvature) = (phi(x).elements, phi.derivative(x).elements, phi.secondDerivative(x).elements)
        let cases: [(String, [Double], [Double], (Matrix) -> Matrix)] = [
            ("first derivative", value, slope, { phi($0) }), ("second derivative", slope, curvature, { phi.derivative($0) }),
        ]
        for (law, function, claimed, f) in cases {
            let (fine, coarse) = (differences(f, step), differences(f, 2 * step))
            // Differences of step 2h err by 16 times as much. Beside a kink that nobody declared the estimate is too small for one of
            // the three points or more whose differences reach over it.
            func excess(_ i: Int) -> Double {
                let allowance = 1e-11 * max(1, abs(function[i]) / 13) + abs(fine[i] - coarse[i]) / 10
                let excess = abs(claimed[i] - fine[i]) / allowance
                return excess.isNaN ? .infinity : excess
            }
            if let worst = points.indices.max(by: { excess($0) < excess($1) }), excess(worst) > 1 {
                findings.add(law, "\(claimed[worst]) at x = \(points[worst]), by differences \(fine[worst])")
            }
        }
    }

    private func checkWaysToCall(_ phi: Activation, _ findings: inout Findings) {
        let law = "the same bits by all ways to call"
        let x = column((-100..<100).map { (Double($0) + 0.5) / 8 })
        let (value, slope) = (phi(x).elements, phi.derivative(x).elements)
        for count in [0, 1, 63, 64, 65, 200] {
            let input = Array(x.elements[..<count])
            var (both, derivative, alone) = (input, input, input)
            both.withUnsafeMutableBufferPointer { out in
                derivative.withUnsafeMutableBufferPointer { d in
                    input.withUnsafeBufferPointer { phi.apply(to: $0, value: out, derivative: d) }
                }
            }
            alone.withUnsafeMutableBufferPointer { phi.apply(to: UnsafeBufferPointer($0), value: $0) }
            if !same(both, value[..<count]) { findings.add(law, "buffers of \(count) have other values than a matrix") }
            if !same(derivative, slope[..<count]) { findings.add(law, "buffers of \(count) have other slopes than a matrix") }
            if !same(alone, both[...]) { findings.add(law, "buffers of \(count) have other values in place") }
            let together = phi.valueAndDerivative(column(input))
            if !same(together.value.elements, both[...]) || !same(together.derivative.elements, derivative[...]) {
                findings.add(law, "matrices of \(count) have other values beside their slopes than alone")
            }
        }
        if phi(Matrix(rows: 0, columns: 3)) != Matrix(rows: 0, columns: 3) {
            findings.add(law, "no arguments do not give no values")
        }
    }

    private func checkExtremes(_ phi: Activation, _ findings: inout Findings) {
        var extremes: [Double] = [-1e300, -1e5, -800, -0.0, 0, .leastNonzeroMagnitude, 800, 1e5, 1e300]
        if hasLimits { extremes += [-.infinity, .infinity] }
        let x = column(extremes)
        for (name, result) in [("φ", phi(x)), ("φ′", phi.derivative(x)), ("φ″", phi.secondDerivative(x))] {
            for (x, y) in zip(extremes, result.elements) {
                if y.isNaN { findings.add("numbers everywhere", "\(name)(\(x)) is NaN") }
                if y.isInfinite, x.isFinite, growsLinearlyAtMost { findings.add("no overflow", "\(name)(\(x)) is \(y)") }
            }
        }
        let atNaN = phi(column([.nan]))[0, 0]
        if !atNaN.isNaN { findings.add("NaN gives NaN", "φ(NaN) is \(atNaN)") }
    }

    private func checkDual(_ phi: Activation, _ findings: inout Findings) {
        guard phi.dual != nil else { return }
        let law = "the stated closed form of Gaussian averages"
        for (q, p, cosine) in [(0.6, 1.7, 0.4), (1.2, 0.5, -0.8), (1, 1, 0)] {
            let place = "variances \(q) and \(p), correlation \(cosine)"
            do {
                let covariance = Matrix(rows: 1, columns: 1, repeating: cosine * (q * p).squareRoot())
                let dual = DualActivation(phi), stated = try dual.evaluate(covariances: covariance, rows: [q], columns: [p])
                let points = try dual.prepare([q, p])
                let byPolar = PolarAverage(rowVariance: q, columnVariance: p, cosine: cosine)
                findings.expectClose(
                    law, stated.value[0, 0], byPolar.average { phi($0) },
                    within: 1e-9 * (points.values[0] * points.values[1]).squareRoot(), "E φ(u)φ(v) for \(place)")
                findings.expectClose(
                    law, stated.slope[0, 0], byPolar.average { phi.derivative($0) },
                    within: 1e-9 * (points.slopes[0] * points.slopes[1]).squareRoot(), "E φ′(u)φ′(v) for \(place)")
            } catch { findings.add(law, "\(error)") }
        }
    }

    private func column(_ values: [Double]) -> Matrix { Matrix(rows: values.count, columns: 1, elements: values) }

    private func same(_ a: [Double], _ b: ArraySlice<Double>) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
