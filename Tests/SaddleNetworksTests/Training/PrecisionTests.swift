import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Training in single precision beside the same networks in double precision. Catches a transpose, scale or missing term in the
/// single-precision loops, single precision that is not, and numbers that are rounded where they should not be.
@Suite struct PrecisionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var option = NetworkOption()
        var loss = Loss.squared
        var activation = Activation.tanh
        var outputs = 2
        var batch: Int?
        var momentum = 0.0
        var usesNesterov = false
        var isCentered = false
        var testDescription: String {
            "\(option.testDescription), \(activation.name), \(loss), C = \(outputs), batch \(batch ?? 0), momentum \(momentum)"
        }
    }

    static let cases =
        NetworkOption.all.map { Case(option: $0) }
        + Activation.named.filter { $0.isSmooth && !["exp", "square", "cube"].contains($0.name) }.map { Case(activation: $0) } + [
            Case(activation: .relu, outputs: 1), Case(loss: .crossEntropy, outputs: 1), Case(loss: .crossEntropy, outputs: 3),
            Case(batch: 3), Case(batch: 3, momentum: 0.9, isCentered: true), Case(momentum: 0.5, usesNesterov: true),
        ]

    static let (width, steps) = (64, 20)

    static func trainer(_ c: Case, _ precision: Precision) -> Trainer {
        var network = c.option.network(hiddenLayers: 2, isCentered: c.isCentered)
        network.activation = c.activation
        let data = randomData(samples: 6, test: 3, dimension: 5, outputs: c.outputs, loss: c.loss)
        let training = Training(
            steps: steps, learningRate: LearningRate(base: 0.02), momentum: c.momentum, usesNesterov: c.usesNesterov,
            weightDecay: c.momentum > 0 ? 0.1 : 0, loss: c.loss, batchSize: c.batch, batchSeed: 5)
        return Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [0, 5, steps]), width: width,
            recordsKernels: true, precision: precision)
    }

    static func record(_ trainer: Trainer) throws -> (values: [Double], network: FiniteNetwork) {
        var trained = trainer.initialNetwork(seed: 3, index: 0)
        return (try trainer.train(&trained), trained)
    }

    /// Each of T steps rounds sums of N products, by about √N·ε of their terms, in each of three products: up to T√N·ε relative
    /// to the largest number of the same observable, with a dynamics that does not amplify. ε = 2⁻²³.
    @Test(arguments: cases) func singleAgreesWithDouble(_ c: Case) throws {
        let trainer = Self.trainer(c, .single)
        let (single, double) = (try Self.record(trainer), try Self.record(Self.trainer(c, .double)))
        let tolerance = Double(Self.steps) * Double(Self.width).squareRoot() * 0x1p-23
        var largest = 0.0
        for entry in trainer.layout.entries {
            let scale = double.values[entry.range].reduce(0) { max($0, abs($1)) }
            for i in entry.range {
                let error = abs(single.values[i] - double.values[i]) / scale
                largest = max(largest, error)
                #expect(error <= tolerance, "\(entry.name), number \(i - entry.range.lowerBound)")
            }
        }
        // Single precision it is: the numbers differ by more than double precision rounds.
        #expect(largest > 1e-9)
        for (a, b) in zip(single.network.weights + single.network.biases, double.network.weights + double.network.biases) {
            #expect(a.largestDifference(from: b) <= tolerance * (1 + b.largest))
            #expect(a.elements.allSatisfy { Double(Float($0)) == $0 })
        }
    }

    /// A wrong learning rate by 1 % is noticed: the tolerance is not so wide that it would hide a factor.
    @Test func toleranceIsBelowAnErrorThatMatters() throws {
        let double = try Self.record(Self.trainer(Case(), .double)).values
        let other = try Self.record(Self.trainer(Case(momentum: 0.01), .single)).values
        #expect(zip(other, double).contains { abs($0 - $1) > 100 * Double(Self.steps) * 8 * 0x1p-23 * (1 + abs($1)) })
    }

    @Test func sameBitsForAnyNumberOfThreadsAndAfterInterruptions() throws {
        var settings = EnsembleTests.settings
        settings.precision = .single
        let ensemble = Ensemble(EnsembleTests.experiment(), settings)
        let one = try ensemble.train(threads: 1)
        #expect(try ensemble.train(threads: 3).state == one.state)
        settings.networks = 9
        let first = try Ensemble(EnsembleTests.experiment(), settings).train()
        #expect(try ensemble.train(from: first.state).state == one.state)
        #expect(try Ensemble(EnsembleTests.experiment(), EnsembleTests.settings).train().state != one.state)
    }

    /// What is beyond the range of single precision is a divergence, not a number.
    @Test func overflowIsADivergence() throws {
        var experiment = EnsembleTests.experiment(rate: 50, steps: 400)
        experiment.network.activation = .linear
        let ensemble = Ensemble(experiment, EnsembleSettings(width: 9, networks: 12, seed: 6, precision: .single))
        #expect(throws: EnsembleError.self) { try ensemble.train() }
    }
}
