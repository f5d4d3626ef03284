import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Networks of every architecture against scalar loops over their layers and central differences of them: outputs, one step of training,
/// recorded kernels and the tangent kernel. Catches a window shifted by one, a place or position in the wrong block of a weight, a gradient
/// that is overwritten where a field is read twice, a missing factor, a bias counted once for all positions, and a field normalised over
/// positions instead of units.
@Suite struct ArchitectureTests {
    @Test(arguments: ArchitectureCase.all) func outputsEqualLoops(_ c: ArchitectureCase) {
        let data = randomData(samples: 3, dimension: c.dimension, outputs: 2)
        let fast = c.finite(outputs: 2), slow = c.slow(fast), f = fast.outputs(for: data.trainInputs)
        #expect(f.largest > 1e-3)
        for i in 0..<3 {
            for (k, value) in slow.outputs(data.trainInputs.row(i)).enumerated() {
                expectClose(f[i, k], value, within: 1e-13 * (1 + abs(value)), "\(i), \(k)")
            }
        }
    }

    @Test(arguments: ArchitectureCase.all) func stepFollowsTheGradient(_ c: ArchitectureCase) throws {
        let (p, outputs) = (3, 2), data = randomData(samples: p, dimension: c.dimension, outputs: outputs)
        let training = Training(steps: 1, learningRate: LearningRate(base: 1), batchSize: 2, batchSeed: 5)
        let trainer = Trainer(
            Experiment(network: c.network, data: data, training: training, recordedSteps: [0]), width: c.width,
            recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 3, index: 0)
        let slow = c.slow(fast), samples = try #require(training.batch(at: 0, of: p))
        _ = try trainer.train(&fast)
        let gradient = slow.derivative { moved in
            samples.reduce(0) {
                $0 + slowLoss(.squared, moved.outputs(data.trainInputs.row($1)), data.trainLabels.row($1)) / Double(samples.count)
            }
        }
        for (k, parameter) in (fast.weights + fast.biases).enumerated() {
            var moved = parameter, expected = gradient[k]
            moved.add(slow.parameters[k], scale: -1)
            expected.scale(by: -slow.step)
            // The bias of keys moves all logits of a query alike and has no gradient.
            let isKeyBias = k >= fast.weights.count && fast.graph.weights[k - fast.weights.count].name == "key"
            #expect((expected.largest < 1e-9) == isKeyBias, "parameter \(k) of \(fast.weights.count) weights")
            #expect(
                moved.largestDifference(from: expected) < 1e-9 * (1 + expected.largest),
                "parameter \(k): \(moved.largestDifference(from: expected)) of \(expected.largest)")
        }
    }

    @Test(arguments: ArchitectureCase.all) func tangentKernelIsThatOfJacobians(_ c: ArchitectureCase) {
        let outputs = 2, data = randomData(samples: 3, test: 2, dimension: c.dimension, outputs: outputs)
        let network = c.finite(outputs: outputs), slow = c.slow(network)
        expectTangentKernels(of: network, data, step: slow.step, rounding: 1e-12) { x, k in
            slow.derivative { $0.outputs(x)[k] }.flatMap(\.elements)
        }
    }

    /// Gˡ by differences of the outputs where the argument of φ is moved at one position and unit, in the mean-field parameterisation.
    @Test(arguments: ArchitectureCase.kinds) func gradientKernelsAreThoseOfDifferences(_ c: ArchitectureCase) {
        let data = randomData(samples: 2, dimension: c.dimension, outputs: 2)
        let network = c.finite(outputs: 2), slow = c.slow(network), x = (0..<2).map { data.trainInputs.row($0) }
        let kernels = network.kernels(for: data.trainInputs), γN = network.network.richness * Double(c.width)
        #expect(kernels.gradients.count == network.graph.layers.count)
        for (layer, place) in network.graph.layers.enumerated() {
            let field = network.graph.fields[place.preactivation]
            let units = network.graph.populations[field.population].width(c.width)
            /// γ₀N ∂f_k/∂h for all positions and units.
            let g = x.map { x in
                (0..<2).map { k in
                    (0..<field.positions * units).map { i in
                        γN
                            * differentiate(0, step: 0x1p-12) { by in
                                var moved = slow
                                moved.nudge = (layer, i / units, i % units, by)
                                return moved.outputs(x)[k]
                            }
                    }
                }
            }
            for a in 0..<2 {
                for b in 0..<2 {
                    let mean = (0..<2).reduce(0) { sum, k in sum + zip(g[a][k], g[b][k]).reduce(0) { $0 + $1.0 * $1.1 } }
                    let expected = mean / Double(2 * c.width)
                    expectClose(kernels.gradients[layer][a, b], expected, within: 1e-9 * (1 + abs(expected)), "layer \(layer)")
                }
            }
        }
    }

    /// All that training offers, in both precisions: single follows double to its rounding, and is not double.
    @Test(arguments: ArchitectureCase.kinds, [false, true]) func singleFollowsDouble(_ c: ArchitectureCase, nesterov: Bool) throws
    {
        let data = randomData(samples: 5, test: 3, dimension: c.dimension, outputs: 2)
        let experiment = Experiment(
            network: c.network, data: data,
            training: Training(
                steps: 12, learningRate: LearningRate(base: 0.05), momentum: 0.5, usesNesterov: nesterov, weightDecay: 0.02,
                batchSize: nesterov ? 2 : nil),
            recordedSteps: [0, 6, 12])
        let values = try [Precision.double, .single].map { precision in
            let trainer = Trainer(experiment, width: c.width, recordsKernels: true, precision: precision)
            var network = trainer.initialNetwork(seed: 4, index: 1)
            return try trainer.train(&network)
        }
        let scale = values[0].reduce(0) { max($0, abs($1)) }
        for (a, b) in zip(values[0], values[1]) { expectClose(a, b, within: 2e-5 * scale) }
        #expect(values[0] != values[1])
    }
}
