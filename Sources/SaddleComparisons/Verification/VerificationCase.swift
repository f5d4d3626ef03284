import SaddleModels
import SaddleNumerics

/// One network that the installation is certified on: theory against ensembles of real networks.
public struct VerificationCase: Sendable {
    public var name: String
    public var layers = 2
    public var activation = Activation.tanh
    public var richness = 1.0
    public var outputs = 1
    public var isCentered = false
    public var training: Training
    /// Every depth 1 … 4 with every kind of activation at γ₀ between 0.3 and 3, then optimisers, losses, several outputs and batches.
    public static let all: [VerificationCase] = grid + options

    private static let grid: [VerificationCase] = {
        let richnesses = [1, 0.3, 3]
        var cases: [VerificationCase] = []
        for layers in 1...4 {
            for (k, name) in ["tanh", "erf", "relu", "gelu", "linear"].enumerated() {
                let richness = richnesses[(layers + k) % richnesses.count]
                cases.append(
                    VerificationCase(
                        name: "\(name), L = \(layers), γ₀ = \(richness)", layers: layers, activation: Activation(named: name)!,
                        richness: richness, training: descent(richness > 1 ? 0.03 : 0.2)))
            }
        }
        return cases
    }()

    private static let options: [VerificationCase] = [
        VerificationCase(name: "momentum", training: descent(0.1) { $0.momentum = 0.6 }),
        VerificationCase(
            name: "Nesterov, weight decay", layers: 3,
            training: descent(0.1) { ($0.momentum, $0.usesNesterov, $0.weightDecay) = (0.6, true, 0.1) }),
        VerificationCase(name: "two outputs, centred", outputs: 2, isCentered: true, training: descent(0.2)),
        VerificationCase(
            name: "binary cross-entropy, cosine",
            training: descent(0.4) {
                $0.loss = .crossEntropy
                $0.learningRate = LearningRate(base: 0.4, warmup: 4, decay: .cosine(final: 0.1))
            }),
        VerificationCase(
            name: "softmax, three outputs, batches", outputs: 3,
            training: descent(0.3) { ($0.loss, $0.batchSize) = (.crossEntropy, 2) }),
        VerificationCase(
            name: "batches, momentum, centred", isCentered: true,
            training: descent(0.1) { ($0.momentum, $0.batchSize) = (0.5, 3) }),
    ]

    private static func descent(_ rate: Double, _ change: (inout Training) -> Void = { _ in }) -> Training {
        var training = Training(steps: 20, learningRate: LearningRate(base: rate))
        change(&training)
        return training
    }

    /// Four training and three test points with |x|² = D = 6; recorded at steps 0, 5, 10 and 20.
    package var experiment: Experiment {
        var stream = RandomStream(seed: 5, .syntheticInputs)
        var inputs = stream.normals(rows: 7, columns: 6)
        for i in 0..<7 {
            let norm = (0..<6).reduce(0) { $0 + inputs[i, $1] * inputs[i, $1] }
            for j in 0..<6 { inputs[i, j] *= (6 / norm).squareRoot() }
        }
        let labels = Matrix(rows: 7, columns: outputs) { i, c in outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % outputs == c ? 1 : 0)
        }
        let data = Dataset(
            trainInputs: inputs.selectingRows([0, 1, 2, 3]), trainLabels: labels.selectingRows([0, 1, 2, 3]),
            testInputs: inputs.selectingRows([4, 5, 6]), testLabels: labels.selectingRows([4, 5, 6]))
        let network = Network(hiddenLayers: layers, activation: activation, richness: richness, isCentered: isCentered)
        return Experiment(network: network, data: data, training: training, recordedSteps: [0, 5, 10, 20])
    }
}
