import Numerics
import SaddleModels

/// An irreducible representation over the reals: a real one, or a complex one with its conjugate.
public struct Irreducible: Sendable {
    /// One part for each factor of the group, with commas: a frequency, or "det", "alt" and "alt·det" of dihedral groups.
    public let name: String
    /// d, of the complex representation.
    public let dimension: Int
    /// Whether the character is real; by Frobenius and Schur's indicator (1/M) Σ χ(g²), 1 or 0.
    public let isReal: Bool
    /// Σ over the one or two complex representations of χ(g), which is real.
    public let character: [Double]

    /// The largest energy of a node with σ(z) = z² whose weights lie in this representation: M/2d for a real one, M/4d for a complex pair.
    ///
    /// E = 2‖u∗v − mean‖² (``GroupEnergy``), and by Plancherel the representation's part of it is (2/M) Σ d ‖û v̂‖². For one real
    /// representation ‖û v̂‖ ≤ ‖û‖‖v̂‖ with equality for matrices of rank 1, and (d/M)(‖û‖² + ‖v̂‖²) = 1 makes ‖û‖² = ‖v̂‖² = M/2d.
    /// A pair shares the norm: M/4d each, and counts twice.
    public func energy(order: Int) -> Double { Double(order) / Double((isReal ? 2 : 4) * dimension) }

    /// Real dimensions of one of u and v that this representation occupies: d² or 2d².
    public var multiplicity: Int { (isReal ? 1 : 2) * dimension * dimension }

    /// |projection of f|², with f a function on the group: (d/M) Σ f(g) f(h) χ(gh⁻¹).
    public func power(of f: some Collection<Double>, _ group: FiniteGroup) -> Double {
        let f = Array(f), m = group.order
        var sum = 0.0
        for h in 0..<m where f[h] != 0 {
            let inverse = group.inverses[h]
            var part = 0.0
            for g in 0..<m { part += f[g] * character[group.table[g * m + inverse]] }
            sum += f[h] * part
        }
        return sum * Double(dimension) / Double(m)
    }
}

extension Irreducible {
    /// Complex characters of one factor, as (name, dimension, real parts, imaginary parts).
    private struct Character {
        var name: String
        var dimension: Int
        var real, imaginary: [Double]
        /// Of the complex conjugate among its factor's.
        var conjugate: Int
    }

    private static func characters(_ factor: FiniteGroup.Factor) -> [Character] {
        func angle(_ k: Int, _ n: Int) -> Double { 2 * Double.pi * Double(k % n) / Double(n) }
        switch factor {
        case .cyclic(let n):
            return (0..<n).map { k in
                Character(
                    name: "\(k)", dimension: 1, real: (0..<n).map { Double.cos(angle(k * $0, n)) },
                    imaginary: (0..<n).map { Double.sin(angle(k * $0, n)) }, conjugate: (n - k) % n)
            }
        case .dihedral(let n):
            let zero = [Double](repeating: 0, count: 2 * n)
            func make(_ name: String, _ dimension: Int, _ place: Int, _ rotation: (Int) -> Double, _ reflection: (Int) -> Double)
                -> Character
            {
                Character(
                    name: name, dimension: dimension, real: (0..<n).map(rotation) + (0..<n).map(reflection), imaginary: zero,
                    conjugate: place)
            }
            func sign(_ k: Int) -> Double { k % 2 == 0 ? 1 : -1 }
            var list = [make("0", 1, 0, { _ in 1 }, { _ in 1 }), make("det", 1, 1, { _ in 1 }, { _ in -1 })]
            if n % 2 == 0 {
                list.append(make("alt", 1, 2, sign, sign))
                list.append(make("alt·det", 1, 3, sign, { -sign($0) }))
            }
            for j in 1..<max((n + 1) / 2, 1) {
                list.append(make("\(j)", 2, list.count, { 2 * Double.cos(angle(j * $0, n)) }, { _ in 0 }))
            }
            return list
        }
    }

    /// All of them except the trivial one, pairs of conjugates once.
    public static func nontrivial(_ group: FiniteGroup) -> [Irreducible] {
        let tables = group.factors.map(characters), m = group.order
        let parts = (0..<m).map { FiniteGroup.components($0, group.factors) }
        var found: [Irreducible] = []
        var choices = [[Int]]([[]])
        for table in tables { choices = choices.flatMap { choice in table.indices.map { choice + [$0] } } }
        for choice in choices {
            let conjugate = zip(choice, tables).map { $1[$0].conjugate }
            let isSelf = conjugate == choice
            let isTrivial =
                isSelf && zip(choice, tables).allSatisfy { $1[$0].dimension == 1 && $1[$0].real.allSatisfy { $0 > 0.5 } }
            if isTrivial || (!isSelf && conjugate.lexicographicallyPrecedes(choice)) { continue }
            var (real, imaginary) = ([Double](repeating: 1, count: m), [Double](repeating: 0, count: m))
            for (i, table) in tables.enumerated() {
                let c = table[choice[i]]
                for g in 0..<m {
                    let (x, y) = (c.real[parts[g][i]], c.imaginary[parts[g][i]])
                    (real[g], imaginary[g]) = (real[g] * x - imaginary[g] * y, real[g] * y + imaginary[g] * x)
                }
            }
            let indicator = (0..<m).reduce(0) { $0 + real[group.product($1, $1)] } / Double(m)
            found.append(
                Irreducible(
                    name: zip(choice, tables).map { $1[$0].name }.joined(separator: ","),
                    dimension: zip(choice, tables).reduce(1) { $0 * $1.1[$1.0].dimension }, isReal: indicator > 0.5,
                    character: isSelf ? real : real.map { 2 * $0 }))
        }
        return found
    }
}
