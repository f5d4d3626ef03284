import SaddleNumerics

/// How tiles of a kernel are kept between products.
public enum TilePrecision: Sendable {
    /// Entries as they are evaluated.
    case double
    /// Half the memory. Entries are rounded to a relative 2⁻²⁴ = 6e-8; eigenvalues move by no more than that times the root of the sum of
    /// squared entries, usually by about 6e-8·√n times the diagonal. Modes below have no meaning.
    case single

    /// Relative error of a kept entry, 0 if it is kept as it is.
    var rounding: Double { self == .single ? 0x1p-24 : 0 }
    var bytes: Int { self == .single ? 4 : 8 }
}

/// A tile as it is kept.
enum StoredTile: Sendable {
    case double(Matrix)
    case single(rows: Int, columns: Int, elements: [Float])

    init(_ tile: Matrix, _ precision: TilePrecision) {
        switch precision {
        case .double: self = .double(tile)
        case .single: self = .single(rows: tile.rows, columns: tile.columns, elements: tile.elements.map(Float.init))
        }
    }

    var matrix: Matrix {
        switch self {
        case .double(let tile): tile
        case .single(let rows, let columns, let elements):
            Matrix(
                rows: rows, columns: columns,
                elements: [Double](unsafeUninitializedCapacity: elements.count) { out, count in
                    elements.withUnsafeBufferPointer { for i in 0..<$0.count { out[i] = Double($0[i]) } }
                    count = elements.count
                })
        }
    }
}

extension Matrix {
    /// Copies of the given rows.
    func rowBlock(_ range: Range<Int>) -> Matrix {
        Matrix(
            rows: range.count, columns: columns,
            elements: [Double](unsafeUninitializedCapacity: range.count * columns) { out, count in
                for j in 0..<columns {
                    for i in 0..<range.count { out[j * range.count + i] = elements[j * rows + range.lowerBound + i] }
                }
                count = range.count * columns
            })
    }

    /// Adds `block` to the rows from `first` on.
    mutating func addRows(_ block: Matrix, from first: Int) {
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            for j in 0..<block.columns { for i in 0..<block.rows { a[j * n + first + i] += block.elements[j * block.rows + i] } }
        }
    }
}

/// Refuses entries that are not finite; looks at single entries only where a product shows that there are some.
func checkTile(_ tile: Matrix, rows: Range<Int>, columns: Range<Int>, product: Matrix) throws {
    if product.elements.allSatisfy(\.isFinite) { return }
    for j in 0..<tile.columns {
        for i in 0..<tile.rows where !tile[i, j].isFinite {
            throw SemidefiniteError.notFinite(row: rows.lowerBound + i, column: columns.lowerBound + j, value: tile[i, j])
        }
    }
}

/// 0 ..< count in ranges of at most `size`.
func tiles(_ count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
