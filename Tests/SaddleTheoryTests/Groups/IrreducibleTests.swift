import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

// Characters by their orthogonality and by being class functions; energies against known groups; power by Parseval. Catches a missing or doubled
// representation and a wrong indicator.

@Suite struct IrreducibleTests {
    @Test(arguments: ["Z2", "Z7", "Z8", "D1", "D2", "D3", "D6", "D7", "Z3xZ3", "Z4xD4", "D3xD5", "Z6xZ4"])
    func characters(name: String) throws {
        let group = try #require(FiniteGroup(name)), list = Irreducible.nontrivial(group), m = group.order
        #expect(list.reduce(1) { $0 + $1.multiplicity } == m)
        #expect(Set(list.map(\.name)).count == list.count)
        for (i, a) in list.enumerated() {
            expectClose(a.character.reduce(0, +), 0, within: 1e-11)
            for (j, b) in list.enumerated() {
                let product = zip(a.character, b.character).reduce(0) { $0 + $1.0 * $1.1 } / Double(m)
                expectClose(product, i == j ? (a.isReal ? 1 : 2) : 0, within: 1e-12, "\(name): \(a.name), \(b.name)")
            }
            for g in 0..<m {
                for h in 0..<m {
                    let conjugate = group.product(group.product(h, g), group.inverses[h])
                    expectClose(a.character[conjugate], a.character[g], within: 1e-12)
                }
            }
        }
    }

    @Test func energies() throws {
        func energies(_ name: String) throws -> [Double] {
            let group = try #require(FiniteGroup(name))
            return Irreducible.nontrivial(group).map { $0.energy(order: group.order) }.sorted()
        }
        #expect(try energies("Z7") == [1.75, 1.75, 1.75])
        #expect(try energies("Z13") == [Double](repeating: 3.25, count: 6))
        #expect(try energies("Z8") == [2, 2, 2, 4])
        #expect(try energies("D5") == [2.5, 2.5, 5])
        #expect(try energies("D4") == [2, 4, 4, 4])
        // Z₂ × D₄: eight real characters of dimension 1, two of dimension 2.
        #expect(try energies("Z2xD4") == [4, 4, 8, 8, 8, 8, 8, 8, 8])
    }

    @Test(arguments: ["Z9", "D5", "Z2xD3"]) func powers(name: String) throws {
        let group = try #require(FiniteGroup(name)), m = group.order, list = Irreducible.nontrivial(group)
        var stream = RandomStream(seed: 1, .test)
        let f = stream.normals(m), sum = f.reduce(0, +)
        let power = list.reduce(sum * sum / Double(m)) { $0 + $1.power(of: f, group) }
        expectClose(power, f.reduce(0) { $0 + $1 * $1 }, within: 1e-11)
        for (i, a) in list.enumerated() {
            let size = a.character.reduce(0) { $0 + $1 * $1 }
            for (j, b) in list.enumerated() { expectClose(b.power(of: a.character, group), i == j ? size : 0, within: 1e-10) }
        }
    }

    @Test func lawOfSamples() {
        let exact = SampleLaw(
            [(20, 150), (50, 900)].map { order, _ in
                // n = 12 M ln M/(1 + 12 ln M/M)
                let free = 12 * Double(order) * Foundation.log(Double(order))
                return (order, free / (1 + free / Double(order * order)))
            })
        expectClose(exact.constant, 12, within: 1e-12)
        expectClose(exact.error, 0, within: 1e-12)
        expectClose(SampleLaw.scaled(exact.samples(order: 77), 77), 12, within: 1e-11)
        let rough = SampleLaw([(30, 500), (60, 1500), (90, 3500)])
        let values = [SampleLaw.scaled(500, 30), SampleLaw.scaled(1500, 60), SampleLaw.scaled(3500, 90)]
        #expect(rough.error > 0 && rough.constant > values.min()! && rough.constant < values.max()!)
    }
}
