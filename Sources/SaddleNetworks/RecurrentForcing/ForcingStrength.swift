/// How strongly a network is drawn to the data while it is trained.
public enum ForcingStrength: Sendable, Equatable {
    /// α from the first update to the last.
    case fixed(Double)
    /// From 1 by a thousandth every update, down to this value.
    case annealed(to: Double)
    /// 1 − 1/σ with σ from the Jacobians along the windows of a batch, never falling faster than by a thousandth an update from 1, and never below the least.
    case estimated(Estimator, least: Double)

    /// What σ is.
    public enum Estimator: String, Sendable, CaseIterable {
        /// The largest norm of any Jacobian of the batch: no gradient grows, ever.
        case maximum
        /// The largest of ‖J_T ⋯ J_1‖^{1/T}: no gradient has grown after a whole window.
        case geometric
    }

    /// Factor of α from one update to the next, while it falls.
    static let annealing = 0.999

    /// α at which gradients of norm σ a step do not grow.
    public static func bound(norm σ: Double) -> Double { σ > 1 ? 1 - 1 / σ : 0 }
}
