/// Points in groups of neighbours, of equal sizes up to one: halves along random directions, halved again.
///
/// Sums over groups are nearly independent where what is summed depends on near points alone, so their scatter tells the error of a total that
/// the scatter of single terms, which share neighbours, does not tell.
public enum SpatialGroups {
    /// - Parameters:
    ///   - count: how many groups, a power of two.
    /// - Returns: for every point the number of its group.
    public static func halving(_ points: Matrix, into count: Int, seed: Int = 0) -> [Int] {
        precondition(count >= 1 && count & (count - 1) == 0 && count <= max(points.rows, 1), "\(count) groups of \(points.rows)")
        var groups = [Int](repeating: 0, count: points.rows), stream = RandomStream(seed: seed, .probe, 7)
        var parts = [Array(0..<points.rows)]
        while parts.count < count {
            parts = parts.flatMap { part -> [[Int]] in
                // The difference of two points lies along the set, where a random direction of space may not.
                let a = part[Int(stream.uniform() * Double(part.count))], b = part[Int(stream.uniform() * Double(part.count))]
                let direction = (0..<points.columns).map { points[a, $0] - points[b, $0] }
                var places = [Double](repeating: 0, count: part.count)
                for j in 0..<points.columns { for (i, row) in part.enumerated() { places[i] += direction[j] * points[row, j] } }
                let order = part.indices.sorted { (places[$0], part[$0]) < (places[$1], part[$1]) }.map { part[$0] }
                return [Array(order.prefix(part.count / 2)), Array(order.suffix(part.count - part.count / 2))]
            }
        }
        for (g, part) in parts.enumerated() { for row in part { groups[row] = g } }
        return groups
    }
}
