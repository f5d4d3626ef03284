import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How gradients grow along a window: the Jacobians of a network at its states, and their products.
///
/// Drawn to the data with strength α, a gradient that goes back t steps is multiplied by (1 − α)ᵗ J_t ⋯ J_1. With F linear and normal of norm σ it is bounded for all t where (1 − α)σ ≤ 1, that is α ≥ 1 − 1/σ, and only there.
public struct JacobianGrowth: Sendable {
    /// max over times of the largest singular value of J_t.
    public let largestNorm: Double
    /// log ‖J_t ⋯ J_1‖ for t = 1, 2, …
    public let logNorms: [Double]

    /// Growth along a window whose Jacobians are given in the order of time; at least one.
    ///
    /// - Throws: where singular values do not converge.
    public init(_ jacobians: [Matrix]) throws {
        precondition(!jacobians.isEmpty, "no Jacobians")
        var product = Matrix.identity(jacobians[0].rows), (total, largest) = (0.0, 0.0), logs: [Double] = []
        for jacobian in jacobians {
            largest = max(largest, try jacobian.norm())
            product = jacobian * product
            let norm = try product.norm()
            total += log(norm)
            logs.append(total)
            // A product that vanishes stays zero.
            if norm == 0 { break }
            product.scale(by: 1 / norm)
        }
        (largestNorm, logNorms) = (largest, logs + [Double](repeating: -.infinity, count: jacobians.count - logs.count))
    }

    /// ‖J_T ⋯ J_1‖^{1/T}
    public var meanNorm: Double { exp(logNorms.last! / Double(logNorms.count)) }
}

extension Matrix {
    /// The largest singular value.
    fileprivate func norm() throws -> Double { try singularValueDecomposition().values[0] }
}
