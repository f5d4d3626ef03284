// Products of matrices against the obvious triple loop, in all combinations of transposes and with shapes that differ in
// every direction: a swapped stride, a lost factor or a triangle that was not mirrored would show.
import SaddleNumerics
import TestSupport
import Testing

func randomMatrix(_ rows: Int, _ columns: Int, seed: Int) -> Matrix {
    var stream = RandomStream(seed: seed, .test, rows, columns)
    return stream.normals(rows: rows, columns: columns)
}

func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    guard a.rows == b.rows, a.columns == b.columns else { return .infinity }
    return zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
}

/// The sum over k of a(i, k)·b(k, j), in that order.
func naiveProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: b.columns) { i, j in (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
}

@Suite struct MatrixProductTests {
    /// An inner product of n standard normals is rounded by at most about 4·n·ε.
    static func tolerance(_ n: Int) -> Double { 8 * Double(n + 4) * .ulpOfOne }

    @Test(arguments: [(1, 1, 1), (3, 5, 7), (17, 4, 33), (64, 100, 30), (5, 1, 2)])
    func agreesWithLoops(m: Int, k: Int, n: Int) {
        let a = randomMatrix(m, k, seed: 1), b = randomMatrix(k, n, seed: 2), c = randomMatrix(m, n, seed: 3)
        let ab = naiveProduct(a, b), tolerance = Self.tolerance(k)
        #expect(largestDifference(a * b, ab) <= tolerance)
        #expect(largestDifference(a.transposed.ᵀ * b, ab) <= tolerance)
        #expect(largestDifference(a * b.transposed.ᵀ, ab) <= tolerance)
        #expect(
            largestDifference(
                Matrix.product(a.transposed.ᵀ, b.transposed.ᵀ, scale: -2.5), Matrix(rows: m, columns: n) { -2.5 * ab[$0, $1] })
                <= 3 * tolerance)
        var sum = c
        sum.add(.plain(a), .plain(b), scale: 3, keeping: 0.5)
        #expect(largestDifference(sum, Matrix(rows: m, columns: n) { 3 * ab[$0, $1] + 0.5 * c[$0, $1] }) <= 4 * tolerance)
    }

    @Test func gramIsSymmetricAndScaled() {
        let a = randomMatrix(40, 23, seed: 4)
        let gram = a.gram(scale: 0.25), expected = naiveProduct(a.transposed, a)
        #expect(largestDifference(gram, Matrix(rows: 23, columns: 23) { 0.25 * expected[$0, $1] }) <= Self.tolerance(40))
        #expect(gram == gram.transposed)
    }

    /// Sums over nothing are zero; what was there is kept, scaled or overwritten.
    @Test func emptyShapes() {
        #expect(Matrix(rows: 3, columns: 0) * Matrix(rows: 0, columns: 2) == Matrix(rows: 3, columns: 2))
        #expect(Matrix(rows: 0, columns: 4) * Matrix(rows: 4, columns: 2) == Matrix(rows: 0, columns: 2))
        #expect(Matrix(rows: 0, columns: 4).gram() == Matrix(rows: 4, columns: 4))
        var c = Matrix(rows: 2, columns: 2, repeating: 4)
        c.add(.plain(Matrix(rows: 2, columns: 0)), .plain(Matrix(rows: 0, columns: 2)), keeping: 0.5)
        #expect(c == Matrix(rows: 2, columns: 2, repeating: 2))
        c.add(.plain(Matrix(rows: 2, columns: 0)), .plain(Matrix(rows: 0, columns: 2)), keeping: 0)
        #expect(c == Matrix(rows: 2, columns: 2))
    }

    /// Keeping nothing overwrites NaN too.
    @Test func keepingNothingForgets() {
        var c = Matrix(rows: 3, columns: 3, repeating: .nan)
        c.add(.plain(randomMatrix(3, 2, seed: 5)), .plain(randomMatrix(2, 3, seed: 6)), keeping: 0)
        #expect(c.elements.allSatisfy { $0.isFinite })
    }

    @Test func addAndScale() {
        var a = randomMatrix(9, 5, seed: 7)
        let b = randomMatrix(9, 5, seed: 8), before = a
        a.add(b, scale: -2)
        #expect(a == Matrix(rows: 9, columns: 5) { before[$0, $1] + -2 * b[$0, $1] })
        a.scale(by: 0.125)
        #expect(a == Matrix(rows: 9, columns: 5) { 0.125 * (before[$0, $1] + -2 * b[$0, $1]) })
    }
}
