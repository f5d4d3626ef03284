/// A matrix known by its products with vectors.
public protocol LinearOperator: Sendable {
    /// Numbers of a vector after the product.
    var rows: Int { get }
    /// Numbers of a vector before it.
    var columns: Int { get }
    /// The product with a matrix of `columns` rows: several vectors at once, which costs little more than one.
    func apply(_ x: Matrix) throws -> Matrix
}

extension Matrix: LinearOperator {
    public func apply(_ x: Matrix) -> Matrix { self * x }
}
