import CSaddle
import Numerics

extension Matrix {
    /// Eigenvalues of a general real matrix, in no order; complex ones come in conjugate pairs (LAPACK's geev).
    ///
    /// - Complexity: O(n³), some ten times the cost of a symmetric matrix.
    public func eigenvalues() throws(FactorizationError) -> [Complex<Double>] {
        precondition(rows == columns, "eigenvalues of a \(rows)×\(columns) matrix")
        if rows == 0 { return [] }
        var copy = self
        var real = [Double](repeating: 0, count: rows)
        var imaginary = real
        let info = copy.elements.withUnsafeMutableBufferPointer {
            sd_geev(Int32(rows), $0.baseAddress, Int32(rows), &real, &imaginary)
        }
        if info != 0 { throw .eigenvaluesDidNotConverge(info: Int(info)) }
        return zip(real, imaginary).map { Complex($0, $1) }
    }

    /// Eigenvalues of the complex matrix real + i·imaginary, in no order (LAPACK's zgeev).
    public static func eigenvalues(real: Matrix, imaginary: Matrix) throws(FactorizationError) -> [Complex<Double>] {
        let n = real.rows
        precondition(
            real.columns == n && imaginary.rows == n && imaginary.columns == n,
            "eigenvalues of \(n)×\(real.columns) + i·\(imaginary.rows)×\(imaginary.columns)")
        if n == 0 { return [] }
        var pairs = zip(real.elements, imaginary.elements).flatMap { [$0, $1] }
        var values = [Double](repeating: 0, count: 2 * n)
        let info = sd_zgeev(Int32(n), &pairs, Int32(n), &values)
        if info != 0 { throw .eigenvaluesDidNotConverge(info: Int(info)) }
        return (0..<n).map { Complex(values[2 * $0], values[2 * $0 + 1]) }
    }
}
