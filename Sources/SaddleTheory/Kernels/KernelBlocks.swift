import SaddleNumerics

/// A kernel between two sets of points, evaluated block by block.
public protocol KernelBlocks: Sendable {
    var rowCount: Int { get }
    var columnCount: Int { get }
    /// The block of the given rows and columns.
    func block(rows: Range<Int>, columns: Range<Int>) -> Matrix
}
