import SaddleModels
import SaddleNumerics

/// Training in the lazy limit step by step: any loss, schedule and weight decay, with kernels in memory or not.
///
/// Weights are θ = a(t)θ₀ + δθ with δθ = Σ_l J_lᵀU_l, where J(aθ₀) = Σ_k φ_k(a)J_k (``TangentFamily``). The optimiser, which knows
/// nothing of this, then acts on each U_l as on a weight, with −φ_l(a)Δ/P for its gradient:
///
///     Ω_l ← βΩ_l − φ_l(a)Δ/P + λU_l,   U_l ← U_l − ηΩ_l   (Nesterov: U_l − η(βΩ_l − φ_l(a)Δ/P + λU_l))
///     f = f₀(a) + Σ_kl φ_k(a) K_kl U_l,   Δ = −∂ℓ/∂f
///
/// This is exact at infinite width as γ₀ → 0, weight decay of order one included. For squared loss without decay ``LazyTraining`` needs no
/// steps. A step costs one product with each kernel of the family.
public struct LazyDescent: Sendable {
    /// The tangent kernels of training and test points.
    public let family: any TangentFamily
    /// y, P × C.
    public let labels: Matrix
    /// Loss, learning rate, momentum and weight decay; full batches.
    public let training: Training

    /// - Throws: ``LazyError/unsupported(_:)`` for mini-batches.
    public init(family: any TangentFamily, labels: Matrix, training: Training) throws {
        precondition(family.trainCount == labels.rows, "kernel of \(family.trainCount) points, labels of \(labels.rows)")
        if let size = training.batchSize, size < labels.rows {
            throw LazyError.unsupported("training in the lazy limit is predicted for full batches, not for batches of \(size)")
        }
        self.family = family
        self.labels = labels
        self.training = training
    }

    /// Outputs at the recorded steps.
    ///
    /// - Parameters:
    ///   - initial: f₀(a) at training and test points for networks whose initial weights have shrunk by a; nil for zero.
    ///   - progress: called with the steps done and the last one.
    /// - Throws: ``LazyError/diverged(step:learningRate:maximum:)``, ``LazyError/stopped``; what the kernels throw.
    public func predictions(
        atSteps steps: [Int], initial: ((Double) -> (train: Matrix, test: Matrix))? = nil, progress: ProgressHandler? = nil,
        shouldStop: () -> Bool = { false }
    ) throws -> [LazyPrediction] {
        precondition(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 } && steps.first ?? 0 >= 0, "steps \(steps)")
        let last = steps.last ?? 0
        precondition(last <= training.steps, "step \(last) of \(training.steps)")
        let scales = training.initialWeightScales
        let count = family.functions(at: 1).count
        var states = [Matrix](repeating: Matrix(rows: labels.rows, columns: labels.columns), count: count)
        var velocities = states
        let bound = 1e6 * max(labels.largestElement, initial?(1).train.largestElement ?? 0, 1)
        var result: [LazyPrediction] = []
        for step in 0...last {
            let phi = family.functions(at: scales[step])
            var outputs = try family.train(phi, states)
            let start = initial?(scales[step])
            if let start { outputs.add(start.train) }
            let errors = training.loss.errors(outputs: outputs, labels: labels)
            if !(outputs.largestElement <= bound) { throw try diverged(step) }
            if steps.contains(step) {
                var tested = try family.test(phi, states)
                if let start { tested.add(start.test) }
                result.append(
                    LazyPrediction(
                        time: .step(step), trainOutputs: outputs, testOutputs: tested, trainErrors: errors))
            }
            progress?(Double(step), Double(last))
            if step == last { break }
            if shouldStop() { throw LazyError.stopped }
            for l in states.indices {
                advance(
                    &states[l], &velocities[l], by: errors, scale: phi[l] / Double(labels.rows), rate: training.rate(at: step))
            }
        }
        return result
    }

    private func advance(_ state: inout Matrix, _ velocity: inout Matrix, by errors: Matrix, scale: Double, rate: Double) {
        var gradient = state
        gradient.scale(by: training.weightDecay)
        gradient.add(errors, scale: -scale)
        velocity.scale(by: training.momentum)
        velocity.add(gradient)
        if training.usesNesterov {
            state.add(velocity, scale: -rate * training.momentum)
            state.add(gradient, scale: -rate)
        } else {
            state.add(velocity, scale: -rate)
        }
    }

    /// The learning rate above which training diverges for weights as they are at the start, from the largest eigenvalue to 1e-6 and the largest
    /// curvature of the loss: 1 for squared, ¼ or ½ for cross-entropy with one or several outputs (below it no mode grows at any outputs).
    public func maximumStableLearningRate() throws -> Double {
        var stream = RandomStream(seed: 1, .probe)
        let largest = try Lanczos.largestEigenvalue(
            of: InitialKernel(family: family), start: stream.normals(rows: labels.rows, columns: 1))
        let curvature = training.loss == .squared ? 1 : labels.columns == 1 ? 0.25 : 0.5
        return training.maximumStableLearningRate(largestEigenvalue: largest * curvature, points: labels.rows)
    }

    private func diverged(_ step: Int) throws -> LazyError {
        .diverged(step: step, learningRate: training.rate(at: max(step - 1, 0)), maximum: try maximumStableLearningRate())
    }

    /// The kernel at the start of training, a = a′ = 1.
    private struct InitialKernel: LinearOperator {
        let family: any TangentFamily
        var rows: Int { family.trainCount }
        var columns: Int { family.trainCount }
        func apply(_ x: Matrix) throws -> Matrix {
            let phi = family.functions(at: 1)
            return try family.train(
                phi,
                phi.map {
                    var state = x
                    state.scale(by: $0)
                    return state
                })
        }
    }
}

extension Matrix {
    /// max |a_ij|; not a number if any entry is not.
    var largestElement: Double { elements.reduce(0) { abs($1) > $0 || $1.isNaN ? abs($1) : $0 } }
}
