import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Nodes and normalised Hermite polynomials for Gaussian averages by the trapezoidal rule.
///
///     E f(u) heₙ(u) ≈ Σ_k w_k f(u_k) heₙ(u_k),   u_k = kh,   |u_k| ≤ 13,   w = h e^{−u²/2}/√(2π)
///
/// For a function without singularity in |Im u| < τ the error falls like e^{−2πτ/h}: faster than Gauss–Hermite quadrature with as
/// many nodes, and without its high-order nodes far out, where the weight has underflowed.
struct HermiteGrid: Sendable {
    /// u_k: all of them, or those with u ≥ 0 if symmetry gives the rest.
    let nodes: [Double]
    /// w_k, doubled for u > 0 in the second case.
    let weights: [Double]
    /// Nodes × orders: w_k heₙ(u_k).
    let basis: Matrix

    static let reach = 13.0

    init(spacing h: Double, isHalved: Bool, orders: [Int]) {
        let last = Int((Self.reach / h).rounded(.down))
        let nodes = ((isHalved ? 0 : -last)...last).map { Double($0) * h }
        let weights = nodes.map { u in
            (isHalved && u > 0 ? 2 : 1) * h * exp(-0.5 * u * u) / (2 * Double.pi).squareRoot()
        }
        var basis = Matrix(rows: nodes.count, columns: 0)
        basis.elements.reserveCapacity(nodes.count * orders.count)
        // w·he by the recursion √(n+1) heₙ₊₁ = u heₙ − √n heₙ₋₁
        var previous = [Double](repeating: 0, count: nodes.count), current = weights
        var order = 0
        for wanted in orders {
            while order < wanted {
                let a = Double(order).squareRoot(), b = 1 / Double(order + 1).squareRoot()
                for k in nodes.indices {
                    let next = (nodes[k] * current[k] - a * previous[k]) * b
                    previous[k] = current[k]
                    current[k] = next
                }
                order += 1
            }
            basis.appendColumns(of: Matrix(rows: nodes.count, columns: 1, elements: current))
        }
        self.nodes = nodes
        self.weights = weights
        self.basis = basis
    }
}
