import CSaddle

/// A symmetric matrix that is held, and read, in its upper triangle; what lies below the diagonal is not looked at.
///
/// For loops that invert one matrix after another: an inverse costs n³ operations (a factorisation, and LAPACK's `potri`), a third of what
/// triangular solves of the identity and a product cost, its buffer is used again, and nothing is copied from one triangle to the other.
public struct UpperSymmetric: LinearOperator {
    private var matrix: Matrix

    public var rows: Int { matrix.rows }
    public var columns: Int { matrix.columns }

    /// - Parameter matrix: square; entries (i, j) with i ≤ j count.
    public init(_ matrix: Matrix) {
        precondition(matrix.rows == matrix.columns, "a \(matrix.rows)×\(matrix.columns) matrix is not symmetric")
        self.matrix = matrix
    }

    /// Entry (i, j), from above the diagonal.
    public subscript(i: Int, j: Int) -> Double { i <= j ? matrix[i, j] : matrix[j, i] }

    public var diagonal: [Double] { (0..<rows).map { matrix[$0, $0] } }

    /// Replaces this by (a + diag d)⁻¹, in the same memory.
    ///
    /// - Parameter a: of the same order; its upper triangle is read.
    /// - Throws: ``FactorizationError/notPositiveDefinite(order:)``; this then holds nothing of use.
    /// - Complexity: n³ operations.
    public mutating func setInverse(of a: Matrix, plusDiagonal d: [Double]) throws(FactorizationError) {
        let n = rows
        precondition(a.rows == n && a.columns == n && d.count == n, "\(a.rows)×\(a.columns) and \(d.count) for order \(n)")
        if n == 0 { return }
        let info = matrix.elements.withUnsafeMutableBufferPointer { buffer in
            let out = buffer.baseAddress!
            a.elements.withUnsafeBufferPointer { source in
                for j in 0..<n {
                    (out + j * n).update(from: source.baseAddress! + j * n, count: j + 1)
                    out[j * n + j] += d[j]
                }
            }
            let info = sd_potrf_upper(Int32(n), out, Int32(n))
            return info != 0 ? info : sd_potri_upper(Int32(n), out, Int32(n))
        }
        if info != 0 { throw .notPositiveDefinite(order: Int(info)) }
    }

    /// Replaces this by (m_ij²/(m_ii m_jj)), for a matrix m with a positive diagonal.
    public mutating func setSquaredCorrelations(of m: UpperSymmetric) {
        let n = rows
        precondition(m.rows == n, "order \(m.rows) into order \(n)")
        let inverses = m.diagonal.map { 1 / $0 }
        matrix.elements.withUnsafeMutableBufferPointer { out in
            m.matrix.elements.withUnsafeBufferPointer { source in
                inverses.withUnsafeBufferPointer { w in
                    for j in 0..<n {
                        let factor = w[j]
                        for i in 0...j {
                            let x = source[j * n + i]
                            out[j * n + i] = x * x * w[i] * factor
                        }
                    }
                }
            }
        }
    }

    /// The product with a matrix. Single columns, of which conjugate gradients ask for many, go without `symm`, which would copy the
    /// whole matrix for each.
    public func apply(_ x: Matrix) -> Matrix {
        precondition(x.rows == rows, "\(rows)×\(rows) times \(x.rows)×\(x.columns)")
        if x.elements.isEmpty { return x }
        let n = Int32(rows), few = 4
        let count = x.elements.count
        let elements = [Double](unsafeUninitializedCapacity: count) { out, initialized in
            out.initialize(repeating: 0)
            let y = out.baseAddress!
            matrix.elements.withUnsafeBufferPointer { a in
                x.elements.withUnsafeBufferPointer { vectors in
                    let x = vectors.baseAddress!
                    if count <= few * rows {
                        for start in stride(from: 0, to: count, by: rows) {
                            sd_symv_upper(n, 1, a.baseAddress, n, x + start, 0, y + start)
                        }
                    } else {
                        sd_symm_upper(n, Int32(count / rows), 1, a.baseAddress, n, x, n, 0, y, n)
                    }
                }
            }
            initialized = count
        }
        return Matrix(rows: rows, columns: x.columns, elements: elements)
    }
}
