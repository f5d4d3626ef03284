import SaddleModels
import SaddleNumerics

/// One network that the installation is certified on: theory against ensembles of real networks.
public struct VerificationCase: Sendable {
    /// What network and training are, as tables show it.
    public var name: String
    /// L, hidden layers.
    public var layers = 2
    /// φ of all hidden layers.
    public var activation = Activation.tanh
    /// γ₀, how strongly features are learnt.
    public var richness = 1.0
    /// Outputs of the network: as many labels has a synthetic point.
    public var outputs = 1
    /// Whether the outputs at initialisation are subtracted.
    public var isCentered = false
    /// Steps, learning rate, loss and optimiser.
    public var training: Training
    /// What its network has beside layers, activation and richness.
    public var architecture: @Sendable (inout Network) -> Void = { _ in }
    /// Components of an input.
    public var inputs = 6
    /// In place of synthetic points.
    public var data: DataSource? = nil
    /// Of the ensembles, where those of ``Verification`` would take long; nil: those.
    public var widths: [Int]? = nil
    /// In each ensemble, where it differs from ``Verification/networks``.
    public var networks: Int? = nil

    /// Every depth 1 … 4 with every kind of activation at γ₀ between 0.3 and 3, then momentum, losses, several outputs and batches.
    public static let connected: [VerificationCase] = grid + options
    /// Those, then architectures, other optimisers and streams.
    public static let all: [VerificationCase] = connected + architectures + trainings

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

    private static let architectures: [VerificationCase] = [
        convolution("1-d convolution, tanh, mean over positions", .tanh, Convolution(shape: [6])),
        convolution(
            "1-d circular convolution, erf, flatten", .erf, Convolution(shape: [6], padding: .circular, readout: .flatten)),
        convolution(
            "2-d circular convolution, tanh, flatten", .tanh, Convolution(shape: [4, 4], padding: .circular, readout: .flatten)),
        convolution("2-d convolution, relu, pooling", .relu, Convolution(shape: [6, 6], pooling: 2), rate: 1),
        residual("residual, 3 blocks", 4, .tanh, Residual(scale: .depth(1, exponent: 0.5))),
        residual("residual, 11 blocks", 12, .tanh, Residual(scale: .depth(1, exponent: 0.5))),
        residual("residual, 31 blocks", 32, .tanh, Residual(scale: .depth(1, exponent: 0.5)), networks: 200),
        residual("residual, relu, 3 blocks", 4, .relu, Residual(scale: .depth(1, exponent: 0.5))),
        residual("residual, 3 blocks of form 'post'", 4, .tanh, Residual(form: .post, scale: .depth(1, exponent: 0.5))),
        attention("attention, heads of 1", 1), attention("attention, heads of 4, causal", 4, isCausal: true),
        attention("attention, heads of 8", 8),
        VerificationCase(
            name: "normalised hidden layers of different widths", layers: 3, training: descent(0.1),
            architecture: { ($0.normalizesHidden, $0.widthRatios) = (true, [1, 2, 0.5]) }),
    ]

    private static let trainings: [VerificationCase] = [
        VerificationCase(
            name: "ten classes of digits, softmax", outputs: 10, training: descent(0.5) { $0.loss = .crossEntropy },
            data: DataSource(source: "digits", train: 20, test: 10), networks: 300),
        VerificationCase(
            name: "stream", training: descent(0.2) { ($0.batchSize, $0.isStream, $0.order) = (2, true, .sequential) }),
        optimized("Muon", .muon(.exact(epsilon: 0.02)), others: .descent, rate: 0.05),
        {
            var c = optimized("Muon, layers of different widths", .muon(.exact(epsilon: 0.02)), others: .descent, rate: 0.05)
            c.architecture = { $0.widthRatios = [0.5, 1] }
            return c
        }(),
        optimized("Muon by Newton–Schulz, momentum", .muon(.newtonSchulz), others: .descent, rate: 0.03) { $0.momentum = 0.5 },
        optimized("Shampoo", .shampoo(epsilon: 0.1), others: .descent, rate: 0.05),
        optimized("Adam, ε = 0.1", .adam(beta1: 0.9, beta2: 0.95, epsilon: 0.1), rate: 0.03),
        optimized("Adam, ε = 1e-3", .adam(beta1: 0.9, beta2: 0.95, epsilon: 1e-3), rate: 0.02),
        optimized("Adam, ε = 1e-8", .adam(beta1: 0.9, beta2: 0.95, epsilon: 1e-8), rate: 0.02),
    ]

    private static func convolution(
        _ name: String, _ activation: Activation, _ convolution: Convolution, rate: Double = 0.3
    ) -> VerificationCase {
        VerificationCase(
            name: name, activation: activation, training: descent(rate), architecture: { $0.convolution = convolution },
            inputs: convolution.inputDimension, widths: [16, 64], networks: 400)
    }

    private static func residual(
        _ name: String, _ layers: Int, _ activation: Activation, _ residual: Residual, networks: Int = 400
    ) -> VerificationCase {
        VerificationCase(
            name: name, layers: layers, activation: activation, training: descent(0.2), architecture: { $0.residual = residual },
            widths: [32, 128], networks: networks)
    }

    private static func attention(_ name: String, _ keyDimension: Int, isCausal: Bool = false) -> VerificationCase {
        let transformer = Transformer(tokens: 3, attention: Attention(keyDimension: keyDimension, isCausal: isCausal))
        return VerificationCase(
            name: name, training: descent(0.2), architecture: { $0.transformer = transformer }, widths: [32, 128], networks: 400)
    }

    private static func optimized(
        _ name: String, _ rule: UpdateRule, others: UpdateRule? = nil, rate: Double, _ change: (inout Training) -> Void = { _ in }
    ) -> VerificationCase {
        VerificationCase(
            name: name,
            training: descent(rate) {
                $0.optimizer = Optimizer(rule, others: others, decay: .decoupled)
                change(&$0)
            }, widths: [32, 64], networks: 400)
    }

    private static func descent(_ rate: Double, _ change: (inout Training) -> Void = { _ in }) -> Training {
        var training = Training(steps: 20, learningRate: LearningRate(base: rate))
        change(&training)
        return training
    }

    /// Four training and three test points with |x|² = D; recorded at steps 0, 5, 10 and 20. A stream has fresh training points.
    ///
    /// - Throws: ``DataError``.
    package var experiment: Experiment {
        get throws {
            var network = Network(hiddenLayers: layers, activation: activation, richness: richness, isCentered: isCentered)
            architecture(&network)
            let data = try data?.load(loss: training.loss).dataset ?? synthetic
            return Experiment(network: network, data: data, training: training, recordedSteps: [0, 5, 10, 20])
        }
    }

    private var synthetic: Dataset {
        var stream = RandomStream(seed: 5, .syntheticInputs)
        let train = training.isStream ? (training.steps + 1) * training.batchSize! : 4, count = train + 3
        var points = stream.normals(rows: count, columns: inputs)
        for i in 0..<count {
            let norm = (0..<inputs).reduce(0) { $0 + points[i, $1] * points[i, $1] }
            for j in 0..<inputs { points[i, j] *= (Double(inputs) / norm).squareRoot() }
        }
        let labels = Matrix(rows: count, columns: outputs) { i, c in
            if training.isStream { return points[i, 0] > 0 ? 1 : -1 }
            return outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % outputs == c ? 1 : 0)
        }
        let (own, other) = (Array(0..<train), Array(train..<count))
        return Dataset(
            trainInputs: points.selectingRows(own), trainLabels: labels.selectingRows(own),
            testInputs: points.selectingRows(other), testLabels: labels.selectingRows(other))
    }
}
