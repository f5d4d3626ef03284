import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Theory against ensembles of real networks of width 256, which share only the description with it.
///
/// Mean outputs must equal f_∞ + b/N within Monte Carlo errors at a false-alarm rate of 1e-5 a case (split over its outputs);
/// N·variance must agree to 12 % beyond its errors (25 % for deep ReLU) at the same rate. Catches missing responses, a wrong
/// batch order, optimiser mismatches and factors in either part.
@Suite(.serialized) struct EnsembleAgreementTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var layers = 2
        var activation = Activation.tanh
        var richness = 1.0
        var outputs = 1
        var centered = false
        var training = Training(steps: 20, learningRate: LearningRate(base: 0.2))
        var allowance = 0.12
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        func descent(_ rate: Double, _ change: (inout Training) -> Void = { _ in }) -> Training {
            var training = Training(steps: 20, learningRate: LearningRate(base: rate))
            change(&training)
            return training
        }
        let named = { (name: String) in Activation(named: name)! }
        return [
            Case(name: "tanh, L=1, γ=3", layers: 1, richness: 3, training: descent(0.05)),
            Case(name: "tanh, L=2, Nesterov, decay", training: descent(0.1) { ($0.momentum, $0.usesNesterov, $0.weightDecay) = (0.6, true, 0.1) }),
            Case(name: "erf, L=3, momentum", layers: 3, activation: named("erf"), training: descent(0.1) { $0.momentum = 0.5 }),
            Case(name: "gelu, L=2, γ=2", activation: named("gelu"), richness: 2, training: descent(0.1)),
            Case(name: "linear, L=4, γ=0.3", layers: 4, activation: named("linear"), richness: 0.3, training: descent(0.05)),
            Case(name: "relu, L=2", activation: named("relu")),
            Case(name: "relu, L=3, γ=0.3", layers: 3, activation: named("relu"), richness: 0.3, allowance: 0.25),
            Case(name: "tanh, three outputs, softmax, batches", outputs: 3, training: descent(0.3) { ($0.loss, $0.batchSize) = (.crossEntropy, 2) }),
            Case(name: "tanh, two outputs, centred", outputs: 2, centered: true),
        ]
    }()

    @Test(arguments: cases) func agrees(_ c: Case) throws {
        let experiment = Self.experiment(c)
        let kinked = !c.activation.isSmooth
        let theory = try MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 1500, tolerance: 1e-4, directions: 200, replicas: kinked ? 200 : 24, recordsKernels: false)
        ).predict()
        let width = 256
        let ensemble = try Ensemble(experiment, EnsembleSettings(width: width, networks: 400, seed: 11, recordsKernels: false)).train()
        let meanError = ensemble.meanError, variance = ensemble.variance, varianceError = ensemble.varianceError
        let compared = ["train_output", "test_output"].flatMap { Array(theory.layout[$0]!.range) }.filter { variance[$0] > 1e-20 }
        let N = Double(width)
        for i in compared {
            let expected = theory.mean[i] + theory.bias[i] / N
            let error = quadrature(theory.meanError[i], theory.biasError[i] / N, meanError[i])
            expectConsistent(
                Estimate(mean: ensemble.mean[i], standardError: error, count: 400), with: expected, falseAlarm: 1e-5 / Double(compared.count))
            let spread = quadrature(theory.varianceError[i], N * varianceError[i])
            expectConsistent(
                Estimate(mean: N * variance[i], standardError: spread, count: 400), with: theory.variance[i],
                falseAlarm: 1e-5 / Double(compared.count), allowance: c.allowance * theory.variance[i])
        }
        #expect(!compared.isEmpty)
    }

    /// Kernels of a deep nonlinear network, where a missing equal-time response shows (G¹ off by tens of per cent) while the
    /// outputs barely move.
    @Test func kernelsOfThreeTanhLayers() throws {
        let experiment = Self.experiment(Case(name: "kernels", layers: 3, training: Training(steps: 20, learningRate: LearningRate(base: 0.3))))
        let theory = try MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 1500, directions: 48, replicas: 24)).predict()
        let ensemble = try Ensemble(experiment, EnsembleSettings(width: 256, networks: 200, seed: 12)).train()
        let meanError = ensemble.meanError
        let entries = theory.layout.entries.filter { $0.name.contains("kernel") }
        let count = entries.reduce(0) { $0 + $1.range.count }
        for i in entries.flatMap({ Array($0.range) }) where meanError[i] > 0 {
            let error = quadrature(theory.meanError[i], theory.biasError[i] / 256, meanError[i])
            expectConsistent(
                Estimate(mean: ensemble.mean[i], standardError: error, count: 200), with: theory.mean[i] + theory.bias[i] / 256,
                falseAlarm: 1e-5 / Double(count))
        }
        // Power: the last gradient kernel of layer 1 is known to 5 %.
        let last = theory.layout["gradient_kernel_1"]!.range.upperBound - 1
        #expect(meanError[last] < 0.05 * ensemble.mean[last])
    }

    /// Four training and three test points with |x|² = D = 6.
    static func experiment(_ c: Case) -> Experiment {
        var stream = RandomStream(seed: 5, .test)
        var inputs = stream.normals(rows: 7, columns: 6)
        for i in 0..<7 {
            let norm = (0..<6).reduce(0) { $0 + inputs[i, $1] * inputs[i, $1] }
            for j in 0..<6 { inputs[i, j] *= (6 / norm).squareRoot() }
        }
        let labels = Matrix(rows: 7, columns: c.outputs) { i, k in
            c.outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % c.outputs == k ? 1 : 0)
        }
        let data = Dataset(
            trainInputs: inputs.selectingRows([0, 1, 2, 3]), trainLabels: labels.selectingRows([0, 1, 2, 3]),
            testInputs: inputs.selectingRows([4, 5, 6]), testLabels: labels.selectingRows([4, 5, 6]))
        let network = Network(hiddenLayers: c.layers, activation: c.activation, richness: c.richness, isCentered: c.centered)
        return Experiment(network: network, data: data, training: c.training, recordedSteps: [0, 5, 10, 20])
    }
}

/// √Σx²
private func quadrature(_ errors: Double...) -> Double { errors.reduce(0) { $0 + $1 * $1 }.squareRoot() }
