// Factorisations against their definitions: the residual of what they claim to decompose, orthogonality, order, and errors
// that name the place. The constant in each tolerance is 10, times ε, √n and the size of the matrix.
import SaddleNumerics
import TestSupport
import Testing

@Suite struct MatrixFactorizationTests {
    /// A symmetric positive definite matrix with a condition number of about 100.
    static func positiveDefinite(_ n: Int) -> Matrix {
        var a = randomMatrix(2 * n + 5, n, seed: 11).gram(scale: 1 / Double(2 * n + 5))
        for i in 0..<n { a[i, i] += 0.05 }
        return a
    }

    static func tolerance(_ a: Matrix) -> Double {
        10 * .ulpOfOne * Double(a.rows).squareRoot() * (a.elements.map(abs).max() ?? 0) * Double(a.rows)
    }

    @Test(arguments: [1, 2, 7, 60])
    func choleskySquaresToTheMatrix(n: Int) throws {
        let a = Self.positiveDefinite(n), r = try a.cholesky()
        #expect(largestDifference(naiveProduct(r.transposed, r), a) <= Self.tolerance(a))
        for j in 0..<n {
            #expect(r[j, j] > 0)
            for i in (j + 1)..<max(n, j + 1) { #expect(r[i, j] == 0) }
        }
    }

    @Test func choleskyNamesTheBadMinor() {
        var a = Matrix(rows: 5, columns: 5) { $0 == $1 ? 1 : 0 }
        a[3, 3] = -1
        #expect(throws: FactorizationError.notPositiveDefinite(order: 4)) { try a.cholesky() }
        #expect("\(FactorizationError.notPositiveDefinite(order: 4))".contains("minor 4"))
    }

    /// B·R⁻¹·R = B, with a lower triangle that must not be read.
    @Test func solveRightUndoesProduct() throws {
        var r = try Self.positiveDefinite(20).cholesky()
        let b = randomMatrix(33, 20, seed: 12)
        let product = naiveProduct(b, r)
        for j in 0..<20 { for i in (j + 1)..<max(20, j + 1) { r[i, j] = .nan } }
        var solved = product
        solved.solveRight(upper: r)
        #expect(largestDifference(solved, b) <= 100 * 20 * .ulpOfOne * 20)
    }

    /// A Gram matrix of rank 6 in 15 dimensions: as many pivots as the rank, and nothing but rounding is left out.
    @Test func pivotedCholeskyFindsTheRank() {
        let a = randomMatrix(6, 15, seed: 13).gram()
        let (pivots, order, r) = a.pivotedCholesky(tolerance: 1e-10)
        #expect(pivots.count == 6 && r.rows == 6 && r.columns == 15)
        #expect(order.sorted() == Array(0..<15) && Array(order[..<6]) == pivots)
        #expect(pivots == a.choleskyPivots(tolerance: 1e-10))
        let permuted = Matrix(rows: 15, columns: 15) { a[order[$0], order[$1]] }
        #expect(largestDifference(naiveProduct(r.transposed, r), permuted) <= Self.tolerance(a))
    }

    /// Against elimination written out: the largest remaining diagonal first, until all are at most the tolerance.
    @Test(arguments: [0.01, 0.3, 1.0, 5.0, 1e3])
    func pivotsAreTheLargestRemaining(tolerance: Double) {
        var a = randomMatrix(30, 12, seed: 14).gram(scale: 1.0 / 30)
        for i in 0..<12 { for j in 0..<12 { a[i, j] *= Double((1 + i) * (1 + j)) / 20 } }
        let found = a.pivotedCholesky(tolerance: tolerance)
        var rest = a, expected: [Int] = []
        while let p = (0..<12).filter({ !expected.contains($0) }).max(by: { rest[$0, $0] < rest[$1, $1] }), rest[p, p] > tolerance
        {
            expected.append(p)
            let column = (0..<12).map { rest[$0, p] }, pivot = rest[p, p]
            for i in 0..<12 { for j in 0..<12 { rest[i, j] -= column[i] * column[j] / pivot } }
        }
        #expect(found.pivots == expected)
    }

    @Test(arguments: [1, 2, 25])
    func eigenResiduals(n: Int) throws {
        var a = randomMatrix(n, n, seed: 15)
        for j in 0..<n { for i in (j + 1)..<max(n, j + 1) { a[i, j] = a[j, i] } }
        let (values, v) = try a.symmetricEigen()
        #expect(values == values.sorted())
        let scaled = Matrix(rows: n, columns: n) { v[$0, $1] * values[$1] }
        #expect(largestDifference(naiveProduct(a, v), scaled) <= Self.tolerance(a))
        let identity = Matrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
        #expect(largestDifference(naiveProduct(v.transposed, v), identity) <= 10 * .ulpOfOne * Double(n))
        expectClose(values.reduce(0, +), (0..<n).reduce(0) { $0 + a[$1, $1] }, within: Self.tolerance(a))
    }

    /// The second difference on n points has the eigenvalues 2 − 2cos(kπ/(n + 1)); for n = 3: 2 − √2, 2, 2 + √2.
    @Test func eigenvaluesOfTheSecondDifference() throws {
        let a = Matrix(rows: 3, columns: 3) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
        for (value, expected) in zip(try a.symmetricEigen().values, [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]) {
            expectClose(value, expected, within: 20 * .ulpOfOne)
        }
    }

    @Test func emptyMatrices() throws {
        let empty = Matrix(rows: 0, columns: 0)
        let factor = try empty.cholesky(), eigen = try empty.symmetricEigen()
        #expect(factor == empty && eigen.values.isEmpty)
        #expect(empty.choleskyPivots(tolerance: 0) == [])
    }
}
