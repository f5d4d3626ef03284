import SaddleNumerics
import TestSupport
import Testing

/// Inverses, products and correlations from one triangle against their definitions. Catches a lower triangle that is read, a buffer that is
/// not overwritten, and one of the two ways to multiply.
@Suite struct UpperSymmetricTests {
    /// Entries below the diagonal are poison.
    private func poisoned(_ a: Matrix) -> Matrix { Matrix(rows: a.rows, columns: a.columns) { $0 <= $1 ? a[$0, $1] : .nan } }

    @Test(arguments: [1, 2, 7, 60])
    func inverseTimesMatrixIsOne(n: Int) throws {
        let a = MatrixFactorizationTests.positiveDefinite(n), d = (0..<n).map { 0.1 * Double($0 % 3) }
        var shifted = a
        for i in 0..<n { shifted[i, i] += d[i] }
        var inverse = UpperSymmetric(poisoned(a))
        for _ in 0..<2 {
            try inverse.setInverse(of: poisoned(a), plusDiagonal: d)
            let whole = Matrix(rows: n, columns: n) { inverse[$0, $1] }
            // Times a condition number of about 100.
            #expect(largestDifference(naiveProduct(shifted, whole), .identity(n)) <= 100 * MatrixFactorizationTests.tolerance(a))
            #expect(inverse.diagonal == (0..<n).map { whole[$0, $0] })
        }
        withKnownIssue("without what is added to the diagonal") {
            #expect(n > 1, "nothing is added to its only entry")
            try inverse.setInverse(of: a, plusDiagonal: [Double](repeating: 0, count: n))
            let whole = Matrix(rows: n, columns: n) { inverse[$0, $1] }
            #expect(largestDifference(naiveProduct(shifted, whole), .identity(n)) < 1e-3)
        }
    }

    /// Few columns go another way than many.
    @Test(arguments: [0, 1, 3, 4, 5, 20])
    func productsReadOneTriangle(columns: Int) {
        let a = MatrixFactorizationTests.positiveDefinite(23), x = randomMatrix(23, columns, seed: 4)
        let product = UpperSymmetric(poisoned(a)).apply(x)
        #expect(product.rows == 23 && product.columns == columns)
        if columns > 0 { #expect(largestDifference(product, naiveProduct(a, x)) <= MatrixFactorizationTests.tolerance(a)) }
    }

    @Test func squaredCorrelations() {
        let a = MatrixFactorizationTests.positiveDefinite(9)
        var found = UpperSymmetric(Matrix(rows: 9, columns: 9, repeating: .nan))
        found.setSquaredCorrelations(of: UpperSymmetric(poisoned(a)))
        for i in 0..<9 {
            for j in 0..<9 {
                expectClose(found[i, j], i == j ? 0 : a[i, j] * a[i, j] / (a[i, i] * a[j, j]), within: 4 * .ulpOfOne)
            }
        }
    }

    /// Single precision beside double, for kernels of any size: what overflows or vanishes in it may not matter.
    @Test(arguments: [1, 1e-150, 1e150]) func singlePrecision(scale: Double) throws {
        var a = MatrixFactorizationTests.positiveDefinite(50)
        let x = randomMatrix(50, 6, seed: 5)
        a.scale(by: scale)
        let d = (0..<50).map { 0.1 * scale * Double($0 % 3) }
        var (wide, narrow) = (UpperSymmetric(poisoned(a)), UpperSymmetric(poisoned(a)))
        try wide.setInverse(of: poisoned(a), plusDiagonal: d)
        try narrow.setInverse(of: poisoned(a), plusDiagonal: d, precision: .single)
        #expect(wide.precision == .double && narrow.precision == .single)
        // A condition number of about 100, and sums of 50 terms.
        let tolerance = 1000 * Double(Float.ulpOfOne)
        let (exact, found) = (wide.apply(x), narrow.apply(x))
        #expect(largestDifference(exact, found) * scale < tolerance && largestDifference(exact, found) > 0)
        for (u, v) in zip(wide.diagonal, narrow.diagonal) { expectClose(u * scale, v * scale, within: tolerance) }
        var (c, single) = (wide, narrow)
        c.setSquaredCorrelations(of: wide)
        single.setSquaredCorrelations(of: narrow)
        for i in 0..<50 { for j in 0..<50 { expectClose(c[i, j], single[i, j], within: tolerance) } }
        // Back to double in the same buffers.
        try narrow.setInverse(of: a, plusDiagonal: d)
        #expect(narrow.apply(x) == exact && narrow.precision == .double)
    }

    @Test(arguments: [UpperSymmetric.Precision.single, .double])
    func diagonalsOfProducts(precision: UpperSymmetric.Precision) throws {
        let a = MatrixFactorizationTests.positiveDefinite(30), d = (0..<30).map { 1e5 + Double($0) }
        var inverse = UpperSymmetric(a)
        try inverse.setInverse(of: a, plusDiagonal: d, precision: precision)
        let found = inverse.diagonal(ofProductWith: poisoned(a)), ε = precision == .single ? Double(Float.ulpOfOne) : .ulpOfOne
        var shifted = a
        for i in 0..<30 { shifted[i, i] += d[i] }
        let (values, vectors) = try shifted.symmetricEigen()
        var scaled = vectors
        scaled.scaleColumns(by: values.map { 1 / $0 })
        let exact = naiveProduct(naiveProduct(scaled, vectors.transposed), a)
        for i in 0..<30 { expectClose(found[i] / exact[i, i], 1, within: 50 * ε + 1e-12) }
        // By its name, 1 − Mᵢᵢ dᵢ, digits are lost.
        withKnownIssue("of small numbers beside 1") {
            for i in 0..<30 { expectClose((1 - inverse.diagonal[i] * d[i]) / exact[i, i], 1, within: 50 * ε) }
        }
    }

    @Test func badMinorIsNamed() {
        var inverse = UpperSymmetric(.identity(5))
        var a = Matrix.identity(5)
        a[3, 3] = -1
        #expect(throws: FactorizationError.notPositiveDefinite(order: 4)) {
            try inverse.setInverse(of: a, plusDiagonal: [Double](repeating: 0, count: 5))
        }
    }
}
