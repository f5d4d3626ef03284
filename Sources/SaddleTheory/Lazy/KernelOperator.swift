import SaddleNumerics
import Synchronization

/// Products of a symmetric kernel with vectors, without the kernel ever being in memory as a whole.
///
/// The kernel is evaluated in square tiles, on or above the diagonal only; a tile off the diagonal serves its mirror image
/// too. As many tiles as the budget allows are kept from the first product on, the others are evaluated anew in every product.
/// Partial results are added in the order of the tiles, so the result has the same bits for any number of threads.
///
/// A product with C vectors takes 2n²C flops beside the evaluation of n²/2 entries.
public final class KernelOperator: LinearOperator, Sendable {
    public let rows: Int
    public var columns: Int { rows }
    /// How entries of the kept tiles are rounded.
    public let precision: TilePrecision
    /// Entries that are kept, and entries of one half of the kernel.
    public let keptEntries, allEntries: Int
    /// Memory of what is kept.
    public var keptBytes: Double { Double(keptEntries * precision.bytes) }
    private let kernel: any KernelBlocks
    /// Rows and columns of each tile.
    private let tileRanges: [(rows: Range<Int>, columns: Range<Int>)]
    private let keptCount: Int
    private let kept: Mutex<[StoredTile?]>
    private let evaluated = Mutex(0)

    /// - Parameters:
    ///   - kernel: A kernel of points with themselves. Only blocks on or above the diagonal are asked for.
    ///   - budget: Bytes of memory for tiles that are kept.
    ///   - tile: Rows and columns of a tile.
    public init(_ kernel: any KernelBlocks, budget: Double = 0, precision: TilePrecision = .double, tile: Int = 512) {
        precondition(
            kernel.rowCount == kernel.columnCount, "kernel \(kernel.rowCount)×\(kernel.columnCount) of points with themselves")
        precondition(tile > 0 && budget >= 0, "tiles of \(tile), budget \(budget)")
        self.kernel = kernel
        self.precision = precision
        rows = kernel.rowCount
        let strips = tiles(rows, size: tile)
        tileRanges = strips.indices.flatMap { i in strips[i...].map { (strips[i], $0) } }
        var (entries, count) = (0, 0)
        for (r, c) in tileRanges {
            if Double((entries + r.count * c.count) * precision.bytes) > budget { break }
            entries += r.count * c.count
            count += 1
        }
        keptEntries = entries
        keptCount = count
        allEntries = tileRanges.reduce(0) { $0 + $1.rows.count * $1.columns.count }
        kept = Mutex(Array(repeating: nil, count: count))
    }

    /// Entries evaluated so far, those of the diagonal and of single columns included.
    public var evaluatedEntries: Int { evaluated.withLock { $0 } }

    public func apply(_ x: Matrix) throws -> Matrix { try apply(x, progress: nil) }

    /// - Parameter progress: called with the tiles done and all tiles.
    /// - Throws: ``SemidefiniteError/notFinite(row:column:value:)``; ``LazyError/stopped``.
    public func apply(
        _ x: Matrix, progress: ProgressHandler?, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Matrix {
        precondition(x.rows == rows, "\(x.rows) rows for a kernel of \(rows) points")
        let total = Double(tileRanges.count)
        return try Threads.reduceInOrder(0..<tileRanges.count, into: Matrix(rows: rows, columns: x.columns)) { index in
            if shouldStop() { throw LazyError.stopped }
            let (r, c) = tileRanges[index]
            let tile = tile(index)
            let upper = tile * x.rowBlock(c)
            try checkTile(tile, rows: r, columns: c, product: upper)
            return (upper, lower: r == c ? nil : tile.ᵀ * x.rowBlock(r))
        } commit: { sum, index, part in
            let (upper, lower) = try part.get()
            sum.addRows(upper, from: self.tileRanges[index].rows.lowerBound)
            if let lower { sum.addRows(lower, from: self.tileRanges[index].columns.lowerBound) }
            progress?(Double(index + 1), total)
            return true
        }
    }

    private func tile(_ index: Int) -> Matrix {
        if index < keptCount, let stored = kept.withLock({ $0[index] }) { return stored.matrix }
        let tile = block(tileRanges[index].rows, tileRanges[index].columns)
        if index >= keptCount { return tile }
        let stored = StoredTile(tile, precision)
        kept.withLock { $0[index] = stored }
        // The first product already sees what later ones will.
        return stored.matrix
    }

    private func block(_ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
        evaluated.withLock { $0 += rows.count * columns.count }
        let block = kernel.block(rows: rows, columns: columns)
        precondition(
            block.rows == rows.count && block.columns == columns.count,
            "block \(block.rows)×\(block.columns) where \(rows.count)×\(columns.count) was asked for")
        return block
    }

    /// The diagonal, by small blocks along it.
    public func diagonal() throws -> [Double] {
        let strips = tiles(rows, size: 16)
        let parts = try Threads.map(strips.count) { i in
            let block = block(strips[i], strips[i])
            return (0..<block.rows).map { block[$0, $0] }
        }
        return parts.flatMap { $0 }
    }

    /// One column, evaluated in parallel.
    public func column(_ j: Int) throws -> [Double] {
        let strips = tiles(rows, size: max(4096, (rows + 63) / 64))
        return try Threads.map(strips.count) { block(strips[$0], j..<j + 1).elements }.flatMap { $0 }
    }

    /// A preconditioner for this kernel plus a ridge, from `rank` of its columns.
    public func preconditioner(
        ridge: Double, rank: Int, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws -> PivotedPreconditioner {
        let done = Counter()
        return try PivotedPreconditioner(diagonal: diagonal(), ridge: ridge, rank: rank, shouldStop: shouldStop) {
            progress?(Double(done.increment()), Double(rank))
            return try column($0)
        }
    }
}

/// Products of a kernel between test and training points with vectors, tile by tile; nothing is kept.
public struct CrossKernelOperator: LinearOperator {
    public var rows: Int { kernel.rowCount }
    public var columns: Int { kernel.columnCount }
    private let kernel: any KernelBlocks
    private let tile: Int

    /// `tile` is the number of rows and columns of a block.
    public init(_ kernel: any KernelBlocks, tile: Int = 512) {
        precondition(tile > 0, "tiles of \(tile)")
        self.kernel = kernel
        self.tile = tile
    }

    public func apply(_ x: Matrix) throws -> Matrix {
        precondition(x.rows == columns, "\(x.rows) rows for a kernel with \(columns) columns")
        let (strips, across) = (tiles(rows, size: tile), tiles(columns, size: tile))
        let parts = try Threads.map(strips.count) { i in
            var sum = Matrix(rows: strips[i].count, columns: x.columns)
            for range in across {
                let block = kernel.block(rows: strips[i], columns: range)
                sum.add(.plain(block), .plain(x.rowBlock(range)))
                try checkTile(block, rows: strips[i], columns: range, product: sum)
            }
            return sum
        }
        var result = Matrix(rows: rows, columns: x.columns)
        for (range, part) in zip(strips, parts) { result.addRows(part, from: range.lowerBound) }
        return result
    }
}
