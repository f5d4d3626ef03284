import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

/// Architectures where another computation of the same is at hand, and what they cannot serve. Catches windows that do not wrap around,
/// softmax that overflows, and widths or fields that give numbers without meaning instead of an error.
@Suite struct ArchitectureLimitsTests {
    private static func experiment(_ network: Network, dimension: Int, outputs: Int = 1, steps: Int = 3) -> Experiment {
        Experiment(
            network: network, data: randomData(samples: 4, test: 3, dimension: dimension, outputs: outputs),
            training: Training(steps: steps, learningRate: LearningRate(base: 0.2), momentum: 0.4), recordedSteps: [0, steps])
    }

    /// A window as long as the ring sees all of it: the network is fully connected over positions and channels, with weights that repeat
    /// along its diagonals, block by block.
    @Test func fullCircularWindowIsACirculantMatrix() throws {
        let (n, channels, width) = (5, 2, 6)
        let network = Network(
            hiddenLayers: 2, activation: .tanh, weightScale: 1.3, biasScale: 0.4,
            convolution: Convolution(shape: [n], channels: channels, window: n, padding: .circular, readout: .flatten))
        let experiment = Self.experiment(network, dimension: n * channels, outputs: 2)
        let trainer = Trainer(experiment, width: width, recordsKernels: false)
        var convolutional = trainer.initialNetwork(seed: 5, index: 0)
        for isTrained in [false, true] {
            if isTrained { _ = try trainer.train(&convolutional) }
            /// Position p takes from position q by the place q − p + 2 of the window.
            func circulant(_ weight: Matrix, _ source: Int) -> Matrix {
                Matrix(rows: n * width, columns: n * source) { i, j in
                    weight[i % width, (j / source - i / width + n / 2 + n) % n * source + j % source]
                }
            }
            func repeated(_ bias: Matrix) -> Matrix { Matrix(rows: n * width, columns: 4) { i, _ in bias[i % width, 0] } }
            let (w, b) = (convolutional.weights, convolutional.biases), k = Double(n)
            func tanhs(_ h: Matrix) -> Matrix { Matrix(rows: h.rows, columns: h.columns) { tanh(h[$0, $1]) } }
            var h = repeated(b[0])
            h.add(
                .plain(circulant(w[0], channels)), experiment.data.trainInputs.ᵀ, scale: 1 / (k * Double(channels)).squareRoot())
            var h2 = repeated(b[1])
            h2.add(.plain(circulant(w[1], width)), .plain(tanhs(h)), scale: 1 / (k * Double(width)).squareRoot())
            var f = Matrix.product(tanhs(h2).ᵀ, .plain(w[2]), scale: 1 / (k.squareRoot() * Double(width)))
            for i in 0..<4 { for c in 0..<2 { f[i, c] += b[2][c, 0] / Double(width).squareRoot() } }
            #expect(convolutional.outputs(for: experiment.data.trainInputs).largestDifference(from: f) < 1e-14)
        }
    }

    /// A linear convolution with one hidden layer, trained with momentum, against its own recursion: the network is the linear function of
    /// patches with coefficients w·W, and the two gradients are sums over samples, positions and places.
    @Test func linearConvolutionFollowsItsRecursion() throws {
        let (n, width, places, steps) = (4, 3, 3, 20)
        let network = Network(
            hiddenLayers: 1, activation: .linear, richness: 1.5,
            convolution: Convolution(shape: [n], padding: .same, readout: .flatten))
        let experiment = Self.experiment(network, dimension: n, steps: steps), data = experiment.data
        let trainer = Trainer(experiment, width: width, recordsKernels: false)
        var fast = trainer.initialNetwork(seed: 6, index: 0)
        var (w0, w) = (fast.weights[0], fast.weights[1])
        _ = try trainer.train(&fast)

        func x(_ sample: Int, _ position: Int) -> Double {
            (0..<n).contains(position) ? data.trainInputs[sample, position] : 0
        }
        let (root, γN) = (Double(places).squareRoot(), 1.5 * Double(width) * Double(n).squareRoot())
        var (v0, v) = (Matrix(rows: width, columns: places), Matrix(rows: width * n, columns: 1))
        for _ in 0..<steps {
            var (g0, g) = (Matrix(rows: width, columns: places), Matrix(rows: width * n, columns: 1))
            for sample in 0..<4 {
                func h(_ p: Int, _ i: Int) -> Double {
                    (0..<places).reduce(0) { $0 + w0[i, $1] * x(sample, p + $1 - 1) } / root
                }
                var f = 0.0
                for p in 0..<n { for i in 0..<width { f += w[p * width + i, 0] * h(p, i) / γN } }
                let error = (f - data.trainLabels[sample, 0]) / 4
                for p in 0..<n {
                    for i in 0..<width {
                        g[p * width + i, 0] += error * h(p, i) / γN
                        for k in 0..<places { g0[i, k] += error * w[p * width + i, 0] * x(sample, p + k - 1) / (root * γN) }
                    }
                }
            }
            let unit = 1.5 * 1.5 * Double(width)
            for i in v0.elements.indices {
                v0.elements[i] = 0.4 * v0.elements[i] + unit * g0.elements[i]
                w0.elements[i] -= 0.2 * v0.elements[i]
            }
            for i in v.elements.indices {
                v.elements[i] = 0.4 * v.elements[i] + unit * g.elements[i]
                w.elements[i] -= 0.2 * v.elements[i]
            }
        }
        #expect(fast.weights[0].largestDifference(from: w0) < 1e-12 && fast.weights[1].largestDifference(from: w) < 1e-12)
        #expect(trainer.initialNetwork(seed: 6, index: 0).weights[0].largestDifference(from: w0) > 0.05)
    }

    /// Logits of 10⁶: the softmax picks one token, and nothing overflows, forwards or backwards, in either precision.
    @Test(arguments: [Precision.double, .single]) func attentionIsStable(precision: Precision) throws {
        let block = Transformer(tokens: 4, attention: Attention(keyDimension: 2))
        let network = Network(hiddenLayers: 2, activation: .tanh, transformer: block)
        let experiment = Self.experiment(network, dimension: 8)
        let trainer = Trainer(experiment, width: 8, recordsKernels: true, precision: precision)
        var finite = trainer.initialNetwork(seed: 1, index: 0)
        for i in finite.graph.weights.indices where ["query", "key"].contains(finite.graph.weights[i].name) {
            finite.weights[i].scale(by: 1e4)
        }
        let values = try trainer.train(&finite)
        #expect(values.allSatisfy(\.isFinite) && values.contains { $0 != 0 })
    }

    @Test func widthsThatDoNotFitAreNamed() {
        func error(_ network: Network, _ dimension: Int, width: Int) -> EnsembleError? {
            let ensemble = Ensemble(
                Self.experiment(network, dimension: dimension), EnsembleSettings(width: width, networks: 2))
            do {
                _ = try ensemble.train()
                return nil
            } catch { return error as? EnsembleError }
        }
        let heads = Network(
            hiddenLayers: 2, activation: .tanh, transformer: Transformer(tokens: 2, attention: Attention(keyDimension: 4)))
        #expect(error(heads, 4, width: 6) == .width(6, expected: "a multiple of 4, the components of a head"))
        #expect(error(heads, 4, width: 8) == nil)
        let ratios = Network(hiddenLayers: 2, activation: .tanh, widthRatios: [1, 0.5])
        #expect("\(error(ratios, 3, width: 5)!)".contains("width 5 does not fit this network; expected a width whose 0.5-fold"))
        #expect(error(ratios, 3, width: 4) == nil)
        let inputs = randomData(samples: 2, dimension: 3, outputs: 1).trainInputs
        #expect {
            try KernelEnsemble(ratios, inputs: inputs, width: 5, networks: 2, seed: 1)
        } throws: { if case EnsembleError.width(5, _) = $0 { true } else { false } }
    }

    /// One unit has no variance, nor have units that are all 0: errors, in training and at test samples.
    @Test func fieldsWithoutVariationAreNamed() throws {
        let network = Network(hiddenLayers: 2, activation: .tanh, normalizesHidden: true)
        func failure(width: Int, _ change: (inout Dataset) -> Void) -> Divergence? {
            var experiment = Self.experiment(network, dimension: 3)
            change(&experiment.data)
            var finite = Trainer(experiment, width: width, recordsKernels: false).initialNetwork(seed: 1, index: 0)
            do {
                _ = try Trainer(experiment, width: width, recordsKernels: false).train(&finite)
                return nil
            } catch { return error as? Divergence }
        }
        #expect(failure(width: 6) { _ in } == nil)
        #expect("\(failure(width: 1) { _ in }!)".contains("hidden layer 1 has 1 unit"))
        let zeroTrain = failure(width: 6) { for i in 0..<3 { $0.trainInputs[2, i] = 0 } }
        #expect(zeroTrain?.flat?.sample == 2 && zeroTrain?.flat?.units == 6 && zeroTrain?.step == 0)
        #expect(failure(width: 6) { for i in 0..<3 { $0.testInputs[1, i] = 0 } }?.flat?.sample == 1)
        #expect {
            try KernelEnsemble(network, inputs: Matrix(rows: 2, columns: 3), width: 5, networks: 2, seed: 1)
        } throws: { ($0 as? Divergence)?.flat?.sample == 0 }
    }
}
