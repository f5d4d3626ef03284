#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A random linear map P from d dimensions into D, with columns of length one (of mean square one for Fastfood): θ = θ₀ + Px.
///
///     dense:      normal entries
///     sparse:     √D entries ±D^{−¼} a column, at random places (Li, Hastie, Church, "Very sparse random projections", 2006)
///     fastfood:   blocks H G Π H B / (‖g‖√D) with signs B, Walsh–Hadamard matrices H, a permutation Π, normal G = diag g (Le, Sarlós, Smola 2013)
///
/// Memory Dd, √D·d and O(D) numbers; products O(Dd), O(√D d) and O(D log d). Source: Li, Farkhoor, Liu, Yosinski, "Measuring the intrinsic dimension of
/// objective landscapes" (2018).
public struct RandomSubspace: Sendable {
    /// How P is drawn.
    public enum Kind: String, Sendable, CaseIterable { case dense, sparse, fastfood }

    /// How P was drawn.
    public let kind: Kind
    /// D, d
    public let order: Int, dimension: Int
    private let columns: Matrix
    private let places: [Int32], signs: [Double]
    private let blocks: [Block]

    private struct Block {
        let signs: [Double], scales: [Double]
        let order: [Int]
    }

    /// A subspace that is a function of kind, D, d and seed.
    ///
    /// - Precondition: 1 ≤ d ≤ D.
    public init(_ kind: Kind, order: Int, dimension: Int, seed: Int) {
        precondition((1...order).contains(dimension), "\(dimension) dimensions of \(order)")
        (self.kind, self.order, self.dimension) = (kind, order, dimension)
        func stream(_ part: Int) -> RandomStream { RandomStream(seed: seed, .probe, 2, dimension, part) }
        var (columns, places, signs, blocks) = (Matrix(rows: 0, columns: 0), [Int32](), [Double](), [Block]())
        switch kind {
        case .dense:
            var own = stream(0)
            columns = own.normals(rows: order, columns: dimension)
            columns.scaleColumns(by: (0..<dimension).map { 1 / columns.columnNorm($0) })
        case .sparse:
            var own = stream(0)
            let count = max(1, Int(Double(order).squareRoot())), size = 1 / Double(count).squareRoot()
            for _ in 0..<dimension {
                // Places that are drawn twice are drawn again: a column has its length.
                var seen = Set<Int32>()
                while seen.count < count { seen.insert(Int32(own.word() % UInt64(order))) }
                places += seen.sorted()
                signs += (0..<count).map { _ in own.word() & 1 == 0 ? size : -size }
            }
        case .fastfood:
            let size = Self.power(dimension)
            for k in 0..<(order + size - 1) / size {
                var own = stream(k)
                let g = own.normals(size), norm = g.reduce(0) { $0 + $1 * $1 }.squareRoot() * Double(order).squareRoot()
                blocks.append(
                    Block(
                        signs: (0..<size).map { _ in own.word() & 1 == 0 ? 1 : -1 }, scales: g.map { $0 / norm },
                        order: own.permutation(size)))
            }
        }
        (self.columns, self.places, self.signs, self.blocks) = (columns, places, signs, blocks)
    }

    private static func power(_ n: Int) -> Int {
        var power = 1
        while power < n { power *= 2 }
        return power
    }

    /// Px
    public func apply(_ x: [Double]) -> [Double] {
        precondition(x.count == dimension, "\(x.count) coordinates of \(dimension)")
        switch kind {
        case .dense: return (columns * Matrix(rows: dimension, columns: 1, elements: x)).elements
        case .sparse:
            var result = [Double](repeating: 0, count: order)
            let count = places.count / dimension
            for (k, value) in x.enumerated() {
                for i in k * count..<(k + 1) * count { result[Int(places[i])] += signs[i] * value }
            }
            return result
        case .fastfood:
            let size = Self.power(dimension), padded = x + [Double](repeating: 0, count: size - dimension)
            var result: [Double] = []
            result.reserveCapacity(blocks.count * size)
            for block in blocks {
                var part = zip(padded, block.signs).map(*)
                Self.transform(&part)
                var turned = (0..<size).map { block.scales[$0] * part[block.order[$0]] }
                Self.transform(&turned)
                result += turned
            }
            return Array(result.prefix(order))
        }
    }

    /// Pᵀg
    public func pullBack(_ g: [Double]) -> [Double] {
        precondition(g.count == order, "\(g.count) numbers for \(order)")
        switch kind {
        case .dense: return Matrix.product(columns.ᵀ, .plain(Matrix(rows: order, columns: 1, elements: g))).elements
        case .sparse:
            let count = places.count / dimension
            return (0..<dimension).map { k in
                (k * count..<(k + 1) * count).reduce(0) { $0 + signs[$1] * g[Int(places[$1])] }
            }
        case .fastfood:
            let size = Self.power(dimension)
            var sum = [Double](repeating: 0, count: size)
            for (k, block) in blocks.enumerated() {
                let own = g[k * size..<min((k + 1) * size, order)]
                var part = Array(own) + [Double](repeating: 0, count: size - own.count)
                Self.transform(&part)
                var turned = [Double](repeating: 0, count: size)
                for i in 0..<size { turned[block.order[i]] = block.scales[i] * part[i] }
                Self.transform(&turned)
                for i in 0..<size { sum[i] += block.signs[i] * turned[i] }
            }
            return Array(sum.prefix(dimension))
        }
    }

    /// The Walsh–Hadamard transform, without a factor.
    private static func transform(_ x: inout [Double]) {
        x.withUnsafeMutableBufferPointer { x in
            var half = 1
            while half < x.count {
                for start in stride(from: 0, to: x.count, by: 2 * half) {
                    for i in start..<start + half {
                        let (a, b) = (x[i], x[i + half])
                        (x[i], x[i + half]) = (a + b, a - b)
                    }
                }
                half *= 2
            }
        }
    }
}
