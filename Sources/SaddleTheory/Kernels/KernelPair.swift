import SaddleNumerics

/// The kernels of a network between two sets of prepared points, dense or block by block.
public struct KernelPair: Sendable {
    let recursion: KernelRecursion
    let rows: KernelPoints
    let columns: KernelPoints
    let isSymmetric: Bool
    /// The duals of layers 1 … L.
    let duals: [DualPair]

    init(_ recursion: KernelRecursion, rows: KernelPoints, columns: KernelPoints, isSymmetric: Bool) {
        precondition(rows.dimension == columns.dimension, "inputs of dimensions \(rows.dimension) and \(columns.dimension)")
        precondition(
            rows.layers.count == recursion.hiddenLayers && columns.layers.count == recursion.hiddenLayers,
            "points prepared for another network")
        self.recursion = recursion
        self.rows = rows
        self.columns = columns
        self.isSymmetric = isSymmetric
        duals = zip(rows.layers, columns.layers).map { DualPair($0, $1) }
    }

    /// One of the kernels, for products block by block.
    public func blocks(_ kind: KernelKind) -> KernelView { KernelView(pair: self, kind: kind) }

    /// One of the kernels, dense.
    public func matrix(_ kind: KernelKind) -> Matrix { dense([kind])[0] }

    /// Both kernels, dense, in one pass.
    public func matrices() -> (nngp: Matrix, ntk: Matrix) {
        let both = dense([.nngp, .ntk])
        return (both[0], both[1])
    }

    /// Tiles in parallel; of a symmetric kernel those with row ≤ column only.
    private func dense(_ kinds: [KernelKind]) -> [Matrix] {
        let (n, m) = (rows.count, columns.count)
        var second: [Double] = []
        let first = [Double](unsafeUninitializedCapacity: n * m) { first, initialized in
            second = [Double](unsafeUninitializedCapacity: kinds.count > 1 ? n * m : 0) { second, initialized in
                fill(kinds, [first.baseAddress!, second.baseAddress!].map(SharedBuffer.init))
                initialized = kinds.count > 1 ? n * m : 0
            }
            initialized = n * m
        }
        return kinds.indices.map { Matrix(rows: n, columns: m, elements: $0 == 0 ? first : second) }
    }

    private func fill(_ kinds: [KernelKind], _ results: [SharedBuffer]) {
        let (n, m, side) = (rows.count, columns.count, KernelTile.side)
        var places: [(row: Int, column: Int)] = []
        for j in stride(from: 0, to: m, by: side) {
            for i in stride(from: 0, to: isSymmetric ? j + 1 : n, by: side) { places.append((i, j)) }
        }
        let tiles = places
        Threads.forEach(tiles.count) { index in
            let (i, j) = tiles[index]
            let tile = KernelTile(
                self, rows: i..<min(i + side, n), columns: j..<min(j + side, m), kinds, upperOnly: isSymmetric && i == j)
            for (kind, result) in zip(kinds, results) {
                if i != j || !isSymmetric { tile.store(kind, at: result.start + j * n + i, stride: n) }
                if isSymmetric { tile.storeTransposed(kind, at: result.start + i * n + j, stride: n) }
                if i == j && isSymmetric { tile.storeUpper(kind, at: result.start + j * n + i, stride: n) }
            }
        }
    }
}

/// Memory that several threads write to, each its own part.
private struct SharedBuffer: @unchecked Sendable {
    let start: UnsafeMutablePointer<Double>
}

/// One kernel of a pair of point sets, evaluated when asked for.
public struct KernelView: KernelBlocks {
    /// The two sets of points, and the network whose kernels these are.
    public let pair: KernelPair
    /// Which kernel the blocks are of.
    public let kind: KernelKind

    public var rowCount: Int { pair.rows.count }
    public var columnCount: Int { pair.columns.count }

    /// On the calling thread.
    public func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= rowCount && columns.lowerBound >= 0 && columns.upperBound <= columnCount,
            "rows \(rows) and columns \(columns) of a \(rowCount)×\(columnCount) kernel")
        let (n, side) = (rows.count, KernelTile.side)
        let elements = [Double](unsafeUninitializedCapacity: n * columns.count) { out, initialized in
            for j in stride(from: columns.lowerBound, to: columns.upperBound, by: side) {
                for i in stride(from: rows.lowerBound, to: rows.upperBound, by: side) {
                    let tile = KernelTile(
                        pair, rows: i..<min(i + side, rows.upperBound), columns: j..<min(j + side, columns.upperBound), [kind],
                        upperOnly: false)
                    let start = out.baseAddress! + (j - columns.lowerBound) * n + (i - rows.lowerBound)
                    tile.store(kind, at: start, stride: n)
                }
            }
            initialized = n * columns.count
        }
        return Matrix(rows: n, columns: columns.count, elements: elements)
    }
}
