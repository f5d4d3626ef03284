import Numerics

/// The Gauss–Legendre rule: exact for polynomials of degree 2n − 1 on [−1, 1].
///
/// Nodes are roots of the Legendre polynomial by Newton's method from Tricomi's estimate; nodes and weights to a few units in the
/// last place for n up to hundreds.
public struct GaussLegendre: Sendable {
    /// Ascending.
    public let nodes: [Double]
    /// One for each node; their sum is 2.
    public let weights: [Double]

    /// The rule with `count` nodes, at least one.
    public init(_ count: Int) {
        precondition(count >= 1, "\(count) nodes")
        let n = Double(count)
        var pairs: [(Double, Double)] = []
        for k in 1...count {
            var x = -(1 - 1 / (8 * n * n) + 1 / (8 * n * n * n)) * Double.cos(.pi * (4 * Double(k) - 1) / (4 * n + 2))
            var slope = 0.0
            for _ in 0..<10 {
                var (p, previous) = (x, 1.0)
                for j in stride(from: 2, through: count, by: 1) {
                    (p, previous) = ((Double(2 * j - 1) * x * p - Double(j - 1) * previous) / Double(j), p)
                }
                slope = n * (previous - x * p) / (1 - x * x)
                let step = p / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            pairs.append((x, 2 / ((1 - x * x) * slope * slope)))
        }
        nodes = pairs.map(\.0)
        weights = pairs.map(\.1)
    }
}
