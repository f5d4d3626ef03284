import SaddleNumerics

/// Which fields a basis lacks.
extension ConditionedMatrix {
    /// Columns whose residual must enter the basis, and the largest share that is left out, by pivoted Cholesky of the residual Gram
    /// matrix over the fields' own mean squares. The Gram matrix is a difference, ⟨v, v⟩ − dᵀd, good to rounding; tolerances near rounding need the
    /// residuals themselves.
    static func pivots(
        _ fields: Matrix, _ basis: Matrix, _ known: Matrix, scale: Double?, tolerance: Double, _ weights: SiteWeights
    ) -> (pivots: [Int], left: Double) {
        var residual: Matrix
        let squares: [Double]
        if tolerance > differenceTolerance {
            residual = weights.gram(fields)
            squares = (0..<fields.columns).map { residual[$0, $0] }
            residual.add(known.ᵀ, .plain(known), scale: -1)
        } else {
            var rest = fields
            rest.add(.plain(basis), .plain(known), scale: -1)
            residual = weights.gram(rest)
            squares = weights.squares(fields)
        }
        normalize(&residual, by: scale.map { [Double](repeating: $0, count: fields.columns) } ?? squares)
        let (pivots, order, factor) = residual.pivotedCholesky(tolerance: tolerance)
        func explained(_ row: Int) -> Double { (row..<factor.columns).reduce(0) { $0 + factor[row, $1] * factor[row, $1] } }
        if scale == nil {
            let left = (pivots.count..<order.count).reduce(0) { largest, j in
                max(largest, (0..<factor.rows).reduce(residual[order[j], order[j]]) { $0 - factor[$1, j] * factor[$1, j] })
            }
            return (pivots, left)
        }
        // Fields that share a yardstick count together: enough directions that the mean of what is left is within tolerance.
        var left = (0..<residual.columns).reduce(0) { $0 + residual[$1, $1] }
        var count = 0
        while count < pivots.count, left > tolerance * Double(residual.columns) {
            left -= explained(count)
            count += 1
        }
        return (Array(pivots.prefix(count)), max(left, 0) / Double(residual.columns))
    }

    private static let differenceTolerance = 1e-10

    /// Columns of `residuals`, in order, that are neither negligible beside their fields nor dependent on the others.
    static func independent(
        _ residuals: Matrix, beside fields: Matrix, _ tolerance: Double, _ weights: SiteWeights
    ) -> [Int] {
        var gram = weights.gram(residuals)
        normalize(&gram, by: weights.squares(fields))
        return gram.choleskyPivots(tolerance: tolerance).sorted()
    }

    /// Divides element (i, j) by √(squaresᵢ squaresⱼ); rows and columns without a square become zero.
    private static func normalize(_ gram: inout Matrix, by squares: [Double]) {
        let inverse = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        gram.scaleRows(by: inverse)
        gram.scaleColumns(by: inverse)
    }
}
