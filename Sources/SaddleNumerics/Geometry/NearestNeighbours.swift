/// The k nearest neighbours of every point of a set, exactly: no approximate search, ties go to the smaller index.
///
/// Blocks of products (``PointCloud``) leave those that may be among the k nearest; these are sorted by distances evaluated from differences.
///
/// - Complexity: 2n²D flops at the speed of matrix products, and n² comparisons, on all threads; memory of some tens of megabytes
///   besides points and result. 10 000 points of 784 components take some 5 s on two cores.
public struct NearestNeighbours: Sendable {
    /// k
    public let count: Int
    /// n · k: of each point in turn, the nearest first, without the point itself.
    public let indices: [Int32]
    /// n · k, of the same pairs.
    public let distances: [Double]

    /// n
    public var points: Int { indices.count / count }

    /// - Parameters:
    ///   - points: one a row, finite.
    ///   - count: k, at least 1.
    /// - Throws: ``TooFewPoints``; `CancellationError` where a stop is asked for.
    public init(
        _ points: Matrix, count: Int, progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(count >= 1, "\(count) neighbours")
        guard points.rows > count else { throw TooFewPoints(points: points.rows, neighbours: count) }
        let cloud = PointCloud(points), blocks = cloud.blocks, n = points.rows
        let found = try Threads.map(blocks.count) { b throws in
            if shouldStop() { throw CancellationError() }
            let squares = cloud.squares(of: blocks[b])
            let part = blocks[b].enumerated().map { column, i in
                Self.nearest(of: i, squares.elements[column * n..<(column + 1) * n], count, cloud)
            }
            progress?(Double(b + 1), Double(blocks.count))
            return part
        }
        self.count = count
        indices = found.flatMap { $0.flatMap { $0.map(\.index) } }
        distances = found.flatMap { $0.flatMap { $0.map(\.distance) } }
    }

    /// Distances of one point, ascending.
    public func distances(of point: Int) -> ArraySlice<Double> { distances[point * count..<(point + 1) * count] }
    /// The nearest points to one, nearest first.
    public func neighbours(of point: Int) -> ArraySlice<Int32> { indices[point * count..<(point + 1) * count] }

    private static func nearest(
        of point: Int, _ squares: ArraySlice<Double>, _ count: Int, _ cloud: PointCloud
    ) -> [(index: Int32, distance: Double)] {
        let candidates = squares.withUnsafeBufferPointer { s in
            // The k smallest as a heap with the largest of them on top.
            var heap = Heap(capacity: count)
            for j in 0..<s.count where j != point { heap.offer(s[j]) }
            let limit = heap.largest + 2 * cloud.rounding
            return (0..<s.count).filter { $0 != point && s[$0] <= limit }
        }
        let exact = candidates.map { (index: Int32($0), distance: cloud.distance(point, $0)) }
        return Array(exact.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }.prefix(count))
    }

    /// The smallest of the numbers that it was offered.
    private struct Heap {
        private var values: [Double] = []
        private let capacity: Int
        /// The largest of those kept.
        private(set) var largest = Double.infinity

        init(capacity: Int) {
            self.capacity = capacity
            values.reserveCapacity(capacity)
        }

        @inline(__always) mutating func offer(_ value: Double) {
            if value < largest { insert(value) }
        }

        private mutating func insert(_ value: Double) {
            if values.count < capacity {
                var child = values.count
                values.append(value)
                while child > 0, values[(child - 1) / 2] < values[child] {
                    values.swapAt(child, (child - 1) / 2)
                    child = (child - 1) / 2
                }
            } else {
                values[0] = value
                var parent = 0
                while true {
                    var child = 2 * parent + 1
                    if child >= capacity { break }
                    if child + 1 < capacity, values[child + 1] > values[child] { child += 1 }
                    if values[child] <= values[parent] { break }
                    values.swapAt(child, parent)
                    parent = child
                }
            }
            if values.count == capacity { largest = values[0] }
        }
    }
}

/// There are not more points than neighbours that were asked for.
public struct TooFewPoints: Error, Equatable, CustomStringConvertible {
    /// How many points there are.
    public let points: Int
    /// How many neighbours of each were asked for.
    public let neighbours: Int

    /// So many points for so many neighbours.
    public init(points: Int, neighbours: Int) { (self.points, self.neighbours) = (points, neighbours) }

    public var description: String {
        "\(points) different point\(points == 1 ? "" : "s") for \(neighbours) neighbours of each; expected at least \(neighbours + 1) points"
    }
}
