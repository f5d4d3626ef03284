import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Kernels against their definitions: features by loops, gˡ = γ₀N ∂f/∂hˡ and the tangent kernel by central differences.
/// Catches a missing layer or factor in K, kernels of the wrong layer, and a readout term that is wrong with several outputs.
@Suite struct KernelTests {
    @Test(arguments: [1, 2, 3], [1, 3]) func equalTheirDefinitions(layers: Int, outputs: Int) {
        let (n, p, d) = (5, 4, 3)
        let data = randomData(samples: p, dimension: d, outputs: outputs)
        let network = Network(hiddenLayers: layers, activation: .tanh, weightScale: 1.2, richness: 0.7)
        let fast = FiniteNetwork(network, inputDimension: d, outputCount: outputs, width: n, seed: 2, index: 3)
        let kernels = fast.kernels(for: data.trainInputs)
        let slow = SlowNetwork(fast)

        let x = (0..<p).map { data.trainInputs.row($0) }
        let h = x.map { slow.fields($0) }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        for layer in 1...layers {
            let phi = h.map { $0[layer - 1].map { tanh($0) } }
            // gradients[μ][c][i]
            let g = h.map { fields in
                (0..<outputs).map { c in
                    (0..<n).map { i in
                        network.richness * Double(n)
                            * differentiate(fields[layer - 1][i]) { value in
                                var moved = fields[layer - 1]
                                moved[i] = value
                                return slow.outputs(layer: layer, field: moved)[c]
                            }
                    }
                }
            }
            for a in 0..<p {
                for b in 0..<p {
                    expectClose(kernels.features[layer - 1][a, b], dot(phi[a], phi[b]) / Double(n), within: 1e-14)
                    let mean = (0..<outputs).reduce(0) { $0 + dot(g[a][$1], g[b][$1]) } / Double(n * outputs)
                    expectClose(kernels.gradients[layer - 1][a, b], mean, within: 1e-10 * (1 + abs(mean)))
                }
            }
        }
        // jacobians[μ][c]: every ∂f_c/∂θ in one vector
        let jacobians = x.map { x in
            (0..<outputs).map { c in slow.derivative { $0.outputs(x)[c] }.flatMap { $0.elements } }
        }
        let unit = network.richness * network.richness * Double(n) / Double(outputs)
        for a in 0..<p {
            for b in 0..<p {
                let k = (0..<outputs).reduce(0) { $0 + unit * dot(jacobians[a][$1], jacobians[b][$1]) }
                expectClose(kernels.tangent[a, b], k, within: 1e-10 * (1 + abs(k)))
            }
        }
    }

    /// What is recorded during training is what the trained network gives when asked: train and test outputs, losses, kernels,
    /// with test points in several batches and with mini-batches, where the record needs a forward pass of its own.
    @Test(arguments: [nil, 3]) func recordIsThatOfTheTrainedNetwork(batch: Int?) throws {
        let data = randomData(samples: 5, test: 300, dimension: 3, outputs: 2, loss: .crossEntropy)
        let network = Network(hiddenLayers: 2, activation: .tanh)
        let experiment = Experiment(
            network: network, data: data,
            training: Training(steps: 4, learningRate: LearningRate(base: 0.2), loss: .crossEntropy, batchSize: batch),
            recordedSteps: [0, 3, 4])
        let trainer = Trainer(experiment, width: 6, recordsKernels: true)
        var trained = trainer.initialNetwork(seed: 1, index: 0)
        let values = try trainer.train(&trained)
        let kernels = trained.kernels(for: data.trainInputs)
        func expectRecorded(_ observable: Observable, _ expected: Matrix) throws {
            let entry = try #require(trainer.layout[observable])
            let last = Array(values[entry.range].suffix(entry.stride))
            for (a, b) in zip(last, expected.transposed.elements) {
                expectClose(a, b, within: 1e-14 * (1 + abs(b)), observable.name)
            }
        }
        let (train, test) = (trained.outputs(for: data.trainInputs), trained.outputs(for: data.testInputs))
        try expectRecorded(.output(.train), train)
        try expectRecorded(.output(.test), test)
        for (observable, f, y) in [(Observable.loss(.train), train, data.trainLabels), (.loss(.test), test, data.testLabels)] {
            let mean = (0..<f.rows).reduce(0) { $0 + slowLoss(.crossEntropy, f.row($1), y.row($1)) } / Double(f.rows)
            try expectRecorded(observable, Matrix(rows: 1, columns: 1, repeating: mean))
        }
        try expectRecorded(.kernel(.feature, layer: 1), kernels.features[0])
        try expectRecorded(.kernel(.feature, layer: 2), kernels.features[1])
        try expectRecorded(.kernel(.gradient, layer: 1), kernels.gradients[0])
        try expectRecorded(.kernel(.gradient, layer: 2), kernels.gradients[1])
        try expectRecorded(.tangentKernel, kernels.tangent)
    }

    /// The description as loops: outputs of a network that the fast code made.
    @Test func outputsEqualLoops() {
        let data = randomData(samples: 6, dimension: 4, outputs: 3)
        let network = Network(hiddenLayers: 3, activation: .tanh, richness: 2)
        let fast = FiniteNetwork(network, inputDimension: 4, outputCount: 3, width: 7, seed: 2, index: 3)
        let slow = SlowNetwork(fast)
        let f = fast.outputs(for: data.trainInputs)
        for i in 0..<6 {
            for (c, value) in slow.outputs(data.trainInputs.row(i)).enumerated() { expectClose(f[i, c], value, within: 1e-14) }
        }
    }
}
