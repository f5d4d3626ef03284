import SaddleNumerics
import TestSupport
import Testing

/// The intensity by its definition with matrices, and what it is for: a smaller error than that of the sample covariance.
@Suite struct LedoitWolfTests {
    @Test(arguments: [true, false]) func intensityByItsDefinition(centers: Bool) {
        var stream = RandomStream(seed: 3, .test)
        var x = stream.normals(rows: 12, columns: 5)
        x.scaleColumns(by: [1, 2, 0.5, 3, 1])
        let estimate = LedoitWolf(x, centers: centers)
        var rows = (0..<12).map { i in (0..<5).map { x[i, $0] } }
        if centers {
            for j in 0..<5 {
                let mean = rows.reduce(0) { $0 + $1[j] } / 12
                for i in rows.indices { rows[i][j] -= mean }
            }
        }
        var (noise, distance) = (0.0, 0.0)
        func s(_ a: Int, _ b: Int) -> Double { rows.reduce(0) { $0 + $1[a] * $1[b] } / 12 }
        let scale = (0..<5).reduce(0) { $0 + s($1, $1) } / 5
        for a in 0..<5 {
            for b in 0..<5 {
                for row in rows { noise += (row[a] * row[b] - s(a, b)) * (row[a] * row[b] - s(a, b)) / 144 }
                let d = s(a, b) - (a == b ? scale : 0)
                distance += d * d
            }
        }
        expectClose(estimate.intensity, min(noise, distance) / distance, within: 1e-12)
        #expect(estimate.intensity > 0.01 && estimate.intensity < 1)
        expectClose(estimate.matrix[1, 2], (1 - estimate.intensity) * s(1, 2), within: 1e-12)
        expectClose(estimate.matrix[1, 1], (1 - estimate.intensity) * s(1, 1) + estimate.intensity * scale, within: 1e-12)
    }

    /// Fewer samples than features: singular before, positive definite and nearer to the truth after.
    @Test func shrinkingHelps() throws {
        let truth = (0..<30).map { 0.5 + Double($0) / 20 }
        func error(_ m: Matrix) -> Double {
            var difference = m
            for i in 0..<30 { difference[i, i] -= truth[i] }
            return difference.frobeniusNorm
        }
        var ratios: [Double] = []
        for draw in 0..<10 {
            var stream = RandomStream(seed: 4, .test, draw)
            var x = stream.normals(rows: 20, columns: 30)
            x.scaleColumns(by: truth.map { $0.squareRoot() })
            let estimate = LedoitWolf(x, centers: true)
            #expect(throws: PositiveDefiniteError.self) { try PositiveDefinite(estimate.sample) }
            #expect(try PositiveDefinite(estimate.matrix).values[0] > 0.05)
            ratios.append(error(estimate.matrix) / error(estimate.sample))
        }
        #expect(ratios.max()! < 0.5, "\(ratios)")
    }

    @Test func ofAMultipleOfTheIdentityNothingIsLeftToDo() {
        let estimate = LedoitWolf(Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 1]), centers: false)
        #expect(estimate.intensity == 0 && estimate.scale == 0.5)
    }
}
