import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import Testing

/// Series with known exponents, and series that have none.
struct SeriesExponentTests {
    private func series(_ values: [Double]) -> Matrix { Matrix(rows: values.count, columns: 1, elements: values) }

    @Test func lorenz() throws {
        let states = try DynamicalSystem.named("lorenz")!.trajectory(count: 4000, every: 0.04)
        let found = try SeriesExponent(series(states.map { $0[0] }), interval: 0.04)
        let exponent = try #require(found.exponent, "\(found.refusal as Any)")
        #expect(abs(exponent.mean - 0.906) < 0.15 + 2 * exponent.standardError, "\(exponent)")
        #expect(found.delays!.embedding.order >= 2)
        // All variables at once need no delays.
        let whole = try SeriesExponent(Matrix(rows: 4000, columns: 3) { states[$0][$1] }, interval: 0.04)
        let direct = try #require(whole.exponent)
        #expect(whole.delays == nil && abs(direct.mean - 0.906) < 0.2, "\(direct)")
    }

    @Test func henon() throws {
        let states = try DynamicalSystem.named("henon")!.trajectory(count: 3000, every: 1)
        let found = try SeriesExponent(series(states.map { $0[0] }), interval: 1)
        let exponent = try #require(found.exponent)
        #expect(abs(exponent.mean - 0.419) < 0.08, "\(exponent)")
    }

    @Test func seriesWithoutAnExponent() throws {
        var stream = RandomStream(seed: 1, .probe)
        #expect(try SeriesExponent(series(stream.normals(2000)), interval: 1).refusal == .noise)
        let sine = (0..<2000).map { sin(0.1 * Double($0)) + 0.5 * sin(0.1 * 2.0.squareRoot() * Double($0)) }
        #expect(try SeriesExponent(series(sine), interval: 1).refusal == .regular)
        #expect(throws: SeriesError.constant) { try SeriesExponent(series([Double](repeating: 2, count: 300)), interval: 1) }
        #expect(throws: SeriesError.tooShort(50)) { try SeriesExponent(series(stream.normals(50)), interval: 1) }
    }
}
