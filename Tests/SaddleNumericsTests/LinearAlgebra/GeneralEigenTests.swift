import Numerics
import SaddleNumerics
import Testing

/// Right and left eigenvectors of a general matrix, solutions and determinants: by what they must satisfy.
@Suite struct GeneralEigenTests {
    private let matrix = Matrix(rows: 4, columns: 4, elements: [1, 2, 0, -1, -3, 0.5, 1, 0, 0.2, 2, -1, 4, 1, 1, 0.3, 2])

    @Test func vectorsAreABasisAndItsDual() throws {
        let eigen = try GeneralEigen(matrix), n = 4
        #expect(eigen.values.contains { $0.imaginary != 0 } && eigen.values.contains { $0.imaginary == 0 })
        for k in 0..<n {
            for i in 0..<n {
                var sum = Complex<Double>.zero
                for j in 0..<n { sum += Complex(matrix[i, j]) * Complex(eigen.right.real[j, k], eigen.right.imaginary[j, k]) }
                let expected = eigen.values[k] * Complex(eigen.right.real[i, k], eigen.right.imaginary[i, k])
                #expect((sum - expected).length < 1e-13)
            }
            for j in 0..<n {
                var product = Complex<Double>.zero
                for i in 0..<n {
                    product +=
                        Complex(eigen.left.real[i, j], -eigen.left.imaginary[i, j])
                        * Complex(eigen.right.real[i, k], eigen.right.imaginary[i, k])
                }
                #expect((product - (j == k ? 1 : 0)).length < 1e-13)
            }
        }
        let square = eigen.mapping { $1 * $1 }, expected = matrix * matrix
        for (a, b) in zip(square.elements, expected.elements) { #expect(abs(a - b) < 1e-12) }
    }

    @Test func solutionsAndDeterminants() throws {
        let b = Matrix(rows: 4, columns: 2) { Double($0 + 3 * $1) }, x = try matrix.solving(b)
        for (p, q) in zip((matrix * x).elements, b.elements) { #expect(abs(p - q) < 1e-13) }
        let product = try GeneralEigen(matrix).values.reduce(Complex(1)) { $0 * $1 }
        #expect(abs(matrix.determinant - product.real) < 1e-12 * product.length)
        // An exchange of rows changes the sign.
        #expect(abs(Matrix(rows: 2, columns: 2, elements: [0, 1, 1, 0]).determinant + 1) < 1e-15)
        let singular = Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 4])
        #expect(singular.determinant == 0)
        #expect(throws: FactorizationError.self) { try singular.inverse() }
    }
}
