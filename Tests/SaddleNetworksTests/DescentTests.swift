import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Seven steps against an optimiser on scalars whose gradients are central differences. Catches a wrong order of momentum,
/// decay and update, a schedule read at the wrong step, and a stale velocity.
@Suite struct DescentTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var momentum = 0.0, weightDecay = 0.0
        var nesterov = false
        var rate = LearningRate(base: 0.3)
        var batch: Int?
        var option = NetworkOption()
        var testDescription: String {
            "\(option.testDescription) β=\(momentum) λ=\(weightDecay) Nesterov \(nesterov) \(rate) batch \(batch ?? 0)"
        }
    }

    static let cases: [Case] = [
        Case(), Case(weightDecay: 0.2), Case(momentum: 0.8), Case(momentum: 0.8, weightDecay: 0.2),
        Case(momentum: 0.8, nesterov: true), Case(momentum: 0.8, weightDecay: 0.2, nesterov: true),
        Case(momentum: 0, weightDecay: 0.2, nesterov: true),
        Case(
            momentum: 0.7, weightDecay: 0.1, nesterov: true, rate: LearningRate(base: 0.4, warmup: 3, decay: .cosine(final: 0.1))),
        Case(momentum: 0.7, rate: LearningRate(base: 0.4, decay: .step(every: 2, factor: 0.5)), batch: 2),
        Case(weightDecay: 0.2, option: NetworkOption(biasScale: 0.6)),
        Case(momentum: 0.8, weightDecay: 0.2, nesterov: true, option: NetworkOption(parameterization: .standard, biasScale: 0.6)),
        Case(momentum: 0.8, weightDecay: 0.2, option: NetworkOption(parameterization: .maximalUpdate, biasScale: 0.6)),
        Case(momentum: 0.8, weightDecay: 0.2, option: NetworkOption(parameterization: .neuralTangent, isResidual: true)),
    ]

    @Test(arguments: cases) func followsTheScalarOptimiser(_ c: Case) throws {
        let (n, p, steps) = (3, 4, 7)
        let data = randomData(samples: p, dimension: 2, outputs: 2)
        let network = c.option.network(hiddenLayers: 2, richness: 1.2)
        let training = Training(
            steps: steps, learningRate: c.rate, momentum: c.momentum, usesNesterov: c.nesterov, weightDecay: c.weightDecay,
            batchSize: c.batch)
        let trainer = Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [steps]), width: n,
            recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 4, index: 1)
        var slow = SlowNetwork(fast)
        let recorded = try trainer.train(&fast)

        var velocity = slow.parameters.map { [Double](repeating: 0, count: $0.elements.count) }
        for step in 0..<steps {
            let samples = training.batch(at: step, of: p) ?? Array(0..<p)
            let gradient = slow.derivative { moved in
                samples.reduce(0) { $0 + slowLoss(.squared, moved.outputs(data.trainInputs.row($1)), data.trainLabels.row($1)) }
                    / Double(samples.count)
            }
            let rate = training.rate(at: step)
            for layer in slow.parameters.indices {
                for k in slow.parameters[layer].elements.indices {
                    let theta = slow.parameters[layer].elements[k]
                    let force = slow.constants.step * gradient[layer].elements[k] + c.weightDecay * theta
                    velocity[layer][k] = c.momentum * velocity[layer][k] + force
                    let direction = c.nesterov ? c.momentum * velocity[layer][k] + force : velocity[layer][k]
                    slow.parameters[layer].elements[k] = theta - rate * direction
                }
            }
        }
        for layer in slow.parameters.indices {
            #expect(
                (fast.weights + fast.biases)[layer].largestDifference(from: slow.parameters[layer]) < 1e-9, "parameter \(layer)")
        }
        // The last record is taken after the last update.
        let outputs = trainer.layout.tensor(.output(.train), of: recorded)!
        for i in 0..<p {
            for (k, f) in slow.outputs(data.trainInputs.row(i)).enumerated() { expectClose(outputs[0, i, k], f, within: 1e-9) }
        }
    }
}
