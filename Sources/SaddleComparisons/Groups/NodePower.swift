import SaddleModels
import SaddleTheory

/// How the weights of a node share their power among the representations of a group.
package struct NodePower: Sendable {
    /// Of each nontrivial representation, as shares of |w|²; what is missing to 1 is the trivial one's.
    package let shares: [Double]

    package init(_ weights: some Collection<Double>, _ group: FiniteGroup, _ irreducibles: [Irreducible]) {
        let w = Array(weights), m = group.order
        let size = w.reduce(0) { $0 + $1 * $1 }
        shares = irreducibles.map { ($0.power(of: w[..<m], group) + $0.power(of: w[m...], group)) / size }
    }

    /// The strongest of them.
    package var strongest: Int { shares.indices.max { shares[$0] < shares[$1] } ?? 0 }
    package var purity: Double { shares.max() ?? 0 }
}
