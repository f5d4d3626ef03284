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
        var testDescription: String { "β=\(momentum) λ=\(weightDecay) Nesterov \(nesterov) \(rate) batch \(batch ?? 0)" }
    }

    static let cases: [Case] = [
        Case(), Case(weightDecay: 0.2), Case(momentum: 0.8), Case(momentum: 0.8, weightDecay: 0.2),
        Case(momentum: 0.8, nesterov: true), Case(momentum: 0.8, weightDecay: 0.2, nesterov: true),
        Case(momentum: 0, weightDecay: 0.2, nesterov: true),
        Case(
            momentum: 0.7, weightDecay: 0.1, nesterov: true, rate: LearningRate(base: 0.4, warmup: 3, decay: .cosine(final: 0.1))),
        Case(momentum: 0.7, rate: LearningRate(base: 0.4, decay: .step(every: 2, factor: 0.5)), batch: 2),
    ]

    @Test(arguments: cases) func followsTheScalarOptimiser(_ c: Case) throws {
        let (n, p, steps) = (3, 4, 7)
        let data = randomData(samples: p, dimension: 2, outputs: 2)
        let network = Network(hiddenLayers: 2, activation: .tanh, richness: 1.2)
        let training = Training(
            steps: steps, learningRate: c.rate, momentum: c.momentum, usesNesterov: c.nesterov, weightDecay: c.weightDecay,
            batchSize: c.batch)
        let trainer = Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [steps]), width: n,
            recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 4, index: 1)
        var slow = SlowNetwork(weights: fast.weights, width: n, richness: network.richness, phi: { tanh($0) })
        let recorded = try trainer.train(&fast)

        var velocity = slow.weights.map { [Double](repeating: 0, count: $0.elements.count) }
        for step in 0..<steps {
            let samples = training.batch(at: step, of: p) ?? Array(0..<p)
            let gradient = slow.derivative { moved in
                samples.reduce(0) { $0 + slowLoss(.squared, moved.outputs(data.trainInputs.row($1)), data.trainLabels.row($1)) }
                    / Double(samples.count)
            }
            let rate = training.rate(at: step)
            for layer in slow.weights.indices {
                for k in slow.weights[layer].elements.indices {
                    let theta = slow.weights[layer].elements[k]
                    let force = 1.2 * 1.2 * Double(n) * gradient[layer].elements[k] + c.weightDecay * theta
                    velocity[layer][k] = c.momentum * velocity[layer][k] + force
                    let direction = c.nesterov ? c.momentum * velocity[layer][k] + force : velocity[layer][k]
                    slow.weights[layer].elements[k] = theta - rate * direction
                }
            }
        }
        for layer in slow.weights.indices {
            #expect(fast.weights[layer].largestDifference(from: slow.weights[layer]) < 1e-9, "layer \(layer)")
        }
        // The last record is taken after the last update.
        let outputs = trainer.layout.tensor("train_output", of: recorded)!
        for i in 0..<p {
            for (k, f) in slow.outputs(data.trainInputs.row(i)).enumerated() { expectClose(outputs[0, i, k], f, within: 1e-9) }
        }
    }
}
