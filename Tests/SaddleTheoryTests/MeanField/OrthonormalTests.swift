import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

// Directions orthogonal to a basis that leaves hardly any room. It would catch rounding that is taken for a direction, and the end of the program
// when a basis has as many directions as there are sites.

@Suite struct OrthonormalTests {
    /// Twenty sites and nineteen or twenty directions: of three more columns one direction is left, or none that is more than rounding.
    @Test(arguments: [17, 18, 19, 20]) func fullBases(known: Int) {
        let sites = 20
        let weights = SiteWeights.uniform(sites)
        var stream = RandomStream(seed: known, .test)
        let none = Matrix(rows: sites, columns: 0)
        let basis = stream.normals(rows: sites, columns: known).orthonormalized(weights, beyond: none).directions
        var rest = stream.normals(rows: sites, columns: 3)
        for _ in 0..<2 { rest.add(.plain(basis), .plain(weights.inner(basis, rest)), scale: -1) }
        let found = rest.orthonormalized(weights, beyond: basis, rounding: 1e-24)
        #expect(found.directions.columns == min(3, sites - known) && found.order.count == found.directions.columns)
        let gram = weights.inner(found.directions, found.directions), overlap = weights.inner(basis, found.directions)
        for i in 0..<found.directions.columns {
            for j in 0..<found.directions.columns { expectClose(gram[i, j], i == j ? 1 : 0, within: 1e-12) }
            for k in 0..<known { expectClose(overlap[k, i], 0, within: 1e-12) }
        }
    }
}
