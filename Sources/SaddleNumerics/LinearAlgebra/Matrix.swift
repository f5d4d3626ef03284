import CSaddle

/// A dense real matrix, stored column by column.
///
/// Fields of the theory are `sites × samples` and bases `sites × directions`, so a sample or a direction is contiguous
/// and a basis grows by appending. Data are `samples × features`, as everywhere in this package.
public struct Matrix: Sendable, Equatable {
    public private(set) var rows: Int
    public private(set) var columns: Int
    /// Column-major elements, `rows · columns` of them.
    public var elements: [Double]

    /// A matrix of these elements, column by column.
    ///
    /// - Precondition: `rows · columns` elements.
    public init(rows: Int, columns: Int, elements: [Double]) {
        precondition(
            rows >= 0 && columns >= 0 && elements.count == rows * columns,
            "\(elements.count) elements for a \(rows)×\(columns) matrix")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// A matrix of equal elements.
    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(rows: rows, columns: columns, elements: [Double](repeating: value, count: rows * columns))
    }

    /// Element (i, j) is `element(i, j)`.
    public init(rows: Int, columns: Int, _ element: (Int, Int) -> Double) {
        self.init(rows: rows, columns: columns)
        for j in 0..<columns { for i in 0..<rows { self[i, j] = element(i, j) } }
    }

    /// The identity of the given order.
    public static func identity(_ order: Int) -> Matrix { Matrix(rows: order, columns: order) { $0 == $1 ? 1 : 0 } }

    /// Element (row, column), from 0.
    @inlinable public subscript(row: Int, column: Int) -> Double {
        get { elements[column * rows + row] }
        set { elements[column * rows + row] = newValue }
    }

    /// The transpose, as a copy; ``ᵀ`` copies nothing.
    public var transposed: Matrix {
        if rows == 1 || columns == 1 { return Matrix(rows: columns, columns: rows, elements: elements) }
        let turned = [Double](unsafeUninitializedCapacity: elements.count) { out, initialized in
            sd_transpose(rows, columns, elements, rows, out.baseAddress, columns)
            initialized = elements.count
        }
        return Matrix(rows: columns, columns: rows, elements: turned)
    }

    /// Whether no element is infinite or not a number.
    public var isFinite: Bool { sd_all_finite(elements.count, elements) != 0 }

    /// Writes the elements row by row into `values`, from number `start` on.
    public func writeRows(into values: inout [Double], at start: Int) {
        precondition(
            start >= 0 && start + elements.count <= values.count, "\(elements.count) numbers from \(start) of \(values.count)")
        values.withUnsafeMutableBufferPointer { out in
            guard let base = out.baseAddress else { return }
            sd_transpose(rows, columns, elements, rows, base + start, columns)
        }
    }

    /// The given columns, in that order.
    public func selectingColumns(_ chosen: some Sequence<Int>) -> Matrix {
        var picked: [Double] = []
        var count = 0
        for j in chosen {
            picked += elements[j * rows..<(j + 1) * rows]
            count += 1
        }
        return Matrix(rows: rows, columns: count, elements: picked)
    }

    /// The given rows, in that order.
    public func selectingRows(_ chosen: [Int]) -> Matrix {
        precondition(chosen.allSatisfy { (0..<rows).contains($0) }, "row \(chosen.max() ?? 0) of \(rows)")
        let picked = [Double](unsafeUninitializedCapacity: chosen.count * columns) { out, initialized in
            elements.withUnsafeBufferPointer { a in
                var next = 0
                for j in 0..<columns {
                    for i in chosen {
                        out[next] = a[j * rows + i]
                        next += 1
                    }
                }
            }
            initialized = chosen.count * columns
        }
        return Matrix(rows: chosen.count, columns: columns, elements: picked)
    }

    /// Appends the columns of `other`; amortised cost is that of copying them.
    public mutating func appendColumns(of other: Matrix) {
        precondition(other.rows == rows, "appending columns of length \(other.rows) to a matrix with \(rows) rows")
        elements += other.elements
        columns += other.columns
    }

    /// Keeps the first `count` columns.
    public mutating func truncateColumns(to count: Int) {
        precondition(count <= columns, "cannot keep \(count) of \(columns) columns")
        elements.removeLast((columns - count) * rows)
        columns = count
    }

    /// The leading block of the given shape.
    public func leading(rows newRows: Int, columns newColumns: Int) -> Matrix {
        if newRows == rows && newColumns == columns { return self }
        precondition(newRows <= rows && newColumns <= columns, "no \(newRows)×\(newColumns) block in \(rows)×\(columns)")
        if newRows == rows { return Matrix(rows: rows, columns: newColumns, elements: Array(elements[..<(rows * newColumns)])) }
        return Matrix(rows: newRows, columns: newColumns) { self[$0, $1] }
    }

    /// The last `count` columns.
    public func trailingColumns(_ count: Int) -> Matrix {
        precondition(count <= columns, "no \(count) of \(columns) columns")
        return Matrix(rows: rows, columns: count, elements: Array(elements[(columns - count) * rows..<columns * rows]))
    }

    /// Adds column j of `other` to column `places[j]`.
    public mutating func addColumns(_ other: Matrix, at places: [Int]) {
        precondition(other.rows == rows && other.columns == places.count, "\(other.columns) columns for \(places.count) places")
        for (j, place) in places.enumerated() { for i in 0..<rows { self[i, place] += other[i, j] } }
    }

    /// The matrix with zero rows and columns appended, so that it has the given shape.
    public func padded(rows newRows: Int, columns newColumns: Int) -> Matrix {
        if newRows == rows && newColumns == columns { return self }
        precondition(newRows >= rows && newColumns >= columns, "cannot pad \(rows)×\(columns) to \(newRows)×\(newColumns)")
        var result = Matrix(rows: newRows, columns: newColumns)
        for j in 0..<columns {
            for i in 0..<rows { result.elements[j * newRows + i] = elements[j * rows + i] }
        }
        return result
    }

    /// Multiplies row i by `factors[i]`.
    public mutating func scaleRows(by factors: [Double]) {
        precondition(factors.count == rows, "\(factors.count) factors for \(rows) rows")
        let (n, m) = (rows, columns)
        elements.withUnsafeMutableBufferPointer { a in
            factors.withUnsafeBufferPointer { w in
                for j in 0..<m { for i in 0..<n { a[j * n + i] *= w[i] } }
            }
        }
    }

    /// Multiplies column j by `factors[j]`.
    public mutating func scaleColumns(by factors: [Double]) {
        precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            for j in factors.indices { for i in 0..<n { a[j * n + i] *= factors[j] } }
        }
    }

    /// The elementwise product, in place.
    public mutating func multiplyElements(by other: Matrix) {
        precondition(
            rows == other.rows && columns == other.columns,
            "elementwise product of \(rows)×\(columns) and \(other.rows)×\(other.columns)")
        let n = elements.count
        elements.withUnsafeMutableBufferPointer { a in
            other.elements.withUnsafeBufferPointer { b in for i in 0..<n { a[i] *= b[i] } }
        }
    }

    /// The matrix with the rows of `other` below its own.
    public func appendingRows(of other: Matrix) -> Matrix {
        precondition(other.columns == columns, "stacking \(columns) and \(other.columns) columns")
        var stacked: [Double] = []
        stacked.reserveCapacity(elements.count + other.elements.count)
        for j in 0..<columns {
            stacked += elements[j * rows..<(j + 1) * rows]
            stacked += other.elements[j * other.rows..<(j + 1) * other.rows]
        }
        return Matrix(rows: rows + other.rows, columns: columns, elements: stacked)
    }
}
