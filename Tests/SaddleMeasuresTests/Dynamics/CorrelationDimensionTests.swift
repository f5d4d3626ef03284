import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Correlation sums by brute force, sets of known dimension, attractors with published ones, and series that have none.
struct CorrelationDimensionTests {
    private func orbit(_ name: String, _ count: Int, every interval: Double) throws -> Matrix {
        let system = DynamicalSystem.named(name)!
        let states = try system.trajectory(count: count + 200, every: interval)
        return Matrix(rows: count, columns: system.dimension) { states[200 + $0][$1] }
    }

    @Test func sumOfAllPairs() throws {
        var stream = RandomStream(seed: 3, .test)
        for (rows, columns, window) in [(300, 3, 4), (47, 1, 0), (1500, 2, 20)] {
            let x = stream.normals(rows: rows, columns: columns)
            let sum = try CorrelationSum(x, window: window)
            var distances: [Double] = []
            for i in 0..<rows {
                for j in 0..<i where i - j > window {
                    var square = 0.0
                    for d in 0..<columns { square += (x[i, d] - x[j, d]) * (x[i, d] - x[j, d]) }
                    distances.append(square.squareRoot())
                }
            }
            for k in stride(from: 0, to: sum.logRadii.count, by: 7) {
                let r = exp(sum.logRadii[k]), share = Double(distances.count { $0 < r }) / Double(distances.count)
                expectClose(sum.values[k], share, within: 1e-12, "r = \(r)")
            }
        }
    }

    /// The middle thirds left out: log 2/log 3, by independent points. And a circle in the plane, whose dimension is 1.
    @Test func setsOfKnownDimension() throws {
        var stream = RandomStream(seed: 4, .test)
        var places: [Double] = []
        for _ in 0..<8000 {
            var (place, third) = (0.0, 1.0)
            for sign in stream.signs(40) {
                third /= 3
                if sign > 0 { place += 2 * third }
            }
            places.append(place)
        }
        let cantor = Matrix(rows: 8000, columns: 1, elements: places)
        let thirds = try #require(try CorrelationDimension(cantor, window: 0).dimension)
        expectClose(thirds.mean, log(2) / log(3), within: 3 * thirds.standardError)
        #expect(thirds.standardError < 0.02, "\(thirds)")
        let angles = (0..<4000).map { _ in 2 * Double.pi * stream.uniform() }
        let circle = Matrix(rows: 4000, columns: 2) { $1 == 0 ? cos(angles[$0]) : sin(angles[$0]) }
        let one = try #require(try CorrelationDimension(circle, window: 0).dimension)
        expectClose(one.mean, 1, within: 3 * one.standardError)
        #expect(one.standardError < 0.02, "\(one)")
    }

    /// Lorenz 2.05 ± 0.01, Hénon 1.22 ± 0.02 (Grassberger and Procaccia 1983; 1.258 is the upper bound of Kaplan and Yorke), Rössler 1.99 (Sprott 2003, 1.99 ± 0.08).
    @Test(arguments: [("lorenz", 0.1, 16, 2.05, 0.01), ("henon", 1, 5, 1.22, 0.02), ("rossler", 0.75, 16, 1.99, 0.08)])
    func attractors(name: String, interval: Double, window: Int, published: Double, error: Double) throws {
        let found = try CorrelationDimension(try orbit(name, 10_000, every: interval), window: window)
        let dimension = try #require(found.dimension)
        expectClose(dimension.mean, published, within: 2 * error + 2 * dimension.standardError, name)
        #expect(dimension.standardError < 0.06, "\(name): \(dimension)")
        #expect(found.region!.upperBound / found.region!.lowerBound > 3.99)
    }

    @Test func whatHasNone() throws {
        var stream = RandomStream(seed: 5, .test)
        let noise = stream.normals(rows: 4000, columns: 2)
        let white = try CorrelationDimension(noise, window: 2, lag: 1)
        #expect(white.dimension == nil && white.refusal == .growing, "\(white.dimension as Any)")
        // Without the test by delays the plane that noise fills would be called its dimension.
        #expect(try CorrelationDimension(noise, window: 2).dimension != nil)
        #expect(try CorrelationDimension(try orbit("lorenz", 250, every: 0.1), window: 16).refusal == .noRegion)
        let drift = Matrix(rows: 500, columns: 1) { i, _ in Double(i) }
        #expect(try CorrelationDimension(drift, window: 2).refusal == .drifting)
        // Delays do not raise the dimension of an attractor.
        let lorenz = try CorrelationDimension(try orbit("lorenz", 6000, every: 0.1), window: 16, lag: 2)
        #expect(lorenz.refusal == nil && abs(lorenz.extendedSlope!.mean - 2.05) < 0.3, "\(lorenz.extendedSlope as Any)")
    }
}
