import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory  // SiteNoise is nobody else's business

/// Matched noise is orthonormal to rounding up to the last vector there is room for, in whatever portions it is drawn.
@Suite struct SiteNoiseTests {
    @Test func orthonormalUntilTheRoomIsUsed() throws {
        let sites = 100
        var noise = SiteNoise(layer: 1, sites: sites, scale: 2, isMatched: true, stream: RandomStream(seed: 1, .test))
        var drawn = Matrix(rows: sites, columns: 0)
        for portion in [1, 3, 40, 7, 0, 48] { drawn.appendColumns(of: try noise.draw(portion, step: 0)) }
        #expect(drawn.columns == 99 && noise.room == 0 && noise.count == 99)
        let gram = drawn.gram(scale: 1 / Double(sites))
        for i in 0..<99 {
            expectClose((0..<sites).reduce(0) { $0 + drawn[$1, i] }, 0, within: 1e-10)
            for j in 0..<99 { expectClose(gram[i, j], i == j ? 4 : 0, within: 1e-12) }
        }
        #expect(throws: MeanFieldError.tooFewSites(layer: 1, needed: 100, sites: sites, step: 5)) { try noise.draw(1, step: 5) }
    }

    @Test func forgettingMakesRoom() throws {
        var noise = SiteNoise(layer: 1, sites: 50, scale: 1, isMatched: true, stream: RandomStream(seed: 2, .test))
        let kept = try noise.draw(10, step: 0)
        _ = try noise.draw(35, step: 0)
        noise.forget(beyond: 10)
        #expect(noise.count == 10 && noise.room == 39)
        let overlap = kept.ᵀ * (try noise.draw(39, step: 0))
        #expect(overlap.elements.allSatisfy { abs($0) < 1e-10 })
    }
}
