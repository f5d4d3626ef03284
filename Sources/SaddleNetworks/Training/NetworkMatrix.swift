import SaddleModels
import SaddleNumerics

/// A matrix in the precision of a training, column by column: a field (N × samples) or a parameter. It has the operations of
/// training alone and keeps its buffer.
struct NetworkMatrix<Number: NetworkNumber>: Sendable {
    private(set) var rows: Int
    private(set) var columns: Int
    var elements: [Number]

    init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        elements = Number.zeros(rows * columns)
    }

    init(_ matrix: Matrix) {
        (rows, columns) = (matrix.rows, matrix.columns)
        elements = Number.numbers(matrix.elements)
    }

    var doubles: Matrix { Matrix(rows: rows, columns: columns, elements: Number.doubles(elements)) }

    /// The elements of a matrix of the same shape.
    mutating func copy(_ matrix: Matrix) {
        require(matrix.rows, matrix.columns)
        Number.convert(matrix.elements, into: &elements)
    }

    /// The given groups of `size` columns of `other`, in that order.
    mutating func copyColumns(_ chosen: ArraySlice<Int>, of other: NetworkMatrix, size: Int) {
        precondition(
            rows == other.rows && columns == chosen.count * size,
            "\(chosen.count) × \(size) columns of \(other.rows) numbers for \(rows)×\(columns)")
        let length = rows * size
        for (j, group) in chosen.enumerated() {
            for i in 0..<length { elements[j * length + i] = other.elements[group * length + i] }
        }
    }

    mutating func reshape(rows: Int, columns: Int) {
        precondition(rows * columns == elements.count, "\(self.rows)×\(self.columns) numbers as \(rows)×\(columns)")
        (self.rows, self.columns) = (rows, columns)
    }

    func copy(into matrix: inout Matrix) {
        require(matrix.rows, matrix.columns)
        Number.convert(elements, into: &matrix.elements)
    }

    /// `self ← scale · a·b + keeping · self`; what `self` holds does not matter if `keeping` is 0.
    mutating func add(_ a: Factor, _ b: Factor, scale: Double, keeping: Double) {
        precondition(
            a.columns == b.rows && rows == a.rows && columns == b.columns,
            "(\(a.rows)×\(a.columns))·(\(b.rows)×\(b.columns)) into \(rows)×\(columns)")
        Number.multiply(
            a.matrix.elements, isTransposed: a.isTransposed, b.matrix.elements, isTransposed: b.isTransposed, rows, columns,
            a.columns, scale: scale, keeping: keeping, into: &elements)
    }

    /// `self ← self + scale · other`
    mutating func add(_ other: NetworkMatrix, scale: Double = 1) {
        require(other.rows, other.columns)
        Number.add(other.elements, scale: scale, to: &elements)
    }

    mutating func multiplyElements(by other: NetworkMatrix) {
        require(other.rows, other.columns)
        Number.multiplyElements(of: &elements, by: other.elements)
    }

    /// `self ← φ(x)`
    mutating func setValues(of activation: Activation, at x: NetworkMatrix) {
        require(x.rows, x.columns)
        Number.activate(x.elements, by: activation, value: &elements)
    }

    /// `self ← φ(x)`, `slopes ← φ′(x)`
    mutating func setValues(of activation: Activation, at x: NetworkMatrix, slopes: inout NetworkMatrix) {
        require(x.rows, x.columns)
        slopes.require(x.rows, x.columns)
        Number.activate(x.elements, by: activation, value: &elements, slope: &slopes.elements)
    }

    /// `scale · selfᵀ·self`
    func gram(scale: Double) -> Matrix { Number.gram(elements, rows, columns, scale: scale) }

    func require(_ rows: Int, _ columns: Int) {
        precondition(rows == self.rows && columns == self.columns, "\(rows)×\(columns) for \(self.rows)×\(self.columns)")
    }

    /// The matrix as it is, or transposed, in a product.
    struct Factor {
        let matrix: NetworkMatrix
        let isTransposed: Bool
        var rows: Int { isTransposed ? matrix.columns : matrix.rows }
        var columns: Int { isTransposed ? matrix.rows : matrix.columns }
    }

    var plain: Factor { Factor(matrix: self, isTransposed: false) }
    var ᵀ: Factor { Factor(matrix: self, isTransposed: true) }
}
