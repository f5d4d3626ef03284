import SaddleNumerics
import TestSupport
import Testing

/// Eigenvalues and the squares of projections on eigenvectors. Oracles: moments Σ λᵏ(vᵀx)(vᵀy) = xᵀAᵏy by products with A, and LAPACK's
/// eigenvectors where eigenvalues are apart. Catches rotations in the wrong order or on the wrong side, and values that lose their partner
/// when they are sorted.
@Suite struct MatrixProjectionsTests {
    /// Kernels of many sizes; with null modes (fewer directions than points), equal eigenvalues, and no coupling at all.
    static let cases: [(name: String, matrix: Matrix)] = [
        ("one", Matrix(rows: 1, columns: 1, repeating: 3)),
        ("two", Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2])),
        ("random", MatrixFactorizationTests.positiveDefinite(80)),
        ("of low rank", randomMatrix(6, 40, seed: 2).gram()),
        ("identity", .identity(17)),
        ("diagonal", Matrix(rows: 9, columns: 9) { $0 == $1 ? Double(($0 * 5) % 9) - 3 : 0 }),
        ("of widely different sizes", Matrix(rows: 30, columns: 30) { $0 == $1 ? 1 / Double(1 + $0 * $0 * $0) : 1e-4 }),
        ("zero", Matrix(rows: 5, columns: 5)),
    ]

    @Test(arguments: cases.indices)
    func momentsAreThoseOfTheMatrix(number: Int) throws {
        let a = Self.cases[number].matrix, n = a.rows
        let x = randomMatrix(n, 3, seed: 7)
        let (values, products) = try a.symmetricEigenvalues(projecting: x)
        #expect(values == values.sorted() && products.rows == n && products.columns == 3)
        let reference = try a.symmetricEigenvalues(), size = max(abs(reference[0]), abs(reference[n - 1]))
        let rounding = 20 * Double.ulpOfOne * Double(n)
        for (value, other) in zip(values, reference) { expectClose(value, other, within: rounding * size) }
        func moment(_ values: [Double], _ k: Int, _ c: Int, _ d: Int) -> Double {
            (0..<n).reduce(0) { sum, i in
                sum + (0..<k).reduce(1) { power, _ in power * values[i] } * products[i, c] * products[i, d]
            }
        }
        var powers = x
        var scale = 1.0
        for k in 0...3 {
            let exact = naiveProduct(x.transposed, powers)
            for c in 0..<3 {
                for d in 0..<3 { expectClose(moment(values, k, c, d), exact[c, d], within: 100 * rounding * scale) }
            }
            (powers, scale) = (naiveProduct(a, powers), scale * size)
        }
        if values.last! - values[0] > 0.1 * size {
            withKnownIssue("values in the order of another's projections") {
                expectClose(
                    moment(values.reversed(), 1, 0, 0), naiveProduct(x.transposed, naiveProduct(a, x))[0, 0], within: 1e-6)
            }
        }
    }

    @Test func projectionsAreThoseOnEigenvectors() throws {
        let a = MatrixFactorizationTests.positiveDefinite(50), x = randomMatrix(50, 2, seed: 8)
        let (values, vectors) = try a.symmetricEigen()
        let exact = naiveProduct(vectors.transposed, x), found = try a.symmetricEigenvalues(projecting: x).products
        for k in 0..<50 {
            // Eigenvectors are known to ε/gap.
            let gap = [k - 1, k + 1].filter { (0..<50).contains($0) }.map { abs(values[$0] - values[k]) }.min()!
            for c in 0..<2 { expectClose(abs(found[k, c]), abs(exact[k, c]), within: 1e-13 / gap) }
        }
    }

    @Test func noVectorsAndNoMatrix() throws {
        #expect(try Matrix(rows: 0, columns: 0).symmetricEigenvalues(projecting: Matrix(rows: 0, columns: 2)).values.isEmpty)
        let alone = try Matrix.identity(3).symmetricEigenvalues(projecting: Matrix(rows: 3, columns: 0))
        #expect(alone.values == [1, 1, 1] && alone.products.columns == 0)
    }

    @Test func whatIsNoNumberIsRefused() {
        var a = MatrixFactorizationTests.positiveDefinite(12)
        a[2, 7] = .nan
        #expect(throws: FactorizationError.self) { try a.symmetricEigenvalues(projecting: randomMatrix(12, 1, seed: 1)) }
    }
}
