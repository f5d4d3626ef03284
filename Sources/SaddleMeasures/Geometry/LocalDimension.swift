import SaddleNumerics

/// The dimension of the manifold that points lie on, by how many directions their neighbourhoods need.
///
/// At each point the differences to its nearest neighbours are decomposed into principal directions; its dimension is the least number of them
/// that hold nine tenths of the variance, and that of the points the median. Curvature adds a share of order (radius/curvature radius)², noise all
/// of its own; k neighbours show at most k dimensions. Source: Singer and Wu 2012, section 2.
public struct LocalDimension: Sendable {
    /// Of the variance, that the directions must hold.
    public static let share = 0.9
    /// Of each point.
    public let values: [Int]
    /// Their median.
    public let value: Int

    /// - Throws: ``GeometryError/coincidentPoints(point:copies:)`` where a point coincides with all its neighbours.
    public init(_ points: Matrix, _ nearest: NearestNeighbours) throws {
        let rows = points.transposed, k = nearest.count
        values = try Threads.map(points.rows) { i in
            var differences = rows.selectingColumns(nearest.indices[i * k..<(i + 1) * k].lazy.map { Int($0) })
            for c in 0..<k { for d in 0..<rows.rows { differences[d, c] -= rows[d, i] } }
            let squares = try differences.singularValueDecomposition().values.map { $0 * $0 }
            let total = squares.reduce(0, +)
            if total == 0 { throw GeometryError.coincidentPoints(point: i, copies: k) }
            var (sum, count) = (0.0, 0)
            while count < squares.count && sum < Self.share * total {
                sum += squares[count]
                count += 1
            }
            return count
        }
        value = values.sorted()[values.count / 2]
    }
}
