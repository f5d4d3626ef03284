import CSaddle

/// A = PLU of a general square matrix (LAPACK's gesv, partial pivoting).
extension Matrix {
    /// `self⁻¹ · right`.
    ///
    /// - Throws: ``FactorizationError/singular(order:)``, also where an element is not finite.
    public func solving(_ right: Matrix) throws(FactorizationError) -> Matrix { try factorised(right).solution }

    /// The inverse of a square matrix.
    ///
    /// - Throws: ``FactorizationError/singular(order:)``, also where an element is not finite.
    public func inverse() throws(FactorizationError) -> Matrix { try solving(.identity(rows)) }

    /// By the pivots of elimination; 0 if one vanishes.
    public var determinant: Double {
        do {
            // OpenBLAS factorises nothing for no right sides.
            let (upper, isOdd, _) = try factorised(Matrix(rows: rows, columns: 1))
            return (0..<rows).reduce(isOdd ? -1 : 1) { $0 * upper[$1, $1] }
        } catch {
            return isFinite ? 0 : .nan
        }
    }

    private func factorised(
        _ right: Matrix
    ) throws(FactorizationError) -> (factors: Matrix, isOdd: Bool, solution: Matrix) {
        precondition(
            rows == columns && right.rows == rows, "\(rows)×\(columns) matrix, \(right.rows)×\(right.columns) right sides")
        if rows == 0 || right.columns == 0 { return (self, false, right) }
        if !isFinite || !right.isFinite { throw .singular(order: 0) }
        var factors = self, solution = right, pivots = [Int32](repeating: 0, count: rows)
        let info = sd_gesv(Int32(rows), &factors.elements, &pivots, Int32(right.columns), &solution.elements)
        if info != 0 { throw .singular(order: Int(info)) }
        let swaps = pivots.enumerated().count { Int($0.element) != $0.offset + 1 }
        return (factors, swaps % 2 == 1, solution)
    }
}
