import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Multiple eigenvalues with all their vectors: a single Krylov space would find each once.

@Test func lowestEigenpairsOfATorusAreThoseOfItsFormula() throws {
    // Second differences on a torus of 20 × 20: 4 − 2cos(2πa/20) − 2cos(2πb/20), four- and eightfold.
    struct Torus: LinearOperator {
        let side = 20
        var rows: Int { side * side }
        var columns: Int { rows }
        func apply(_ x: Matrix) -> Matrix {
            Matrix(rows: rows, columns: x.columns) { i, c in
                let (a, b) = (i / side, i % side)
                let neighbours = [(a + 1, b), (a + side - 1, b), (a, b + 1), (a, b + side - 1)]
                return neighbours.reduce(4 * x[i, c]) { $0 - x[$1.0 % side * side + $1.1 % side, c] }
            }
        }
    }
    func part(_ k: Int) -> Double { 2 - 2 * cos(.pi * Double(k) / 10) }
    let all = (0..<400).map { part($0 / 20) + part($0 % 20) }.sorted()
    let found = try LowestEigenpairs(Torus(), count: 13, upperBound: 8, tolerance: 1e-8)
    for (a, b) in zip(found.values, all) { expectClose(a, b, within: 1e-9) }
    let gram = found.vectors.gram()
    for i in 0..<13 { for j in 0..<13 { expectClose(gram[i, j], i == j ? 1 : 0, within: 1e-12) } }
    let image = Torus().apply(found.vectors)
    for c in 0..<13 {
        var square = 0.0
        for i in 0..<400 { square += pow(image[i, c] - found.values[c] * found.vectors[i, c], 2) }
        let rest = square.squareRoot()
        expectClose(rest, found.residuals[c], within: 1e-12)
        #expect(rest <= 8e-8)
    }
    #expect(throws: GeometryError.self) {
        try LowestEigenpairs(Torus(), count: 13, upperBound: 8, tolerance: 1e-8, maximalRounds: 1)
    }
}

@Test func allEigenpairsAreThoseOfLAPACK() throws {
    var stream = RandomStream(seed: 5, .test)
    let root = stream.normals(rows: 20, columns: 20), a = root.gram()
    let (values, _) = try a.symmetricEigen()
    let found = try LowestEigenpairs(a, count: 20, upperBound: values[19] * 1.01)
    for (a, b) in zip(found.values, values) { expectClose(a, b, within: 1e-11 * values[19]) }
}
