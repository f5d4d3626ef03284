import SaddleNumerics

/// A kernel between two sets of points, evaluated block by block.
public protocol KernelBlocks: Sendable {
    /// Number of points in the first set.
    var rowCount: Int { get }
    /// Number of points in the second set.
    var columnCount: Int { get }
    /// The block of the given rows and columns.
    func block(rows: Range<Int>, columns: Range<Int>) -> Matrix
}

/// A kernel held in memory.
public struct StoredKernel: KernelBlocks {
    /// The kernel itself, rows × columns.
    public let matrix: Matrix

    /// Any matrix; of a symmetric kernel the whole.
    public init(_ matrix: Matrix) { self.matrix = matrix }

    public var rowCount: Int { matrix.rows }
    public var columnCount: Int { matrix.columns }

    public func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= rowCount && columns.lowerBound >= 0 && columns.upperBound <= columnCount,
            "rows \(rows) and columns \(columns) of a \(rowCount)×\(columnCount) kernel")
        var elements: [Double] = []
        elements.reserveCapacity(rows.count * columns.count)
        for j in columns { elements += matrix.elements[j * rowCount + rows.lowerBound..<j * rowCount + rows.upperBound] }
        return Matrix(rows: rows.count, columns: columns.count, elements: elements)
    }
}
