import Numerics
import SaddleNumerics
import TestSupport
import Testing

// General eigenvalues of matrices that are built from them. It would catch swapped parts and a complex matrix stored the wrong way.

@Suite struct MatrixEigenvaluesTests {
    @Test func rotationAndScaling() throws {
        let matrix = Matrix(rows: 3, columns: 3, elements: [1, 2, 0, -2, 1, 0, 5, 7, 3])
        let values = try matrix.eigenvalues().sorted { $0.imaginary < $1.imaginary }
        for (a, b) in zip(values, [Complex(1, -2), Complex(3.0), Complex(1, 2)]) { expectClose((a - b).length, 0, within: 1e-14) }
        #expect(try Matrix(rows: 0, columns: 0).eigenvalues().isEmpty)
    }

    /// [[i, 1], [0, 2 − i]]
    @Test func complexTriangle() throws {
        let values = try Matrix.eigenvalues(
            real: Matrix(rows: 2, columns: 2, elements: [0, 0, 1, 2]),
            imaginary: Matrix(rows: 2, columns: 2, elements: [1, 0, 0, -1])
        ).sorted { $0.real < $1.real }
        for (a, b) in zip(values, [Complex(0, 1.0), Complex(2, -1.0)]) { expectClose((a - b).length, 0, within: 1e-14) }
    }
}
