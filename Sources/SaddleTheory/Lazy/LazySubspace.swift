import SaddleModels
import SaddleNumerics

/// Training in a random subspace of d dimensions where features do not move: descent with the kernel that the subspace leaves of the tangent kernel K,
///
///     K_d = (1/d) K^½ G Gᵀ K^½,     G normal, P × d                (Wishart, of rank min(P, d); K itself for d → ∞)
///
/// with the learning rate scaled by λ_max(K)/λ_max(K_d), as ``SubspaceTraining`` does. A problem can be solved exactly once d reaches the rank of K, and nearly so once it reaches that of the
/// part of K that the labels see.
public struct LazySubspace: Sendable {
    private let root: Matrix
    private let largest: Double
    private let labels: Matrix
    private let training: Training

    /// - Parameters:
    ///   - kernel: K, P × P.
    ///   - labels: P × C; outputs start at zero, and every output sees a subspace of its own.
    /// - Throws: where eigenvalues do not converge.
    public init(kernel: Matrix, labels: Matrix, training: Training) throws(FactorizationError) {
        precondition(training.isPlainDescent && training.loss == .squared, "\(training)")
        let (values, vectors) = try kernel.symmetricEigen()
        // Rounding may leave an eigenvalue of a positive matrix below zero.
        let roots = values.map { max($0, 0).squareRoot() }
        var scaled = vectors
        scaled.scaleColumns(by: roots)
        (root, largest, self.labels, self.training) = (scaled, values.last!, labels, training)
    }

    /// The training loss after the last step; of direct training for nil.
    ///
    /// - Throws: where eigenvalues do not converge.
    public func loss(dimension: Int?, seed: Int) throws(FactorizationError) -> Double {
        let p = labels.rows
        var total = 0.0
        for c in 0..<labels.columns {
            var kernel = Matrix.product(.plain(root), root.ᵀ)
            if let dimension {
                var stream = RandomStream(seed: seed, .probe, 5, dimension, c)
                let seen = root * stream.normals(rows: p, columns: dimension)
                kernel = Matrix.product(.plain(seen), seen.ᵀ, scale: 1 / Double(dimension))
            }
            let (values, vectors) = try kernel.symmetricEigen()
            let factor = largest / values.last!
            for k in 0..<p {
                let part = (0..<p).reduce(0) { $0 + vectors[$1, k] * labels[$1, c] }
                let left = (0..<training.steps).reduce(1.0) {
                    $0 * (1 - training.rate(at: $1) * factor * max(values[k], 0) / Double(p))
                }
                total += part * part * left * left
            }
        }
        return total / Double(2 * p)
    }
}
