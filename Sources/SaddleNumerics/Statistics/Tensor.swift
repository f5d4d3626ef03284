/// An array of numbers with any number of axes, last axis fastest (C order, as in `.npy` files).
public struct Tensor: Sendable, Equatable {
    /// Length of each axis; empty for a single number.
    public var shape: [Int]
    /// In C order.
    public var elements: [Double]

    /// Numbers in C order, as many as the shape has.
    public init(shape: [Int], elements: [Double]) {
        precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements for shape \(shape)")
        self.shape = shape
        self.elements = elements
    }

    /// Zeros.
    public init(shape: [Int]) {
        self.init(shape: shape, elements: [Double](repeating: 0, count: shape.reduce(1, *)))
    }

    /// A matrix as rows × columns.
    public init(_ matrix: Matrix) {
        self.init(shape: [matrix.rows, matrix.columns], elements: matrix.transposed.elements)
    }

    /// The element at the given position, one index an axis.
    public subscript(_ indices: Int...) -> Double {
        get { elements[offset(indices)] }
        set { elements[offset(indices)] = newValue }
    }

    private func offset(_ indices: [Int]) -> Int {
        precondition(indices.count == shape.count, "\(indices.count) indices for shape \(shape)")
        return zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }
    }
}
