import SaddleNumerics
import Testing

/// Against sorting all distances; a mistake in blocks, ties or cancellation shows.
struct NearestNeighboursTests {
    @Test(arguments: [(40, 3, 5), (700, 8, 20), (1200, 2, 1)])
    func agreesWithSortingAllDistances(_ n: Int, _ d: Int, _ k: Int) throws {
        var stream = RandomStream(seed: 4, .probe, n)
        let x = stream.normals(rows: n, columns: d)
        let found = try NearestNeighbours(x, count: k)
        for i in stride(from: 0, to: n, by: 7) {
            let expected = bruteForce(x, i).prefix(k)
            #expect(found.neighbours(of: i).map(Int.init) == expected.map(\.index))
            for (a, b) in zip(found.distances(of: i), expected) { #expect(abs(a - b.distance) < 1e-13 * (1 + b.distance)) }
        }
    }

    /// Far from the origin and close together, products alone would know nothing.
    @Test func distancesFarFromTheOriginAreExact() throws {
        let x = Matrix(rows: 64, columns: 2) { i, j in 1e6 + (j == 0 ? Double(i * i) / 1024 : 0) }
        let far = Matrix(rows: 65, columns: 2) { i, j in i < 64 ? x[i, j] : -3e7 }
        let found = try NearestNeighbours(far, count: 2)
        for i in 1..<63 {
            #expect(found.neighbours(of: i).first == Int32(i - 1))
            #expect(found.distances(of: i).first == Double(2 * i - 1) / 1024)
        }
    }

    @Test func tiesGoToTheSmallerIndex() throws {
        let x = Matrix(rows: 10, columns: 3, repeating: 2)
        let found = try NearestNeighbours(x, count: 3)
        #expect(Array(found.neighbours(of: 0)) == [1, 2, 3])
        #expect(Array(found.neighbours(of: 5)) == [0, 1, 2])
        #expect(found.distances.allSatisfy { $0 == 0 })
    }

    @Test func tooFewPointsAreRefused() {
        #expect(throws: TooFewPoints(points: 4, neighbours: 4)) { try NearestNeighbours(Matrix(rows: 4, columns: 1), count: 4) }
    }

    private func bruteForce(_ x: Matrix, _ i: Int) -> [(index: Int, distance: Double)] {
        (0..<x.rows).filter { $0 != i }.map { j in
            (j, (0..<x.columns).reduce(0.0) { $0 + (x[i, $1] - x[j, $1]) * (x[i, $1] - x[j, $1]) }.squareRoot())
        }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }
}
