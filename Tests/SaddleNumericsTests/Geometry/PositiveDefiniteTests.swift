import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Laws of the affine-invariant geometry and closed forms; they catch a wrong root, a wrong side of a product, a mean that is not one.
@Suite struct PositiveDefiniteTests {
    /// Full rank, of condition about ten.
    private func random(_ n: Int, _ index: Int) throws -> PositiveDefinite {
        var stream = RandomStream(seed: 7, .test, index)
        var matrix = stream.normals(rows: 3 * n, columns: n).gram(scale: 1 / Double(3 * n))
        matrix.add(.identity(n), scale: 0.1)
        return try PositiveDefinite(matrix)
    }

    private func congruent(_ a: PositiveDefinite, _ m: Matrix) throws -> PositiveDefinite {
        var matrix = Matrix.product(.plain(m), (m * a.matrix).ᵀ)
        matrix.mirrorUpper()
        return try PositiveDefinite(matrix)
    }

    /// δ(1, e·1) = √n, all of it a common factor; δ(diag a, diag b)² = Σ ln²(a/b).
    @Test func closedForms() throws {
        let one = try PositiveDefinite(.identity(5)), e = try PositiveDefinite(Matrix(rows: 5, columns: 5) { $0 == $1 ? M_E : 0 })
        expectClose(try one.distance(to: e).whole, 5.0.squareRoot(), within: 1e-14)
        expectClose(try one.distance(to: e).shape, 0, within: 1e-14)
        let a = [1.0, 2, 5], b = [3.0, 0.5, 4]
        func diagonal(_ x: [Double]) throws -> PositiveDefinite {
            try PositiveDefinite(Matrix(rows: 3, columns: 3) { $0 == $1 ? x[$0] : 0 })
        }
        let exact = zip(a, b).reduce(0) { $0 + pow(log($1.0 / $1.1), 2) }.squareRoot()
        expectClose(try diagonal(a).distance(to: diagonal(b)).whole, exact, within: 1e-14)
        // Congruent matrices of unit determinant: all of the distance is shape.
        let c = try diagonal([2, 0.5, 1])
        let distance = try diagonal([1, 1, 1]).distance(to: c)
        expectClose(distance.whole, distance.shape, within: 1e-14)
    }

    @Test func invariance() throws {
        let (a, b) = (try random(6, 1), try random(6, 2)), distance = try a.distance(to: b)
        var stream = RandomStream(seed: 8, .test)
        var m = stream.normals(rows: 6, columns: 6)
        m.add(.identity(6), scale: 2)
        expectClose(try congruent(a, m).distance(to: congruent(b, m)).whole, distance.whole, within: 1e-10)
        func inverse(_ x: PositiveDefinite) throws -> PositiveDefinite { try PositiveDefinite(x.mapping { 1 / $0 }) }
        expectClose(try inverse(a).distance(to: inverse(b)).whole, distance.whole, within: 1e-10)
        expectClose(try b.distance(to: a).whole, distance.whole, within: 1e-12)
        // A factor moves the whole distance, not the shape.
        let scaled = try PositiveDefinite(b.mapping { 7 * $0 })
        expectClose(try a.distance(to: scaled).shape, distance.shape, within: 1e-11)
        #expect(abs(try a.distance(to: scaled).whole - distance.whole) > 0.1)
        // Not invariant: the Euclidean distance of logarithms under congruence.
        func logDistance(_ x: PositiveDefinite, _ y: PositiveDefinite) -> Double {
            var difference = x.mapping { log($0) }
            difference.add(y.mapping { log($0) }, scale: -1)
            return difference.frobeniusNorm
        }
        #expect(abs(logDistance(try congruent(a, m), try congruent(b, m)) - logDistance(a, b)) > 0.01)
    }

    /// exp and log are inverse, the norm of the logarithm is the distance, points of a geodesic divide it.
    @Test func mapsAndGeodesics() throws {
        let (a, b) = (try random(5, 3), try random(5, 4)), distance = try a.distance(to: b).whole
        let reached = try a.exponential(a.logarithm(of: b))
        for (x, y) in zip(reached.matrix.elements, b.matrix.elements) { expectClose(x, y, within: 1e-12) }
        expectClose(try a.whitenedLogarithm(of: b).frobeniusNorm, distance, within: 1e-12)
        let norm = PositiveDefinite.coordinates(try a.whitenedLogarithm(of: b)).reduce(0) { $0 + $1 * $1 }.squareRoot()
        expectClose(norm, distance, within: 1e-12)
        let part = try a.geodesic(to: b, at: 0.3)
        expectClose(try a.distance(to: part).whole, 0.3 * distance, within: 1e-11)
        expectClose(try part.distance(to: b).whole, 0.7 * distance, within: 1e-11)
    }

    @Test func means() throws {
        let (a, b) = (try random(5, 5), try random(5, 6))
        let middle = try a.geodesic(to: b, at: 0.5), mean = try PositiveDefinite.mean([a, b])
        expectClose(try middle.distance(to: mean.point).whole, 0, within: 1e-10)
        // Weights move along the geodesic.
        let weighted = try PositiveDefinite.mean([a, b], weights: [1, 3])
        expectClose(try a.geodesic(to: b, at: 0.75).distance(to: weighted.point).whole, 0, within: 1e-10)
        // Commuting matrices: exp of the mean logarithm, with no step.
        var stream = RandomStream(seed: 9, .test)
        let logs = (0..<4).map { _ in stream.normals(5) }
        let commuting = try logs.map { values in
            var scaled = a.vectors
            scaled.scaleColumns(by: values.map { exp($0) })
            return try PositiveDefinite(Matrix.product(.plain(scaled), a.vectors.ᵀ).symmetrized)
        }
        var scaled = a.vectors
        scaled.scaleColumns(by: (0..<5).map { i in exp(logs.reduce(0) { $0 + $1[i] } / 4) })
        let exact = try PositiveDefinite(Matrix.product(.plain(scaled), a.vectors.ᵀ).symmetrized)
        let found = try PositiveDefinite.mean(commuting)
        #expect(found.steps == 0)
        expectClose(try exact.distance(to: found.point).whole, 0, within: 1e-10)
    }

    /// The mean of many is stationary, moves with congruence, and has the least sum of squares; the mean of entries has not.
    @Test func meanOfMany() throws {
        let points = try (10..<17).map { try random(4, $0) }, mean = try PositiveDefinite.mean(points)
        #expect(mean.gradient <= mean.tolerance && mean.tolerance < 1e-11)
        var m = Matrix.identity(4)
        (m[0, 2], m[3, 1]) = (1.5, -0.7)
        let moved = try PositiveDefinite.mean(points.map { try congruent($0, m) })
        expectClose(try moved.point.distance(to: congruent(mean.point, m)).whole, 0, within: 1e-9)
        func spread(_ x: PositiveDefinite) throws -> Double {
            try points.reduce(0) { try $0 + pow(x.distance(to: $1).whole, 2) }
        }
        let least = try spread(mean.point)
        for index in 0..<5 {
            var stream = RandomStream(seed: 11, .test, index)
            var step = stream.normals(rows: 4, columns: 4).symmetrized
            step.scale(by: 0.01)
            #expect(try spread(mean.point.exponential(step)) > least)
        }
        var average = Matrix(rows: 4, columns: 4)
        for point in points { average.add(point.matrix, scale: 1.0 / 7) }
        #expect(try spread(PositiveDefinite(average)) > least + 0.01)
    }

    @Test func whatIsNotPositiveDefiniteIsNamed() throws {
        let thin = Matrix(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6.5])
        #expect {
            try PositiveDefinite(Matrix.product(.plain(thin), thin.ᵀ))
        } throws: { error in
            guard case PositiveDefiniteError.singular(_, 1, 3, let largest, _) = error else { return false }
            return largest > 1 && "\(error)".contains("eigenvalue 1 of 3, counted from the least")
        }
        #expect(throws: PositiveDefiniteError.self) {
            try PositiveDefinite(Matrix(rows: 2, columns: 2, elements: [1, 0, 0, -1]))
        }
        #expect(throws: PositiveDefiniteError.self) {
            try PositiveDefinite(Matrix(rows: 2, columns: 2, elements: [1, 0, 0.3, 1]))
        }
        let points = try (0..<3).map { try random(3, $0) }
        #expect(throws: PositiveDefiniteError.self) { try PositiveDefinite.mean(points, maximalSteps: 0) }
    }
}
