import SaddleModels
import SaddleNumerics

/// One random matrix, and trajectories from several initial conditions with a linearised perturbation each.
///
/// Every step is one classical Runge–Kutta step of x and of δx, dδx/dt = −λδx + σJφ′(x)δx. White noise is added at the ends and in the middle with the
/// weights 1 : 4 : 1 of Simpson's rule, so that the covariance that a step adds, ∫e^{As}e^{Aᵀs}ds for linear dynamics, is right to the same
/// order. For nonlinear dynamics with noise the order is two.
struct RandomDynamicsRun {
    let model: RandomDynamics
    let couplings: Matrix
    /// N × 2·trajectories: x, then δx.
    private(set) var state: Matrix
    private let trajectories: Int
    private var random: RandomStream

    /// - Parameter random: for the matrix, the initial conditions, the perturbations (signs) and the noise.
    init(_ model: RandomDynamics, size: Int, trajectories: Int, _ random: RandomStream) {
        var random = random
        self.model = model
        self.trajectories = trajectories
        couplings = random.ellipticMatrix(order: size, symmetry: model.symmetry)
        state = random.normals(rows: size, columns: trajectories)
        state.scale(by: model.initialVariance.squareRoot())
        state.appendColumns(of: Matrix(rows: size, columns: trajectories, elements: random.signs(size * trajectories)))
        self.random = random
    }

    /// Steps shorter than 0.2 over the size of the linear operator: RK4 then errs by less than 2e-5 of x while x changes by its own size.
    static func longestStep(_ model: RandomDynamics) -> Double {
        0.2 / max(model.decay + model.gain * (1 + abs(model.symmetry)), 1e-3)
    }

    /// Moves on by `steps` steps of h.
    mutating func advance(steps: Int, h: Double) {
        for _ in 0..<steps {
            if model.noise == 0 {
                rungeKutta(h)
            } else {
                kick(h / 6)
                rungeKutta(h / 2)
                kick(4 * h / 6)
                rungeKutta(h / 2)
                kick(h / 6)
            }
        }
    }

    private mutating func kick(_ time: Double) {
        let count = couplings.rows * trajectories, size = (2 * model.noise * time).squareRoot()
        let normals = random.normals(count)
        for i in 0..<count { state.elements[i] += size * normals[i] }
    }

    private mutating func rungeKutta(_ h: Double) {
        let start = state
        var sum = start
        for (weight, reach) in [(h / 6, h / 2), (h / 3, h / 2), (h / 3, h), (h / 6, 0)] {
            let slope = velocity(state)
            sum.add(slope, scale: weight)
            if reach > 0 {
                state = start
                state.add(slope, scale: reach)
            }
        }
        state = sum
    }

    private func velocity(_ state: Matrix) -> Matrix {
        var driven = state
        if !model.isLinear {
            let n = couplings.rows * trajectories
            let (value, slope) = model.activation.valueAndDerivative(state.leading(rows: state.rows, columns: trajectories))
            driven.elements.withUnsafeMutableBufferPointer { out in
                for i in 0..<n {
                    out[i] = value.elements[i]
                    out[n + i] *= slope.elements[i]
                }
            }
        }
        var velocity = state
        velocity.add(.plain(couplings), .plain(driven), scale: model.gain, keeping: -model.decay)
        return velocity
    }
}
