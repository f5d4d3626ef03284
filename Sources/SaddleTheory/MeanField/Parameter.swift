import SaddleModels
import SaddleNumerics

/// Something the optimiser moves: explicit weights, or the learnt part M of a conditioned matrix, whose orthonormal
/// coordinates let the same rule act on it as on W.
struct Parameter: Sendable {
    private(set) var value: Matrix
    private var velocity: Matrix?

    init(_ value: Matrix) { self.value = value }

    /// One step of the optimiser; `descent` is −γ₀²N ∇ℒ in these coordinates.
    ///
    ///     v ← βv − descent + λθ,   θ ← θ − ηv      (Nesterov: θ ← θ − η(βv − descent + λθ))
    mutating func step(_ descent: Matrix, rate: Double, _ training: Training) {
        if training.momentum == 0 {
            value.scale(by: 1 - rate * training.weightDecay)
            value.add(descent, scale: rate)
            return
        }
        var gradient = value
        gradient.scale(by: training.weightDecay)
        gradient.add(descent, scale: -1)
        var v = velocity ?? Matrix(rows: value.rows, columns: value.columns)
        v.scale(by: training.momentum)
        v.add(gradient)
        if training.usesNesterov {
            value.add(gradient, scale: -rate)
            value.add(v, scale: -rate * training.momentum)
        } else {
            value.add(v, scale: -rate)
        }
        velocity = v
    }

    /// Appends zero rows and columns.
    mutating func grow(rows: Int, columns: Int) {
        value = value.padded(rows: rows, columns: columns)
        velocity = velocity?.padded(rows: rows, columns: columns)
    }

    /// Keeps the leading block; used after points that do not act back.
    mutating func replaceValue(with matrix: Matrix) { value = matrix }
}
