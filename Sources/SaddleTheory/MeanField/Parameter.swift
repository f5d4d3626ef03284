import SaddleModels
import SaddleNumerics

/// Something the optimiser moves: explicit weights, or the learnt part M of a conditioned matrix, whose orthonormal
/// coordinates let the same rule act on it as on W.
struct Parameter: Sendable {
    /// How a rule other than descent finds the parameter of a network in this one.
    struct Units: Sendable {
        let role: LayerRole
        var isBias = false
        /// G of ``Optimizer`` over `descent`.
        let gradient: Double
        /// c of ``Optimizer`` in these coordinates.
        let step: Double
        /// Rows of the matrix that the rule sees, of which this is another shape; nil: its own. One row: all rows here are equal.
        var rows: Int? = nil
    }

    private(set) var value: Matrix
    private var velocity: Matrix?
    /// Of a rule other than descent.
    private var state: OptimizerState?

    init(_ value: Matrix) { self.value = value }

    /// One step of the optimiser; `descent` is −γ₀²N ∇ℒ in these coordinates.
    ///
    ///     v ← βv − descent + λθ,   θ ← θ − ηv      (Nesterov: θ ← θ − η(βv − descent + λθ))
    ///
    /// or θ ← (1 − ηλ)θ + ηcu(G) (``Optimizer``).
    ///
    /// - Parameter units: nil for descent.
    /// - Throws: where singular values do not converge.
    mutating func step(_ descent: Matrix, rate: Double, _ training: Training, _ units: Units?) throws(FactorizationError) {
        if let units { return try step(descent, rate: rate, training, by: units) }
        descend(descent, rate: rate, training)
    }

    private mutating func descend(_ descent: Matrix, rate: Double, _ training: Training) {
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

    private mutating func step(
        _ descent: Matrix, rate: Double, _ training: Training, by units: Units
    ) throws(FactorizationError) {
        let (rows, columns) = (value.rows, value.columns)
        let isRow = units.rows == 1
        func seen(_ matrix: Matrix) -> Matrix {
            guard let count = units.rows else { return matrix }
            if isRow { return Matrix(rows: 1, columns: columns) { matrix[0, $1] } }
            return matrix.reshaped(rows: count, columns: rows * columns / count)
        }
        var gradient = seen(descent)
        gradient.scale(by: units.gradient)
        let λ = training.weightDecay, isCoupled = training.optimizer.decay == .coupled
        let rule = training.optimizer.rule(of: units.role, isBias: units.isBias)
        if isCoupled && λ != 0 { gradient.add(seen(value), scale: rule.action == .onEntries ? -λ : -λ / units.step) }
        var state = self.state ?? OptimizerState(training, units.role, isBias: units.isBias)
        self.state = nil
        let u = try state.update(of: gradient)
        self.state = state
        if !isCoupled { value.scale(by: 1 - rate * λ) }
        if isRow {
            value.add(.plain(Matrix(rows: rows, columns: 1, repeating: 1)), .plain(u), scale: rate * units.step)
        } else {
            value.add(u.reshaped(rows: rows, columns: columns), scale: rate * units.step)
        }
    }

    /// One step of the factor of the initial weights, which no gradient moves. Coupled decay under other rules than descent has none: its
    /// precondition is that the weights are held entry by entry.
    mutating func decay(rate: Double, _ training: Training) {
        if training.optimizer.isDescent {
            descend(Matrix(rows: value.rows, columns: value.columns), rate: rate, training)
        } else {
            value.scale(by: 1 - rate * training.weightDecay)
        }
    }

    /// Appends zero rows and columns.
    mutating func grow(rows: Int, columns: Int) {
        if rows == value.rows && columns == value.columns { return }
        value = value.padded(rows: rows, columns: columns)
        velocity = velocity?.padded(rows: rows, columns: columns)
        state?.grow(rows: rows, columns: columns)
    }

    /// Keeps the leading block; used after points that do not act back.
    mutating func replaceValue(with matrix: Matrix) { value = matrix }
}
