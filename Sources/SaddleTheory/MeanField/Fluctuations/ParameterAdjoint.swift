import SaddleModels
import SaddleNumerics

/// Derivatives of a scalar with respect to a ``Parameter`` and its velocity, carried backwards through the optimiser.
struct ParameterAdjoint: Sendable {
    var value: Matrix
    private var velocity: Matrix

    init(rows: Int, columns: Int) {
        value = Matrix(rows: rows, columns: columns)
        velocity = value
    }

    /// Undoes one step: on entry derivatives with respect to θ and v after it, on exit before it.
    ///
    /// With u = βv − descent + λθ the plain step is v ← u, θ ← θ − ηu; Nesterov's is θ ← θ − η(βu + λθ − descent).
    ///
    /// - Returns: the derivative with respect to the descent direction.
    mutating func reverseStep(rate η: Double, _ training: Training) -> Matrix {
        var pull = velocity  // with respect to λθ − descent
        if training.usesNesterov && training.momentum != 0 {
            velocity.add(value, scale: -η * training.momentum)
            pull = velocity
            pull.add(value, scale: -η)
        } else {
            pull.add(value, scale: -η)
            velocity = pull
        }
        velocity.scale(by: training.momentum)
        value.add(pull, scale: training.weightDecay)
        pull.scale(by: -1)
        return pull
    }

    /// Keeps the leading block: what lies beyond it did not exist earlier.
    mutating func shrink(rows: Int, columns: Int) {
        value = value.leading(rows: rows, columns: columns)
        velocity = velocity.leading(rows: rows, columns: columns)
    }
}
