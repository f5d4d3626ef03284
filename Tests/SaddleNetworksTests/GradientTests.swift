import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// One descent step with learning rate 1 moves the parameters by −γ₀²N^{−c} ∇ℒ. Catches a wrong factor, transpose or order of
/// update in any parameter, a constant that does not belong to the parameterisation, and batches that use other samples than the
/// description says.
@Suite struct GradientTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let layers, outputs: Int
        let loss: Loss
        var option = NetworkOption()
        var batch: Int?
        var isCentered = false
        var testDescription: String {
            "L=\(layers) C=\(outputs) \(loss) \(option.testDescription) batch \(batch ?? 0) centred \(isCentered)"
        }
    }

    static let cases =
        (1...3).flatMap { layers in
            (1...3).flatMap { outputs in
                Loss.allCases.flatMap { loss in
                    [
                        Case(layers: layers, outputs: outputs, loss: loss),
                        Case(layers: layers, outputs: outputs, loss: loss, batch: 2, isCentered: outputs != 2),
                    ]
                }
            }
        } + [Case(layers: 2, outputs: 1, loss: .squared, isCentered: true)]
        + NetworkOption.all.flatMap { option in
            [1, 3].map { Case(layers: $0, outputs: 2, loss: .squared, option: option, batch: $0 == 3 ? 3 : nil) }
        }

    @Test(arguments: cases) func stepFollowsTheGradient(_ c: Case) throws {
        let (n, p, d) = (4, 5, 3)
        let data = randomData(samples: p, dimension: d, outputs: c.outputs, loss: c.loss)
        let network = c.option.network(hiddenLayers: c.layers, isCentered: c.isCentered)
        let training = Training(
            steps: 1, learningRate: LearningRate(base: 1), loss: c.loss, batchSize: c.batch, batchSeed: 5)
        let trainer = Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [0]), width: n, recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 3, index: 0)
        #expect(fast.biases.count == (c.option.biasScale > 0 ? c.layers + 1 : 0))
        let slow = SlowNetwork(fast)
        _ = try trainer.train(&fast)

        let samples = training.batch(at: 0, of: p) ?? Array(0..<p)
        #expect(samples.count == c.batch ?? p)
        let gradient = slow.derivative { moved in
            samples.reduce(0) { sum, i in
                let x = data.trainInputs.row(i)
                let initial = c.isCentered ? slow.outputs(x) : [Double](repeating: 0, count: c.outputs)
                let f = zip(moved.outputs(x), initial).map { $0 - $1 }
                return sum + slowLoss(c.loss, f, data.trainLabels.row(i)) / Double(samples.count)
            }
        }
        for (k, parameter) in (fast.weights + fast.biases).enumerated() {
            var moved = parameter
            moved.add(slow.parameters[k], scale: -1)
            var expected = gradient[k]
            expected.scale(by: -slow.constants.step)
            #expect(expected.largest > 1e-3, "parameter \(k) has no gradient to compare with")
            #expect(moved.largestDifference(from: expected) < 1e-9 * max(1, slow.constants.step), "parameter \(k)")
        }
    }
}
