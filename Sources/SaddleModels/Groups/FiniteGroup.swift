/// A finite group by its table: cyclic Zₙ, dihedral Dₙ (of 2n symmetries of the n-gon), and products of these.
public struct FiniteGroup: Sendable, Equatable {
    /// A cyclic or dihedral factor of a product.
    public enum Factor: Sendable, Equatable {
        /// Zₙ, of n elements.
        case cyclic(Int)
        /// Dₙ, of 2n elements: rotations 0 ..< n, reflections n ..< 2n.
        case dihedral(Int)

        /// Number of elements.
        public var order: Int {
            switch self {
            case .cyclic(let n): n
            case .dihedral(let n): 2 * n
            }
        }

        /// `Z7`, `D5`.
        public var name: String {
            switch self {
            case .cyclic(let n): "Z\(n)"
            case .dihedral(let n): "D\(n)"
            }
        }

        /// Rotations are 0 ..< n, reflections n ..< 2n: rᵏ, rᵏs.
        func product(_ a: Int, _ b: Int) -> Int {
            switch self {
            case .cyclic(let n): return (a + b) % n
            case .dihedral(let n):
                let (k, l) = (a % n, b % n), (isFlipA, isFlipB) = (a >= n, b >= n)
                // rᵏ sˣ rˡ sʸ = r^{k ± l} s^{x + y}
                let turn = isFlipA ? (k - l + n) % n : (k + l) % n
                return turn + (isFlipA != isFlipB ? n : 0)
            }
        }
    }

    /// The groups of which this is the direct product.
    public let factors: [Factor]
    /// Number of elements, 0 ..< order; 0 is the identity.
    public let order: Int
    /// Entry a · order + b is ab.
    public let table: [Int]
    /// Of each element.
    public let inverses: [Int]

    /// The direct product of groups; elements count with the last factor fastest.
    ///
    /// - Precondition: there is a factor, and none has order 0.
    public init(_ factors: [Factor]) {
        precondition(!factors.isEmpty && factors.allSatisfy { $0.order > 0 }, "a group of no factors")
        self.factors = factors
        let order = factors.reduce(1) { $0 * $1.order }
        self.order = order
        let parts = (0..<order).map { Self.components($0, factors) }
        var table = [Int](repeating: 0, count: order * order), inverses = [Int](repeating: 0, count: order)
        for a in 0..<order {
            for b in 0..<order {
                let product = factors.indices.reduce(0) {
                    $0 * factors[$1].order + factors[$1].product(parts[a][$1], parts[b][$1])
                }
                table[a * order + b] = product
                if product == 0 { inverses[a] = b }
            }
        }
        (self.table, self.inverses) = (table, inverses)
    }

    /// `Z3×Z5`; the initialiser from a text reads it and `Z3xZ5`.
    public var name: String { factors.map(\.name).joined(separator: "×") }

    /// The element ab.
    @inlinable public func product(_ a: Int, _ b: Int) -> Int { table[a * order + b] }

    /// An element as one of each factor.
    public static func components(_ element: Int, _ factors: [Factor]) -> [Int] {
        var rest = element
        return factors.reversed().map { factor in
            defer { rest /= factor.order }
            return rest % factor.order
        }.reversed()
    }

    /// What the initialiser from a text reads, for messages.
    public static let syntax = "Z7, D5, or a product such as Z3xZ5 or Z2xD4"
    /// The largest order that the initialiser from a text accepts, and so a study.
    public static let largestOrder = 200

    /// Reads `Z7`, `D5`, `Z3xZ5`; nil for anything else.
    public init?(_ text: String) {
        let names = text.lowercased().replacing("×", with: "x").split(separator: "x", omittingEmptySubsequences: false)
        var factors: [Factor] = []
        for name in names {
            guard let kind = name.first, let n = Int(name.dropFirst()), n > 0, n <= 10 * Self.largestOrder else { return nil }
            switch kind {
            case "z", "c": factors.append(.cyclic(n))
            case "d": factors.append(.dihedral(n))
            default: return nil
            }
        }
        guard !factors.isEmpty, factors.reduce(1.0, { $0 * Double($1.order) }) <= Double(Self.largestOrder) else { return nil }
        self.init(factors)
    }
}
