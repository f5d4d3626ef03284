import SaddleNumerics

/// The function a·x + ½ xᵀAx, and its averages over x ~ N(0, 1/D).
public struct QuadraticForm: Sendable {
    /// a
    public var linear: [Double]
    /// A, symmetric.
    public var quadratic: Matrix

    /// `quadratic` is D × D, for D components of `linear`.
    public init(linear: [Double], quadratic: Matrix) {
        precondition(quadratic.rows == linear.count && quadratic.columns == linear.count, "a form of two sizes")
        (self.linear, self.quadratic) = (linear, quadratic)
    }

    /// E (a·x + ½xᵀAx)² = 2 tr S² + (tr S)² + |a|²/D with S = A/2D, exactly.
    public var meanSquare: Double {
        let d = linear.count, scale = 1 / Double(2 * d)
        var trace = 0.0
        for i in 0..<d { trace += quadratic[i, i] }
        let squares = quadratic.elements.withUnsafeBufferPointer { $0.reduce(0) { $0 + $1 * $1 } }
        return (2 * squares + trace * trace) * scale * scale + linear.reduce(0) { $0 + $1 * $1 } / Double(d)
    }

    /// E r(x) xxᵀ = (2A + tr A)/2D²
    var secondMoment: Matrix {
        let d = linear.count, scale = 1 / Double(2 * d * d)
        let trace = (0..<d).reduce(0) { $0 + quadratic[$1, $1] }
        var moment = quadratic
        moment.scale(by: 2 * scale)
        for i in 0..<d { moment[i, i] += scale * trace }
        return moment
    }

    /// Its values at inputs, one a row.
    public func values(at inputs: Matrix) -> [Double] {
        let turned = inputs * quadratic
        let n = inputs.rows
        return [Double](unsafeUninitializedCapacity: n) { out, initialized in
            for i in 0..<n { out[i] = 0 }
            inputs.elements.withUnsafeBufferPointer { x in
                turned.elements.withUnsafeBufferPointer { y in
                    for j in linear.indices {
                        let a = linear[j]
                        for i in 0..<n { out[i] += x[j * n + i] * (a + 0.5 * y[j * n + i]) }
                    }
                }
            }
            initialized = n
        }
    }
}
