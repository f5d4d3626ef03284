import Numerics
import SaddleModels
import SaddleNumerics

/// Online gradient flow of an infinitely wide committee: two eigenvalues of M, along β and across it.
///
///     dm/dτ = −(2ε/αD²)(2A + tr A) m,   A_β = αεm_β − |β|²,   A_⊥ = αεm_⊥,   τ = η · steps
///
/// with αε(m − 1) in place of αεm where outputs are centred; w̄ stays 0. A fresh sample at each step of a small learning rate does this.
public struct CommitteeFlow: Sendable {
    /// τ, as many as stayed within the range of numbers.
    public let times: [Double]
    /// m_β
    public let along: [Double]
    /// m_⊥
    public let across: [Double]
    /// The mean of (f − y)² over all inputs.
    public let testLoss: [Double]
    /// When m_β, growing from 1 at its initial rate, would have reached what the target asks for: αD²/(6ε|β|²) · ln(1 + |β|²/αε).
    public let richTime: Double

    /// - Parameter times: τ, ascending from 0. Fewer come back if the flow leaves the range of numbers.
    public init(_ task: CommitteeTask, squaredNorm: Double, times: [Double]) {
        let (α, ε, d) = (task.alpha, task.epsilon, Double(task.dimension)), shift = task.isCentered ? 1.0 : 0
        func forms(_ m: [Double]) -> (along: Double, across: Double, trace: Double) {
            let along = α * ε * (m[0] - shift) - squaredNorm, across = α * ε * (m[1] - shift)
            return (along, across, along + (d - 1) * across)
        }
        let states = AdaptiveIntegrator(.dopri5, relative: 1e-11, absolute: 1e-13).states(from: [1, 1], at: times) { _, m, out in
            let a = forms([m[0], m[1]]), rate = -2 * ε / (α * d * d)
            out[0] = rate * (2 * a.along + a.trace) * m[0]
            out[1] = rate * (2 * a.across + a.trace) * m[1]
        }
        self.times = Array(times.prefix(states.count))
        along = states.map { $0[0] }
        across = states.map { $0[1] }
        testLoss = states.map {
            let a = forms($0)
            return (2 * (a.along * a.along + (d - 1) * a.across * a.across) + a.trace * a.trace) / (4 * d * d)
        }
        richTime = α * d * d / (6 * ε * squaredNorm) * Double.log(onePlus: squaredNorm / (α * ε))
    }
}
