import SaddleNumerics
import Testing

/// Random subspaces: adjoints, lengths, and the rank that a problem sees.
@Suite struct RandomSubspaceTests {
    @Test(arguments: RandomSubspace.Kind.allCases, [(1000, 10), (700, 64), (300, 100)])
    func adjointAndLengths(kind: RandomSubspace.Kind, size: (order: Int, dimension: Int)) {
        let p = RandomSubspace(kind, order: size.order, dimension: size.dimension, seed: 3)
        var stream = RandomStream(seed: 1, .test)
        let x = stream.normals(size.dimension), g = stream.normals(size.order)
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let (forward, backward) = (dot(p.apply(x), g), dot(x, p.pullBack(g)))
        #expect(abs(forward - backward) < 1e-11 * (1 + abs(forward)))
        let columns = (0..<size.dimension).map { k in p.apply((0..<size.dimension).map { $0 == k ? 1 : 0 }) }
        let lengths = columns.map { dot($0, $0) }, mean = lengths.reduce(0, +) / Double(lengths.count)
        if kind == .fastfood {
            #expect(abs(mean - 1) < 0.25 && lengths.allSatisfy { (0.3...2.5).contains($0) }, "\(lengths)")
        } else {
            #expect(lengths.allSatisfy { abs($0 - 1) < 1e-12 })
        }
        // Columns are nearly orthogonal: products of order D^−½.
        let product = dot(columns[0], columns[size.dimension - 1])
        #expect(abs(product) < 6 / Double(size.order).squareRoot())
        // Another seed is another subspace.
        #expect(RandomSubspace(kind, order: size.order, dimension: size.dimension, seed: 4).apply(x) != p.apply(x))
    }

    /// 1000 numbers in ten groups whose sums are prescribed: solved exactly in ten dimensions and not in nine (Li et al. 2018).
    @Test(arguments: RandomSubspace.Kind.allCases) func tenSums(kind: RandomSubspace.Kind) throws {
        func left(_ dimension: Int) throws -> Double {
            let p = RandomSubspace(kind, order: 1000, dimension: dimension, seed: 5)
            // S P, 10 × d; the sums prescribed are 1 … 10.
            let columns = (0..<dimension).map { k in
                let column = p.apply((0..<dimension).map { $0 == k ? 1 : 0 })
                return (0..<10).map { group in (0..<100).reduce(0) { $0 + column[group * 100 + $1] } }
            }
            let a = Matrix(rows: 10, columns: dimension, elements: columns.flatMap { $0 })
            let target = Matrix(rows: 10, columns: 1) { i, _ in Double(i + 1) }
            let (values, vectors) = try (a.transposed * a).symmetricEigen()
            var part = vectors.transposed * (a.transposed * target)
            for i in 0..<dimension { part[i, 0] /= values[i] }
            var rest = a * (vectors * part)
            rest.add(target, scale: -1)
            return rest.elements.reduce(0) { $0 + $1 * $1 }
        }
        #expect(try left(10) < 1e-10)
        #expect(try left(9) > 1e-3)
    }
}
