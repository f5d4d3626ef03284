import CSaddle
import Numerics

/// Eigenvalues of a general real matrix with right and left eigenvectors.
///
///     A wₖ = λₖ wₖ,   lₖᴴ A = λₖ lₖᴴ,   lⱼᴴ wₖ = δⱼₖ
public struct GeneralEigen: Sendable {
    /// λₖ, pairs of conjugates next to each other.
    public let values: [Complex<Double>]
    /// Of unit length, one a column.
    public let right: (real: Matrix, imaginary: Matrix)
    /// Scaled so that their products with the right ones are 1.
    public let left: (real: Matrix, imaginary: Matrix)

    /// - Throws: ``FactorizationError``; ``FactorizationError/singular(order:)`` names the first eigenvalue (from 1) whose eigenvectors are not a basis with the others.
    public init(_ matrix: Matrix) throws(FactorizationError) {
        let n = matrix.rows
        precondition(matrix.columns == n, "eigenvectors of a \(n)×\(matrix.columns) matrix")
        guard n > 0 else {
            (values, right, left) = ([], (matrix, matrix), (matrix, matrix))
            return
        }
        if !matrix.isFinite { throw .eigenvaluesDidNotConverge(info: 0) }
        var copy = matrix, vectors = Matrix(rows: n, columns: n), others = vectors
        var real = [Double](repeating: 0, count: n), imaginary = real
        let info = sd_geev_vectors(
            Int32(n), &copy.elements, &real, &imaginary, &others.elements, &vectors.elements)
        if info != 0 { throw .eigenvaluesDidNotConverge(info: Int(info)) }
        let values = zip(real, imaginary).map { Complex($0, $1) }
        let right = Self.unpacked(vectors, values)
        var left = Self.unpacked(others, values)
        for k in 0..<n {
            // lᴴw
            var product = Complex<Double>.zero
            for i in 0..<n {
                product += Complex(left.real[i, k], -left.imaginary[i, k]) * Complex(right.real[i, k], right.imaginary[i, k])
            }
            if !(product.length > 0) { throw .singular(order: k + 1) }
            let factor = (1 / product).conjugate
            for i in 0..<n {
                let scaled = factor * Complex(left.real[i, k], left.imaginary[i, k])
                (left.real[i, k], left.imaginary[i, k]) = (scaled.real, scaled.imaginary)
            }
        }
        (self.values, self.right, self.left) = (values, right, left)
    }

    /// LAPACK keeps the real and the imaginary part of a pair in two columns.
    private static func unpacked(_ packed: Matrix, _ values: [Complex<Double>]) -> (real: Matrix, imaginary: Matrix) {
        let n = packed.rows
        var real = packed, imaginary = Matrix(rows: n, columns: n), k = 0
        while k < n {
            if values[k].imaginary == 0 {
                k += 1
                continue
            }
            for i in 0..<n {
                imaginary[i, k] = packed[i, k + 1]
                (real[i, k + 1], imaginary[i, k + 1]) = (packed[i, k], -packed[i, k + 1])
            }
            k += 2
        }
        return (real, imaginary)
    }

    /// Σₖ f(λₖ) wₖ lₖᴴ, real where f(λ̄) is the conjugate of f(λ).
    public func mapping(_ f: (Int, Complex<Double>) -> Complex<Double>) -> Matrix {
        let n = values.count
        var (real, imaginary) = right
        for k in 0..<n {
            let factor = f(k, values[k])
            for i in 0..<n {
                let scaled = factor * Complex(right.real[i, k], right.imaginary[i, k])
                (real[i, k], imaginary[i, k]) = (scaled.real, scaled.imaginary)
            }
        }
        // Re (a + ib)(c − id)ᵀ
        var result = Matrix.product(.plain(real), left.real.ᵀ)
        result.add(.plain(imaginary), left.imaginary.ᵀ)
        return result
    }
}
