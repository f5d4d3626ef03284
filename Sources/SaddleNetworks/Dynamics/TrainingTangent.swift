import SaddleModels
import SaddleNumerics

/// Gradient descent on all samples as a map θ⁺ = θ − ηG(θ), with derivative 1 − ηH(θ): its exponents tell whether neighbouring networks stay neighbours.
///
/// Below the edge of stability directions contract or stay, λ ≤ 0; where the sharpness passes 2/η the largest exponent becomes positive for a while. Without momentum and
/// weight decay; the learning rate is that of the training's plan and, after its end, its last.
public struct TrainingTangent: TangentDynamics {
    public let dimension: Int
    public var interval: Double { 1 }
    private let trainer: Trainer
    private let origin: FiniteNetwork
    private var step = 0

    /// - Precondition: plain descent on a fixed set, without normalisation.
    public init(_ trainer: Trainer, from network: FiniteNetwork) {
        (self.trainer, origin) = (trainer, network)
        dimension = LossSurface.parameters(of: network).count
    }

    public mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) -> Double? {
        let experiment = trainer.experiment, data = experiment.data, training = experiment.training
        let rate = training.rate(at: min(step, max(training.steps - 1, 0)))
        let surface = LossSurface(
            origin.with(parameters: state), inputs: data.trainInputs, labels: data.trainLabels, loss: training.loss,
            origin: experiment.network.isCentered ? origin : nil)
        tangents.add(surface.hessianProduct(tangents), scale: -rate)
        let gradient = surface.gradient(at: state)
        for i in state.indices { state[i] -= rate * gradient[i] }
        step += 1
        return nil
    }
}

extension FiniteNetwork {
    /// The same network with other parameters θ, in the order of ``LossSurface``.
    func with(parameters θ: [Double]) -> FiniteNetwork {
        var (result, first) = (self, 0)
        func fill(_ matrix: inout Matrix) {
            let count = matrix.elements.count
            matrix.elements = Array(θ[first..<first + count])
            first += count
        }
        for i in result.weights.indices { fill(&result.weights[i]) }
        for i in result.biases.indices { fill(&result.biases[i]) }
        return result
    }
}
