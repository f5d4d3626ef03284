/// Points whose Euclidean distances are wanted: found by blocks of matrix products, and exactly for the pairs that matter.
///
///     |x − y|² = |x|² + |y|² − 2 x·y
///
/// costs 2D flops a pair at the speed of a product, and loses about ε(|x|² + |y|²) to cancellation. So points are moved to their mean, a block
/// only tells which pairs may matter (``rounding``), and of these ``distance(_:_:)`` is evaluated from the differences.
public struct PointCloud: Sendable {
    /// D × n: a point is contiguous; their mean is the origin.
    private let columns: Matrix
    private let squares: [Double]
    /// A bound of the error of any square that ``squares(from:of:into:)`` gives.
    public let rounding: Double

    /// n
    public var count: Int { columns.columns }
    /// D
    public var dimension: Int { columns.rows }

    /// - Parameter points: one a row, finite.
    public init(_ points: Matrix) {
        var columns = points.transposed
        let (n, d) = (points.rows, points.columns)
        var mean = [Double](repeating: 0, count: d)
        for j in 0..<d { mean[j] = points.elements[j * n..<(j + 1) * n].reduce(0, +) / Double(max(n, 1)) }
        columns.elements.withUnsafeMutableBufferPointer { x in
            for i in 0..<n { for j in 0..<d { x[i * d + j] -= mean[j] } }
        }
        squares = columns.elements.withUnsafeBufferPointer { x in
            (0..<n).map { i in (i * d..<(i + 1) * d).reduce(0) { $0 + x[$1] * x[$1] } }
        }
        self.columns = columns
        rounding = 2 * Double(d + 4) * .ulpOfOne * (squares.max() ?? 0)
    }

    /// |xᵢ − xⱼ|, from the differences of all components.
    public func distance(_ i: Int, _ j: Int) -> Double {
        let d = dimension
        return columns.elements.withUnsafeBufferPointer { x in
            var sum = 0.0
            for k in 0..<d {
                let difference = x[i * d + k] - x[j * d + k]
                sum += difference * difference
            }
            return sum.squareRoot()
        }
    }

    /// Points whose squares fit into some megabytes, one block for each task.
    public var blocks: [Range<Int>] {
        let size = min(max(4_000_000 / max(count, 1), 16), 512)
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }

    /// Squared distances between all points and those of a block, up to ``rounding``; n × block.
    public func squares(of block: Range<Int>) -> Matrix {
        let (n, d) = (count, dimension)
        let chosen = Matrix(
            rows: d, columns: block.count, elements: Array(columns.elements[block.lowerBound * d..<block.upperBound * d]))
        var result = Matrix.product(columns.ᵀ, .plain(chosen), scale: -2)
        result.elements.withUnsafeMutableBufferPointer { r in
            squares.withUnsafeBufferPointer { s in
                for (c, i) in block.enumerated() {
                    let own = s[i]
                    for j in 0..<n { r[c * n + j] += own + s[j] }
                }
            }
        }
        return result
    }
}
