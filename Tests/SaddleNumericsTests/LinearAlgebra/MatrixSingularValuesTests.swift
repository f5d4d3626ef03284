// Functions of singular values against matrices that are built from known ones: A = U·diag(s)·Vᵀ with orthonormal columns by Gram–Schmidt,
// written out here. Tolerances are 100·ε for singular values between 1e-3 and 1. It would catch a transposed factor, a wrong branch for tall or wide
// matrices, and directions of rounding that are taken for singular ones.
import SaddleNumerics
import TestSupport
import Testing

@Suite struct MatrixSingularValuesTests {
    /// Random orthonormal columns.
    static func orthonormal(_ rows: Int, _ columns: Int, seed: Int) -> Matrix {
        var q = randomMatrix(rows, columns, seed: seed)
        for _ in 0..<2 {
            for j in 0..<columns {
                for k in 0..<j {
                    let overlap = (0..<rows).reduce(0) { $0 + q[$1, j] * q[$1, k] }
                    for i in 0..<rows { q[i, j] -= overlap * q[i, k] }
                }
                let norm = (0..<rows).reduce(0) { $0 + q[$1, j] * q[$1, j] }.squareRoot()
                for i in 0..<rows { q[i, j] /= norm }
            }
        }
        return q
    }

    /// U·diag(f(s))·Vᵀ of a matrix with those singular values, by loops.
    struct Built {
        let u, v: Matrix
        let values: [Double]

        init(_ rows: Int, _ columns: Int, _ values: [Double]) {
            u = orthonormal(rows, values.count, seed: 31)
            v = orthonormal(columns, values.count, seed: 32)
            self.values = values
        }

        func mapped(_ f: (Double) -> Double) -> Matrix {
            Matrix(rows: u.rows, columns: v.rows) { i, j in
                values.indices.reduce(0) { $0 + u[i, $1] * f(values[$1]) * v[j, $1] }
            }
        }
    }

    static let shapes = [(1, 1), (6, 6), (9, 4), (4, 9), (7, 1), (1, 7)]

    static func values(_ shape: (Int, Int)) -> [Double] { (0..<min(shape.0, shape.1)).map { 1 / Double(1 + $0 * $0) } }

    @Test(arguments: shapes) func theDecompositionIsThatOfTheMatrix(shape: (Int, Int)) throws {
        let built = Built(shape.0, shape.1, Self.values(shape)), a = built.mapped { $0 }
        let (left, s, right) = try a.singularValueDecomposition()
        for (found, value) in zip(s, built.values) { expectClose(found, value, within: 100 * .ulpOfOne) }
        var scaled = left
        scaled.scaleColumns(by: s)
        #expect(largestDifference(naiveProduct(scaled, right), a) < 100 * .ulpOfOne)
        #expect(largestDifference(try a.mappingSingularValues { $0 * $0 }, built.mapped { $0 * $0 }) < 100 * .ulpOfOne)
        expectClose(a.frobeniusNorm, built.values.reduce(0) { $0 + $1 * $1 }.squareRoot(), within: 100 * .ulpOfOne)
    }

    @Test(arguments: shapes) func polarFactors(shape: (Int, Int)) throws {
        let built = Built(shape.0, shape.1, Self.values(shape)), a = built.mapped { $0 }
        #expect(largestDifference(try a.polarFactor(), built.mapped { _ in 1 }) < 1e4 * .ulpOfOne)
        let e = 0.1 * built.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let regular = built.mapped { $0 / ($0 * $0 + e * e).squareRoot() }
        #expect(largestDifference(try a.polarFactor(epsilon: 0.1), regular) < 1e3 * .ulpOfOne)
        // The unit of the matrix does not matter, however large or small.
        for unit in [1e-200, 1e200] {
            var scaled = a
            scaled.scale(by: unit)
            #expect(largestDifference(try scaled.polarFactor(epsilon: 0.1), regular) < 1e3 * .ulpOfOne)
        }
    }

    /// A product of thin matrices has directions of rounding, which must not become singular values 1.
    @Test func directionsThatAreAbsentStayAbsent() throws {
        let built = Built(40, 30, [2, 1e-3, 1e-6]), a = built.mapped { $0 }
        #expect(largestDifference(try a.polarFactor(), built.mapped { _ in 1 }) < 1e-9)
        let none = Matrix(rows: 3, columns: 5)
        #expect(try none.polarFactor() == none && none.polarFactor(epsilon: 0.1) == none && none.newtonSchulz() == none)
        #expect(try Matrix(rows: 0, columns: 4).polarFactor() == Matrix(rows: 0, columns: 4))
    }

    /// The same polynomial on each singular value, and what its documentation says of five steps.
    @Test(arguments: shapes) func newtonSchulzActsOnSingularValues(shape: (Int, Int)) {
        let built = Built(shape.0, shape.1, Self.values(shape))
        let norm = built.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        func five(_ s: Double) -> Double {
            (0..<5).reduce(s / norm) { x, _ in 3.4445 * x - 4.7750 * x * x * x + 2.0315 * x * x * x * x * x }
        }
        #expect(largestDifference(built.mapped { $0 }.newtonSchulz(), built.mapped(five)) < 1e4 * .ulpOfOne)
        for value in built.values where value > 0.002 * norm { #expect((0.68...1.21).contains(five(value))) }
    }

    /// (R⁴)(ε + A) = 1, also where A has rank 2 and ε alone makes it regular.
    @Test(arguments: [3, 6]) func inverseFourthRoots(rank: Int) throws {
        let a = randomMatrix(rank, 6, seed: 33).gram()
        let root = try a.inverseFourthRoot(adding: 0.01)
        var regular = a
        for i in 0..<6 { regular[i, i] += 0.01 }
        let square = naiveProduct(root, root)
        // Condition number below 1e4.
        #expect(largestDifference(naiveProduct(naiveProduct(square, square), regular), .identity(6)) < 1e-10)
        #expect(largestDifference(root, root.transposed) < 1e-13)
        var negative = Matrix.identity(3)
        negative[1, 1] = -1
        #expect(throws: FactorizationError.notPositiveDefinite(order: 1)) { try negative.inverseFourthRoot(adding: 0.5) }
    }

    @Test func whatIsNotFiniteIsRefused() {
        var a = randomMatrix(4, 3, seed: 34)
        a[2, 1] = .nan
        #expect(throws: FactorizationError.self) { try a.polarFactor() }
    }

    @Test func signs() {
        #expect(Matrix(rows: 2, columns: 2, elements: [-3, 0, 1e-300, 2]).signs.elements == [-1, 0, 1, 1])
    }
}
