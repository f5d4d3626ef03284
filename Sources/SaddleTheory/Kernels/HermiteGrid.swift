import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Nodes for Gaussian averages by the trapezoidal rule.
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

    static let reach = 13.0

    init(spacing h: Double, isHalved: Bool) {
        let last = Int((Self.reach / h).rounded(.down))
        nodes = ((isHalved ? 0 : -last)...last).map { Double($0) * h }
        weights = nodes.map { u in
            (isHalved && u > 0 ? 2 : 1) * h * exp(-0.5 * u * u) / (2 * Double.pi).squareRoot()
        }
    }

    /// Nodes × orders: w_k heₙ(u_k), for ascending orders.
    func basis(orders: [Int]) -> Matrix {
        var polynomials = WeightedHermite(self), elements: [Double] = []
        elements.reserveCapacity(nodes.count * orders.count)
        for order in orders {
            while polynomials.order < order { polynomials.advance() }
            elements += polynomials.values
        }
        return Matrix(rows: nodes.count, columns: orders.count, elements: elements)
    }
}

/// w_k heₙ(u_k), one order after the other: √(n+1) heₙ₊₁ = u heₙ − √n heₙ₋₁, he₀ = 1.
struct WeightedHermite {
    private let nodes: [Double]
    private var previous: [Double]
    private(set) var values: [Double]
    private(set) var order = 0

    init(_ grid: HermiteGrid) { self.init(nodes: grid.nodes, weights: grid.weights) }

    init(nodes: [Double], weights: [Double]) {
        self.nodes = nodes
        previous = [Double](repeating: 0, count: nodes.count)
        values = weights
    }

    mutating func advance() {
        let a = Double(order).squareRoot(), b = 1 / Double(order + 1).squareRoot()
        for k in nodes.indices { previous[k] = (nodes[k] * values[k] - a * previous[k]) * b }
        swap(&previous, &values)
        order += 1
    }

    /// Σ_k w_k heₙ(u_k) f_k
    func average(_ f: [Double]) -> Double {
        var sums = SIMD4<Double>.zero
        let whole = nodes.count - nodes.count % 4
        for k in stride(from: 0, to: whole, by: 4) {
            let a = SIMD4<Double>(values[k], values[k + 1], values[k + 2], values[k + 3])
            let b = SIMD4<Double>(f[k], f[k + 1], f[k + 2], f[k + 3])
            sums += a * b
        }
        return (whole..<nodes.count).reduce(sums.sum()) { $0 + values[$1] * f[$1] }
    }
}
