#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A symmetric graph on points: an edge joins two points of which one is among the nearest neighbours of the other.
///
/// Stored row by row: the edges of node i are places `starts[i] ..< starts[i + 1]` of `neighbours`, in ascending order, each edge once from
/// either end. There are no loops.
public struct NeighbourGraph: Sendable {
    /// The weight of an edge of length d.
    public enum Weights: Sendable, Equatable {
        /// exp(−d²/2σ²), σ above 0.
        case gaussian(bandwidth: Double)
        /// exp(−d²/sᵢsⱼ) with s the distance to the neighbour in the middle, number ⌈k/2⌉: wide where points are sparse.
        /// Source: Zelnik-Manor and Perona 2004.
        case selfTuned
    }

    /// Where the edges of each node start, and the number of all: n + 1 places.
    public let starts: [Int]
    /// The other end of each edge.
    public let neighbours: [Int32]
    /// Above 0.
    public let weights: [Double]
    /// d² of each edge.
    public let squaredDistances: [Double]

    /// Number of nodes.
    public var count: Int { starts.count - 1 }
    /// Places of the edges of a node in `neighbours`, `weights` and `squaredDistances`.
    public func edges(of node: Int) -> Range<Int> { starts[node]..<starts[node + 1] }

    /// - Throws: ``GeometryError`` where a bandwidth or a weight would be zero.
    public init(_ nearest: NearestNeighbours, weights kind: Weights) throws(GeometryError) {
        let k = nearest.count, n = nearest.indices.count / max(k, 1)
        var rows: [[(node: Int32, distance: Double)]] = Array(repeating: [], count: n)
        for i in 0..<n {
            for place in i * k..<(i + 1) * k {
                let (j, distance) = (nearest.indices[place], nearest.distances[place])
                rows[i].append((j, distance))
                rows[Int(j)].append((Int32(i), distance))
            }
        }
        let middle = (k + 1) / 2 - 1
        let scales = (0..<n).map { nearest.distances[$0 * k + middle] }
        if kind == .selfTuned, let point = scales.firstIndex(of: 0) {
            throw .coincidentPoints(point: point, copies: middle + 1)
        }
        var (starts, neighbours, weights, squares) = ([0], [Int32](), [Double](), [Double]())
        for i in 0..<n {
            var last: Int32 = -1
            for (j, distance) in rows[i].sorted(by: { $0.node < $1.node }) where j != last {
                last = j
                let square = distance * distance
                let weight =
                    switch kind {
                    case .gaussian(let bandwidth): exp(-square / (2 * bandwidth * bandwidth))
                    case .selfTuned: exp(-square / (scales[i] * scales[Int(j)]))
                    }
                if !(weight >= .leastNormalMagnitude) {
                    let bandwidth =
                        switch kind {
                        case .gaussian(let bandwidth): bandwidth
                        case .selfTuned: (scales[i] * scales[Int(j)] / 2).squareRoot()
                        }
                    throw .narrowBandwidth(bandwidth: bandwidth, distance: distance, point: i, neighbour: Int(j))
                }
                neighbours.append(j)
                weights.append(weight)
                squares.append(square)
            }
            starts.append(neighbours.count)
        }
        self.init(starts: starts, neighbours: neighbours, weights: weights, squaredDistances: squares)
    }

    private init(starts: [Int], neighbours: [Int32], weights: [Double], squaredDistances: [Double]) {
        (self.starts, self.neighbours, self.weights, self.squaredDistances) = (starts, neighbours, weights, squaredDistances)
    }

    /// Sums of the weights at each node.
    public var degrees: [Double] { (0..<count).map { weights[edges(of: $0)].reduce(0, +) } }

    /// With weights wᵢⱼ/(qᵢqⱼ), q = 1 + Σⱼ wᵢⱼ: the random walk then does not see how densely points were sampled.
    /// Source: Coifman and Lafon 2006, α = 1.
    public func densityCorrected() -> NeighbourGraph {
        let q = degrees.map { $0 + 1 }
        var corrected = weights
        for i in 0..<count { for place in edges(of: i) { corrected[place] /= q[i] * q[Int(neighbours[place])] } }
        return NeighbourGraph(
            starts: starts, neighbours: neighbours, weights: corrected, squaredDistances: squaredDistances)
    }

    /// The connected parts, largest first, each with its nodes in ascending order.
    public var components: [[Int]] {
        var label = [Int](repeating: -1, count: count)
        var found: [[Int]] = []
        for root in 0..<count where label[root] < 0 {
            var nodes = [root], next = 0
            label[root] = found.count
            while next < nodes.count {
                for place in edges(of: nodes[next]) where label[Int(neighbours[place])] < 0 {
                    label[Int(neighbours[place])] = found.count
                    nodes.append(Int(neighbours[place]))
                }
                next += 1
            }
            found.append(nodes.sorted())
        }
        return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }

    /// The graph of some nodes and the edges between them, numbered as they are listed.
    public func restricted(to nodes: [Int]) -> NeighbourGraph {
        var place = [Int32](repeating: -1, count: count)
        for (new, old) in nodes.enumerated() { place[old] = Int32(new) }
        var (starts, neighbours, weights, squares) = ([0], [Int32](), [Double](), [Double]())
        for old in nodes {
            for edge in edges(of: old) where place[Int(self.neighbours[edge])] >= 0 {
                neighbours.append(place[Int(self.neighbours[edge])])
                weights.append(self.weights[edge])
                squares.append(squaredDistances[edge])
            }
            starts.append(neighbours.count)
        }
        return NeighbourGraph(starts: starts, neighbours: neighbours, weights: weights, squaredDistances: squares)
    }

    /// Lengths of the shortest ways along edges from one node to all (Dijkstra); infinite to other components.
    ///
    /// - Complexity: O(E log E).
    public func shortestPaths(from source: Int) -> [Double] {
        var distance = [Double](repeating: .infinity, count: count)
        distance[source] = 0
        var heap = MinimumHeap()
        heap.push(0, Int32(source))
        while let (length, node) = heap.pop() {
            if length > distance[Int(node)] { continue }
            for edge in edges(of: Int(node)) {
                let other = Int(neighbours[edge]), through = length + squaredDistances[edge].squareRoot()
                if through < distance[other] {
                    distance[other] = through
                    heap.push(through, Int32(other))
                }
            }
        }
        return distance
    }
}

/// A binary heap of nodes by length.
private struct MinimumHeap {
    private var items: [(Double, Int32)] = []

    mutating func push(_ length: Double, _ node: Int32) {
        items.append((length, node))
        var i = items.count - 1
        while i > 0, items[i].0 < items[(i - 1) / 2].0 {
            items.swapAt(i, (i - 1) / 2)
            i = (i - 1) / 2
        }
    }

    mutating func pop() -> (Double, Int32)? {
        guard let top = items.first else { return nil }
        let last = items.removeLast()
        if items.isEmpty { return top }
        items[0] = last
        var i = 0
        while 2 * i + 1 < items.count {
            var child = 2 * i + 1
            if child + 1 < items.count, items[child + 1].0 < items[child].0 { child += 1 }
            if items[i].0 <= items[child].0 { break }
            items.swapAt(i, child)
            i = child
        }
        return top
    }
}
