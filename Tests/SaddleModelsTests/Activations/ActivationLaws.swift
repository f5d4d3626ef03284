import SaddleModels
import SaddleNumerics
import Testing

/// What every activation must obey; new ones are checked by being in `Activation.named`.
///
/// - φ′ is the derivative of φ, and φ″ that of φ′, at points away from the kinks: by five-point central differences of step
///   h = 2⁻¹⁰, whose own error h⁴φ⁽⁵⁾/30 + 1.5ε|φ|/h is below 1e-11 for |x| < 13 and fifth derivatives below 100, and below
///   1e-12 of what grows faster than x.
/// - All ways to call give the same bits: matrices and buffers, together and alone, in place.
/// - At ±∞ and for huge arguments nothing is NaN, except for periodic functions; NaN gives NaN. Only what grows faster than x
///   overflows.
func checkActivationLaws(_ phi: Activation, sourceLocation: SourceLocation = #_sourceLocation) {
    let step = 0x1p-10
    // Between kinks at zero: no stencil of four steps contains it.
    let points = (-400..<400).map { (Double($0) + 0.5) / 32 }
    func differences(_ f: (Matrix) -> Matrix) -> [Double] {
        let values = [-2.0, -1, 1, 2].map { offset in
            f(Matrix(rows: points.count, columns: 1) { i, _ in points[i] + offset * step })
        }
        return points.indices.map { i in
            ((values[0][i, 0] - values[3][i, 0]) + 8 * (values[2][i, 0] - values[1][i, 0])) / (12 * step)
        }
    }
    let x = Matrix(rows: points.count, columns: 1, elements: points)
    let slope = phi.derivative(x), curvature = phi.secondDerivative(x)
    let (slopes, curvatures) = (differences { phi($0) }, differences { phi.derivative($0) })
    for (order, function, claimed, measured) in [
        ("first", phi(x), slope, slopes), ("second", slope, curvature, curvatures),
    ] {
        let errors = points.indices.map { abs(claimed[$0, 0] - measured[$0]) / max(1, abs(function[$0, 0]) / 13) }
        let worst = points.indices.max { errors[$0] < errors[$1] }!
        #expect(
            errors.allSatisfy { $0 <= 1e-11 },
            "\(order) derivative of \(phi.name) at \(points[worst]): \(claimed[worst, 0]), by differences \(measured[worst])",
            sourceLocation: sourceLocation)
    }
    checkWaysToCall(phi, x, sourceLocation)
    checkExtremes(phi, sourceLocation)
}

private func checkWaysToCall(_ phi: Activation, _ x: Matrix, _ sourceLocation: SourceLocation) {
    let value = phi(x).elements, slope = phi.derivative(x).elements
    for count in [0, 1, 63, 64, 65, 200] {
        let input = Array(x.elements[300..<300 + count])
        var (both, derivative, alone) = (input, input, input)
        both.withUnsafeMutableBufferPointer { out in
            derivative.withUnsafeMutableBufferPointer { d in
                input.withUnsafeBufferPointer { phi.apply(to: $0, value: out, derivative: d) }
            }
        }
        alone.withUnsafeMutableBufferPointer { phi.apply(to: UnsafeBufferPointer($0), value: $0) }
        #expect(both[...] == value[300..<300 + count], "\(phi.name)", sourceLocation: sourceLocation)
        #expect(derivative[...] == slope[300..<300 + count], "\(phi.name)", sourceLocation: sourceLocation)
        #expect(alone == both, "\(phi.name) in place", sourceLocation: sourceLocation)
    }
    #expect(phi(Matrix(rows: 0, columns: 3)) == Matrix(rows: 0, columns: 3), sourceLocation: sourceLocation)
}

private func checkExtremes(_ phi: Activation, _ sourceLocation: SourceLocation) {
    var extremes: [Double] = [-1e300, -1e5, -800, -0.0, 0, .leastNonzeroMagnitude, 800, 1e5, 1e300]
    if !["sin", "cos", "rbf"].contains(phi.name) { extremes += [-.infinity, .infinity] }
    let x = Matrix(rows: extremes.count, columns: 1, elements: extremes)
    for result in [phi(x), phi.derivative(x), phi.secondDerivative(x)] {
        for (x, y) in zip(extremes, result.elements) {
            #expect(!y.isNaN, "\(phi.name) or a derivative is NaN at \(x)", sourceLocation: sourceLocation)
            let mayOverflow = x.isInfinite || ["exp", "square", "cube"].contains(phi.name)
            #expect(y.isFinite || mayOverflow, "\(phi.name) or a derivative is \(y) at \(x)", sourceLocation: sourceLocation)
        }
    }
    #expect(phi(Matrix(rows: 1, columns: 1, repeating: .nan))[0, 0].isNaN, "\(phi.name)(NaN)", sourceLocation: sourceLocation)
}
