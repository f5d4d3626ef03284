/// Least squares with a few columns, y ≈ Xβ, by orthogonalisation (modified Gram–Schmidt, twice).
///
/// Columns should be of order one: centre and scale abscissas of polynomials.
public struct LinearFit: Sendable {
    /// β
    public let coefficients: [Double]
    /// (XᵀX)⁻¹: times the variance of y, that of β.
    public let covariance: [[Double]]
    /// |y − Xβ|²
    public let sumOfSquares: Double
    /// y − Xβ
    public let residuals: [Double]
    /// Numbers beyond coefficients.
    public var degreesOfFreedom: Int { residuals.count - coefficients.count }

    /// - Parameter rows: of X, weighted as y is.
    /// - Returns: nil if columns depend on each other, or if there are fewer rows than columns.
    public init?(rows: [[Double]], _ y: [Double]) {
        precondition(rows.count == y.count, "\(rows.count) rows for \(y.count) numbers")
        let p = rows.first?.count ?? 0
        guard p > 0, rows.count >= p else { return nil }
        var basis: [[Double]] = [], upper = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
        for k in 0..<p {
            let column = rows.map { $0[k] }, (along, rest) = Projection.parts(column, beside: basis)
            let size = Projection.dot(column, column).squareRoot(), left = Projection.dot(rest, rest).squareRoot()
            guard left > 1e-10 * size, left > 0 else { return nil }
            for j in 0..<k { upper[j][k] = along[j] }
            upper[k][k] = left
            basis.append(rest.map { $0 / left })
        }
        let inverse = Self.inverse(upper)
        var residuals = y, projections = [Double](repeating: 0, count: p)
        for k in 0..<p {
            projections[k] = Projection.dot(basis[k], residuals)
            for i in y.indices { residuals[i] -= projections[k] * basis[k][i] }
        }
        coefficients = (0..<p).map { k in Projection.dot(inverse[k], projections) }
        covariance = (0..<p).map { i in (0..<p).map { j in Projection.dot(inverse[i], inverse[j]) } }
        self.residuals = residuals
        sumOfSquares = Projection.dot(residuals, residuals)
    }

    /// aᵀ(XᵀX)⁻¹a: times the variance of y, that of a·β.
    public func variance(of a: [Double]) -> Double {
        zip(a, covariance).reduce(0) { sum, row in sum + row.0 * zip(row.1, a).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Of an upper triangular matrix.
    private static func inverse(_ upper: [[Double]]) -> [[Double]] {
        let p = upper.count
        var inverse = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
        for j in 0..<p {
            inverse[j][j] = 1 / upper[j][j]
            for i in stride(from: j - 1, through: 0, by: -1) {
                let sum = ((i + 1)...j).reduce(0) { $0 + upper[i][$1] * inverse[$1][j] }
                inverse[i][j] = -sum / upper[i][i]
            }
        }
        return inverse
    }
}
