import Foundation
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleNetworks

// Networks trained by optimisers that need gradients as matrices, against scalar loops with gradients by central differences in the units of
// Documentation/Optimizers.md, written out here. It would catch a unit, a layer with the rate or rule of another, and decay on the wrong side.
@Suite struct SteppedWeightsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var optimizer: Optimizer
        var momentum = 0.0
        var nesterov = false
        var weightDecay = 0.0
        var rates = LayerRates()
        var biasScale = 0.0
        var batch: Int?
        var testDescription: String { "\(optimizer) β=\(momentum) λ=\(weightDecay) \(rates) \(biasScale) \(batch ?? 0)" }
    }

    static let adam = UpdateRule.adam(beta1: 0.8, beta2: 0.9, epsilon: 0.05)
    static let cases = [
        Case(optimizer: .descent, momentum: 0.7, weightDecay: 0.1, rates: LayerRates(input: 0.1, hidden: 0.5), biasScale: 0.5),
        Case(optimizer: Optimizer(adam, decay: .coupled), weightDecay: 0.1, biasScale: 0.5),
        Case(optimizer: Optimizer(adam, decay: .decoupled), weightDecay: 0.1, rates: LayerRates(readout: 0.07), batch: 2),
        Case(optimizer: Optimizer(.sign, decay: .decoupled), momentum: 0.6),
        Case(optimizer: Optimizer(.normalized, decay: .coupled), weightDecay: 0.1, biasScale: 0.5),
        Case(
            optimizer: Optimizer(.muon(.newtonSchulz), others: .descent, decay: .decoupled), momentum: 0.6, nesterov: true,
            weightDecay: 0.1, rates: LayerRates(hidden: 0.1)),
        Case(optimizer: Optimizer(.muon(.exact(epsilon: 0.02)), others: adam, decay: .decoupled), momentum: 0.6, biasScale: 0.5),
        Case(optimizer: Optimizer(.shampoo(epsilon: 0.1), others: .descent, decay: .decoupled)),
    ]

    /// Reductions of the width and samples to what central differences afford. Tolerance 1e-9 for gradients good to 1e-11, times what rules amplify.
    @Test(arguments: cases) func followsScalarLoops(c: Case) throws {
        let (n, p, d, steps, γ) = (4, 4, 2, 5, 1.2)
        let data = randomData(samples: p, dimension: d, outputs: 2)
        let network = Network(
            hiddenLayers: 2, activation: .tanh, weightScale: 1.3, biasScale: c.biasScale, richness: γ)
        var training = Training(
            steps: steps, learningRate: LearningRate(base: 0.2, warmup: 2), momentum: c.momentum, usesNesterov: c.nesterov,
            weightDecay: c.weightDecay, batchSize: c.batch)
        (training.optimizer, training.layerRates) = (c.optimizer, c.rates)
        let trainer = Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [steps]), width: n, recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 4, index: 1)
        var slow = SlowNetwork(fast)
        _ = try trainer.train(&fast)

        let (rootN, N) = (2.0, Double(n))
        // s and c of W⁰, W¹, w, b⁰, b¹, b² for rules on entries.
        let entries = [
            (γ * N * Double(d).squareRoot(), 1), (γ * N * rootN, 1 / rootN), (γ * N, 1), (γ * N, 1), (γ * N, 1),
            (γ * rootN, rootN),
        ]
        let rules = (0..<6).map { $0 == 1 ? c.optimizer.rule : c.optimizer.others }
        var states = rules.map { OptimizerState($0, momentum: c.momentum, usesNesterov: c.nesterov) }
        for step in 0..<steps {
            let samples = training.batch(at: step, of: p) ?? Array(0..<p)
            let derivative = slow.derivative { moved in
                samples.reduce(0) { $0 + slowLoss(.squared, moved.outputs(data.trainInputs.row($1)), data.trainLabels.row($1)) }
                    / Double(samples.count)
            }
            for k in slow.parameters.indices {
                let isOnEntries = rules[k].action == .onEntries
                let (s, scale) = isOnEntries ? entries[k] : (γ * rootN, γ * rootN)
                let base = [c.rates.input, c.rates.hidden, c.rates.readout][k % 3] ?? 0.2
                let rate = base * min(1, Double(step + 1) / 2)
                var gradient = derivative[k]
                for i in gradient.elements.indices {
                    let θ = slow.parameters[k].elements[i]
                    let decay = c.optimizer.decay == .coupled ? c.weightDecay * θ / (isOnEntries ? 1 : scale) : 0
                    gradient.elements[i] = -s * gradient.elements[i] - decay
                }
                let u = try states[k].update(of: gradient)
                for i in gradient.elements.indices {
                    let θ = slow.parameters[k].elements[i]
                    let kept = c.optimizer.decay == .decoupled ? 1 - rate * c.weightDecay : 1
                    slow.parameters[k].elements[i] = kept * θ + rate * scale * u.elements[i]
                }
            }
        }
        for k in slow.parameters.indices {
            #expect((fast.weights + fast.biases)[k].largestDifference(from: slow.parameters[k]) < 1e-8, "parameter \(k)")
        }
    }

    /// One learning rate serves all widths: what eight times the width changes in the size of updates is less than a factor of 1.5, while the rates of the
    /// parameters change by up to 8. Negative control: with 1/√N left out of one layer it is 8^{½} = 2.8.
    @Test(arguments: [
        Optimizer(.muon(.newtonSchulz), others: .descent, decay: .decoupled), Optimizer(.normalized, decay: .decoupled),
        Optimizer(.sign, decay: .decoupled), Optimizer(.adam(beta1: 0.9, beta2: 0.95, epsilon: 1e-3), decay: .decoupled),
        Optimizer(.shampoo(epsilon: 1e-3), others: .descent, decay: .decoupled),
    ]) func updatesDoNotDependOnTheWidth(optimizer: Optimizer) throws {
        let data = randomData(samples: 8, dimension: 6, outputs: 1)
        var training = Training(steps: 2, learningRate: LearningRate(base: 0.1))
        training.optimizer = optimizer
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh), data: data, training: training, recordedSteps: [2])
        let (narrow, wide) = (CoordinateProbe(experiment, width: 16), CoordinateProbe(experiment, width: 128))
        func mean(_ probe: CoordinateProbe, _ networks: Int) throws -> [Double] {
            let all = try (0..<networks).map { try probe.meanSquares(seed: 3, index: $0) }
            return all[0].indices.map { k in (all.reduce(0) { $0 + $1[k] } / Double(networks)).squareRoot() }
        }
        let sizes = zip(try mean(narrow, 24), try mean(wide, 3)).map { $1 / $0 }
        for (coordinate, ratio) in zip(narrow.coordinates, sizes) {
            switch coordinate {
            case .preactivationUpdate, .activationUpdate, .outputUpdate:
                #expect((1 / 1.5...1.5).contains(ratio), "\(coordinate): \(ratio)")
            default: break
            }
        }
    }

    /// The rounding of single precision, and nothing else, lies between the two.
    @Test func singlePrecision() throws {
        var training = Training(steps: 4, learningRate: LearningRate(base: 0.1))
        training.optimizer = Optimizer(.muon(.newtonSchulz), others: Self.adam, decay: .decoupled)
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh), data: randomData(samples: 5, dimension: 3, outputs: 1),
            training: training, recordedSteps: [4])
        let values = try [Precision.double, .single].map { precision in
            let trainer = Trainer(experiment, width: 16, recordsKernels: false, precision: precision)
            var network = trainer.initialNetwork(seed: 1, index: 0)
            return try trainer.train(&network)
        }
        let difference = zip(values[0], values[1]).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(difference > 0 && difference < 1e-4)
    }
}
