import Numerics
import SaddleModels
import SaddleNumerics

/// A committee whose tangent kernel stays what it was: descent in the linearised network, which is kernel regression in the end.
///
/// Its function stays a quadratic form, r(x) = r₀(x) − Σ_μ c_μ K(x, x_μ), so that the test loss is exact at every step.
public struct LazyCommittee: Sendable {
    private let task: CommitteeTask
    private let draw: CommitteeTask.Draw
    private let initial: CommitteeState
    private let start: QuadraticForm
    private let values: [Double]
    private let vectors: Matrix
    /// uᵀr₀ of each eigenvector of the kernel.
    private let components: [Double]

    /// - Throws: ``FactorizationError``.
    public init(_ task: CommitteeTask, _ draw: CommitteeTask.Draw, from state: CommitteeState? = nil) throws {
        (self.task, self.draw) = (task, draw)
        initial = state ?? .infinitelyWide(dimension: task.dimension)
        start = initial.residual(task, direction: draw.direction, initial: initial)
        (values, vectors) = try initial.tangentKernel(draw.inputs, epsilon: task.epsilon).symmetricEigen()
        let r = Matrix(rows: draw.labels.count, columns: 1, elements: start.values(at: draw.inputs))
        components = (vectors.ᵀ * r).elements
    }

    /// The η above which steps of the linearised network diverge: P over the largest eigenvalue of the kernel.
    public var largestLearningRate: Double { Double(draw.labels.count) / values.last! }

    /// The loss on the samples after so many steps.
    public func trainLoss(steps: Int) -> Double {
        zip(values, components).reduce(0) { sum, mode in
            let left = mode.1 * Double.pow(1 - rate(mode.0), steps)
            return sum + left * left
        } / Double(values.count)
    }

    /// The loss over all inputs after so many steps; nil: after all.
    public func testLoss(steps: Int?) -> Double { residual(steps: steps).meanSquare }

    /// f − y after so many steps; nil: that of kernel regression without ridge.
    public func residual(steps: Int?) -> QuadraticForm {
        let p = values.count, floor = 1e-13 * max(values.last!, 0) * Double(p)
        let weights = zip(values, components).map { λ, component in
            guard let steps else { return λ > floor ? component / λ : 0 }
            let z = rate(λ)
            // (1 − (1 − z)ᵗ)/λ, also where z is small.
            if λ <= floor { return component * Double(steps) * 2 * task.learningRate / Double(p) }
            return component / λ
                * (z < 0.5 ? -Double.expMinusOne(Double(steps) * Double.log(onePlus: -z)) : 1 - Double.pow(1 - z, steps))
        }
        let c = (vectors * Matrix(rows: p, columns: 1, elements: weights)).elements
        return removing(c)
    }

    /// r₀ − Σ_μ c_μ K(·, x_μ)
    private func removing(_ c: [Double]) -> QuadraticForm {
        let (x, ε, w) = (draw.inputs, task.epsilon, initial.mean), d = task.dimension
        let projections = (x * Matrix(rows: d, columns: 1, elements: w)).elements
        var scaled = x
        scaled.scaleRows(by: c)
        let v = (x.ᵀ * Matrix(rows: c.count, columns: 1, elements: c)).elements
        let weighted = zip(c, projections).map { $0 * (1 + ε * $1) }
        let linear = (x.ᵀ * Matrix(rows: c.count, columns: 1, elements: weighted)).elements
        let turned = (scaled.ᵀ * x) * initial.secondMoment
        var form = start
        for i in 0..<d { form.linear[i] -= linear[i] }
        for j in 0..<d {
            for i in 0..<d {
                form.quadratic[i, j] -= ε * (w[i] * v[j] + v[i] * w[j]) + ε * ε * (turned[i, j] + turned[j, i])
            }
        }
        return form
    }

    private func rate(_ λ: Double) -> Double { 2 * task.learningRate * λ / Double(values.count) }
}
