/// Takes fields from positions to positions: each one out is a weighted sum over some of those in.
///
/// One serves pooling, the readout over positions and each place of a convolution's window; dimension, stride and padding are in it and
/// nowhere else. Positions of a grid count row by row.
public struct PositionMap: Sendable, Equatable {
    /// One position of a sum, with its weight.
    public struct Term: Sendable, Equatable {
        /// Index of a position in.
        public let position: Int
        /// The factor of its value.
        public let weight: Double

        /// Weight times the value at a position.
        public init(position: Int, weight: Double) {
            self.position = position
            self.weight = weight
        }
    }

    /// Positions in.
    public let inputs: Int
    /// For each position out, what it sums; nothing where a window reaches beyond the edge.
    public let terms: [[Term]]

    /// A map with those sums.
    ///
    /// - Parameters:
    ///   - inputs: positions in.
    ///   - terms: for each position out, what it sums.
    public init(inputs: Int, terms: [[Term]]) {
        precondition(terms.allSatisfy { $0.allSatisfy { (0..<inputs).contains($0.position) } }, "positions beyond \(inputs)")
        self.inputs = inputs
        self.terms = terms
    }

    /// Positions out.
    public var outputs: Int { terms.count }

    /// Whether every position keeps its value.
    public var isIdentity: Bool {
        inputs == outputs && terms.enumerated().allSatisfy { $0.element == [Term(position: $0.offset, weight: 1)] }
    }

    /// From the positions out to those in, with the same weights.
    public var transposed: PositionMap {
        var back = [[Term]](repeating: [], count: inputs)
        for (out, terms) in terms.enumerated() {
            for term in terms { back[term.position].append(Term(position: out, weight: term.weight)) }
        }
        return PositionMap(inputs: outputs, terms: back)
    }

    /// Every position times `scale`.
    public static func identity(_ positions: Int, scale: Double = 1) -> PositionMap {
        PositionMap(inputs: positions, terms: (0..<positions).map { [Term(position: $0, weight: scale)] })
    }

    /// The mean over all positions.
    public static func mean(_ positions: Int) -> PositionMap {
        PositionMap(
            inputs: positions, terms: [(0..<positions).map { Term(position: $0, weight: 1 / Double(positions)) }])
    }

    /// The means over blocks of `size` along each dimension of a grid, which `size` must divide.
    static func blocks(_ grid: [Int], size: Int) -> PositionMap {
        precondition(grid.allSatisfy { $0 % size == 0 }, "blocks of \(size) over \(grid)")
        let sides = grid.map { _ in size }
        let share = 1 / Double(sides.reduce(1, *))
        return PositionMap(
            inputs: grid.reduce(1, *),
            terms: places(grid.map { $0 / size }).map { block in
                places(sides).map { inside in
                    Term(position: index(zip(block, inside).map { $0 * size + $1 }, grid), weight: share)
                }
            })
    }

    /// One map for each place of a window that moves over a grid, row by row.
    ///
    /// - Parameters:
    ///   - out: the grid of its centres.
    static func window(_ side: Int, stride: Int, padding: Convolution.Padding, over grid: [Int], out: [Int]) -> [PositionMap] {
        places(grid.map { _ in side }).map { offset in
            PositionMap(
                inputs: grid.reduce(1, *),
                terms: places(out).map { place in
                    var source: [Int] = []
                    for axis in grid.indices {
                        var i = place[axis] * stride + offset[axis] - (padding == .valid ? 0 : side / 2)
                        if padding == .circular { i = (i % grid[axis] + grid[axis]) % grid[axis] }
                        if !(0..<grid[axis]).contains(i) { return [] }
                        source.append(i)
                    }
                    return [Term(position: index(source, grid), weight: 1)]
                })
        }
    }

    /// All places of a grid, the last axis fastest.
    private static func places(_ grid: [Int]) -> [[Int]] {
        grid.reduce([[]]) { places, length in places.flatMap { place in (0..<length).map { place + [$0] } } }
    }

    private static func index(_ place: [Int], _ grid: [Int]) -> Int { zip(place, grid).reduce(0) { $0 * $1.1 + $1.0 } }
}
