/// Normal equations of three unknowns, summed up row by row.
struct Matrix3: Sendable {
    /// The lower triangle, row by row.
    private var entries = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    private var right = (0.0, 0.0, 0.0)

    /// One row of derivatives (a, b, c), with what is left to explain.
    mutating func add(_ a: Double, _ b: Double, _ c: Double, weight w: Double, miss: Double) {
        entries.0 += w * a * a
        entries.1 += w * a * b
        entries.2 += w * b * b
        entries.3 += w * a * c
        entries.4 += w * b * c
        entries.5 += w * c * c
        right.0 += w * a * miss
        right.1 += w * b * miss
        right.2 += w * c * miss
    }

    func solution() -> [Double]? {
        guard let inverse = inverse() else { return nil }
        return inverse.map { $0[0] * right.0 + $0[1] * right.1 + $0[2] * right.2 }
    }

    /// By cofactors of the matrix scaled to a unit diagonal; nil if it is singular to rounding.
    func inverse() -> [[Double]]? {
        let scale = [entries.0, entries.2, entries.5].map { $0.squareRoot() }
        guard scale.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        let (x, y, z) = (
            entries.1 / (scale[0] * scale[1]), entries.3 / (scale[0] * scale[2]), entries.4 / (scale[1] * scale[2])
        )
        let determinant = 1 + 2 * x * y * z - x * x - y * y - z * z
        guard determinant > 1e-14 else { return nil }
        let cofactors = [
            [1 - z * z, y * z - x, x * z - y], [y * z - x, 1 - y * y, x * y - z], [x * z - y, x * y - z, 1 - x * x],
        ]
        return (0..<3).map { i in (0..<3).map { cofactors[i][$0] / determinant / (scale[i] * scale[$0]) } }
    }
}
