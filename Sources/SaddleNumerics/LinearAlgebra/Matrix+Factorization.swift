import CSaddle

/// Why a factorisation could not be had.
public enum FactorizationError: Error, Equatable, CustomStringConvertible {
    /// The leading minor of this order (1-based) is not positive.
    case notPositiveDefinite(order: Int)
    /// LAPACK's iteration for eigenvalues failed with this `info`.
    case eigenvaluesDidNotConverge(info: Int)
    /// LAPACK's iteration for singular values failed with this `info`.
    case singularValuesDidNotConverge(info: Int)
    /// No inverse: the pivot of this order (1-based) is zero, or (0) an element is not finite.
    case singular(order: Int)

    public var description: String {
        switch self {
        case .notPositiveDefinite(let order): "matrix is not positive definite: leading minor \(order) is not positive"
        case .eigenvaluesDidNotConverge(let info): "the iteration for eigenvalues did not converge (info \(info))"
        case .singular(let order): "the matrix has no inverse: pivot \(order) is zero or not finite"
        case .singularValuesDidNotConverge(let info): "the iteration for singular values did not converge (info \(info))"
        }
    }
}

extension Matrix {
    /// The upper triangular R with RᵀR = self (the lower triangle is zero). Reads the upper triangle.
    public func cholesky() throws(FactorizationError) -> Matrix {
        precondition(rows == columns, "Cholesky of a \(rows)×\(columns) matrix")
        var r = self
        if rows == 0 { return r }
        let info = r.elements.withUnsafeMutableBufferPointer { sd_potrf_upper(Int32(rows), $0.baseAddress, Int32(rows)) }
        if info != 0 { throw .notPositiveDefinite(order: Int(info)) }
        r.zeroLowerTriangle()
        return r
    }

    /// Columns in the order in which pivoted Cholesky would take them, until every remaining diagonal
    /// element is at most `tolerance` (absolute). Reads the upper triangle.
    public func choleskyPivots(tolerance: Double) -> [Int] { pivotedCholesky(tolerance: tolerance).pivots }

    /// Pivots p and the upper trapezoidal R (rank × n) with RᵀR ≈ self[p, p]; what is left out has a diagonal
    /// of at most `tolerance` (absolute). `order` is the whole permutation, `pivots` its first `rank` entries.
    public func pivotedCholesky(tolerance: Double) -> (pivots: [Int], order: [Int], factor: Matrix) {
        precondition(rows == columns, "pivoted Cholesky of a \(rows)×\(columns) matrix")
        let n = rows
        if n == 0 { return ([], [], self) }
        // LAPACK's pstrf takes the first pivot unseen.
        var largest = -Double.infinity
        for i in 0..<n { largest = max(largest, self[i, i]) }
        if !(largest > tolerance) { return ([], Array(0..<n), Matrix(rows: 0, columns: n)) }
        var r = self
        var order = [Int32](repeating: 0, count: n)
        var rank: Int32 = 0
        _ = r.elements.withUnsafeMutableBufferPointer {
            sd_pstrf_upper(Int32(n), $0.baseAddress, Int32(n), &order, &rank, tolerance)
        }
        let permutation = order.map { Int($0) - 1 }
        let factor = Matrix(rows: Int(rank), columns: n) { i, j in i <= j ? r[i, j] : 0 }
        return (Array(permutation[..<Int(rank)]), permutation, factor)
    }

    /// Eigenvalues in ascending order and orthonormal eigenvectors (columns) of a symmetric matrix.
    public func symmetricEigen() throws(FactorizationError) -> (values: [Double], vectors: Matrix) {
        precondition(rows == columns, "eigenvalues of a \(rows)×\(columns) matrix")
        var vectors = self
        var values = [Double](repeating: 0, count: rows)
        if rows == 0 { return (values, vectors) }
        let info = vectors.elements.withUnsafeMutableBufferPointer {
            sd_syevd(1, Int32(rows), $0.baseAddress, Int32(rows), &values)
        }
        if info != 0 { throw .eigenvaluesDidNotConverge(info: Int(info)) }
        return (values, vectors)
    }

    /// Eigenvalues of a symmetric matrix in ascending order.
    public func symmetricEigenvalues() throws(FactorizationError) -> [Double] {
        precondition(rows == columns, "eigenvalues of a \(rows)×\(columns) matrix")
        var copy = self
        var values = [Double](repeating: 0, count: rows)
        if rows == 0 { return values }
        let info = copy.elements.withUnsafeMutableBufferPointer {
            sd_syevd(0, Int32(rows), $0.baseAddress, Int32(rows), &values)
        }
        if info != 0 { throw .eigenvaluesDidNotConverge(info: Int(info)) }
        return values
    }

    /// `self ← self · R⁻¹` with R upper triangular.
    public mutating func solveRight(upper r: Matrix) { solveRight(r, transposed: false) }

    /// `self ← self · R⁻ᵀ` with R upper triangular.
    public mutating func solveRight(upperTransposed r: Matrix) { solveRight(r, transposed: true) }

    private mutating func solveRight(_ r: Matrix, transposed: Bool) {
        precondition(r.rows == r.columns && columns == r.rows, "\(rows)×\(columns) times inverse of \(r.rows)×\(r.columns)")
        if elements.isEmpty { return }
        elements.withUnsafeMutableBufferPointer { b in
            r.elements.withUnsafeBufferPointer {
                sd_trsm_right_upper(
                    transposed ? 1 : 0, Int32(rows), Int32(columns), $0.baseAddress, Int32(r.rows), b.baseAddress, Int32(rows))
            }
        }
    }

    /// `self ← R⁻ᵀ · self` with R upper triangular.
    public mutating func solveLeftTransposed(upper r: Matrix) {
        precondition(r.rows == r.columns && rows == r.rows, "inverse of \(r.rows)×\(r.columns) times \(rows)×\(columns)")
        if elements.isEmpty { return }
        elements.withUnsafeMutableBufferPointer { b in
            r.elements.withUnsafeBufferPointer {
                sd_trsm_left_upper_transposed(
                    Int32(rows), Int32(columns), $0.baseAddress, Int32(r.rows), b.baseAddress, Int32(rows))
            }
        }
    }

    private mutating func zeroLowerTriangle() {
        for j in 0..<columns { for i in (j + 1)..<max(rows, j + 1) { self[i, j] = 0 } }
    }
}
