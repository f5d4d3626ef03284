import SaddleModels
import SaddleNumerics

/// Gradient descent of a committee, closed in (M, w̄): exact at every width, and at N = ∞ from M = 1, w̄ = 0.
///
///     c = ⟨r x⟩,  S = ⟨r xxᵀ⟩,  κ = 2η/α,  G = 1 − κεS,  u = Gw̄
///     w̄ ← u − κc,     M ← GMG − κ(ucᵀ + cuᵀ) + κ²ccᵀ
///
/// ⟨·⟩ is the mean over the training samples, or over all inputs: then c = a/D and S = (2A + tr A)/2D² for r = a·x + ½xᵀAx.
public struct CommitteeDescent: Sendable {
    /// Sizes, scales and learning rate.
    public let task: CommitteeTask
    /// The samples that are trained on, and the target's direction β.
    public let draw: CommitteeTask.Draw
    /// M and w̄ after the steps taken.
    public private(set) var state: CommitteeState
    /// M and w̄ before the first step.
    public let initial: CommitteeState
    /// Of the whole population in place of the samples.
    private let isPopulation: Bool
    private var weighted: Matrix
    private var product: Matrix

    /// Before its first step.
    ///
    /// - Parameters:
    ///   - state: M and w̄ of a finite network; nil: of infinitely many units.
    ///   - isPopulation: whether steps are taken on all inputs in place of the samples.
    public init(
        _ task: CommitteeTask, _ draw: CommitteeTask.Draw, from state: CommitteeState? = nil,
        onAllInputs isPopulation: Bool = false
    ) {
        (self.task, self.draw, self.isPopulation) = (task, draw, isPopulation)
        initial = state ?? .infinitelyWide(dimension: task.dimension)
        self.state = initial
        weighted = draw.inputs
        product = Matrix(rows: task.dimension, columns: task.dimension)
    }

    /// f − y as a function of x, at this step.
    public var residual: QuadraticForm { state.residual(task, direction: draw.direction, initial: initial) }

    /// The mean of (f − y)² over all inputs.
    public var testLoss: Double { residual.meanSquare }

    /// One step.
    ///
    /// - Returns: the loss before it: the mean of (f − y)² over what it is taken on.
    @discardableResult
    public mutating func step() -> Double {
        let r = residual, d = task.dimension
        if isPopulation {
            let loss = r.meanSquare
            move(r.linear.map { $0 / Double(d) }, r.secondMoment)
            return loss
        }
        let values = r.values(at: draw.inputs), p = values.count
        weighted.elements = draw.inputs.elements
        weighted.scaleRows(by: values.map { $0 / Double(p) })
        let mean = (0..<d).map { j in weighted.elements[j * p..<(j + 1) * p].reduce(0, +) }
        product.add(weighted.ᵀ, .plain(draw.inputs), keeping: 0)
        move(mean, product)
        return values.reduce(0) { $0 + $1 * $1 } / Double(p)
    }

    /// The mean of (f − y)² over the samples.
    public var trainLoss: Double {
        residual.values(at: draw.inputs).reduce(0) { $0 + $1 * $1 } / Double(draw.inputs.rows)
    }

    private mutating func move(_ c: [Double], _ second: Matrix) {
        let κ = 2 * task.learningRate / task.alpha, d = task.dimension
        var g = second
        g.scale(by: -κ * task.epsilon)
        for i in 0..<d { g[i, i] += 1 }
        let u = (g * Matrix(rows: d, columns: 1, elements: state.mean)).elements
        var moment = (g * state.secondMoment) * g
        for j in 0..<d {
            for i in 0..<d { moment[i, j] += κ * (κ * c[i] * c[j] - u[i] * c[j] - c[i] * u[j]) }
        }
        // Rounding must not make it drift from symmetry.
        for j in 0..<d {
            for i in 0..<j {
                let mean = (moment[i, j] + moment[j, i]) / 2
                (moment[i, j], moment[j, i]) = (mean, mean)
            }
        }
        state = CommitteeState(secondMoment: moment, mean: (0..<d).map { u[$0] - κ * c[$0] })
    }
}
