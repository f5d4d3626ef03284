import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

/// The network, its loss and its derivatives written out in scalar loops: the reference of these tests. Derivatives are
/// central differences, so it shares nothing with the code under test but the layout of the parameters.
struct SlowNetwork {
    /// W⁰ … W^{L−1}, w, then b⁰ … bᴸ or none, as the fast network lays them out.
    var parameters: [Matrix]
    let depth: Int
    let width: Int
    let richness: Double
    let isResidual: Bool
    let constants: Constants
    let phi: (Double) -> Double

    /// What multiplies weights, biases and gradients in each parameterisation, written out from its definition.
    struct Constants {
        /// Of W⁰, Wˡ, w.
        var input, hidden, output: Double
        /// Of biases below the output, and of the output's.
        var bias, outputBias: Double
        /// A step of size 1 moves θ by −step ∂ℒ/∂θ.
        var step: Double

        init(_ network: Network, width: Int, dimension: Int) {
            let (n, d, γ) = (Double(width), Double(dimension), network.richness)
            let (rootN, rootD) = (n.squareRoot(), d.squareRoot())
            let (σw, σb) = (network.weightScale, network.biasScale)
            switch network.parameterization.name {
            case "mean_field":
                // f = (w·φ/√N + b)/(γ₀√N)
                (input, hidden, output, bias, outputBias) = (1 / rootD, 1 / rootN, 1 / (γ * n), 1, 1 / (γ * rootN))
                step = γ * γ * n
            case "ntk":
                (input, hidden, output, bias, outputBias) = (σw / rootD, σw / rootN, σw / (γ * rootN), σb, σb / γ)
                step = γ * γ
            case "standard":
                (input, hidden, output, bias, outputBias) = (1, 1, 1 / γ, 1, 1 / γ)
                step = γ * γ
            case "mup":
                (input, hidden, output, bias, outputBias) = (rootN / rootD, 1, 1 / (γ * rootN), rootN, 1 / γ)
                step = γ * γ
            case "mup, shifted":
                // a + 1/4, b − 1/4, c − 1/2
                let q = rootN.squareRoot()
                (input, hidden, output, bias, outputBias) = (
                    rootN / rootD / q, 1 / q, 1 / (γ * rootN * q), rootN / q, 1 / (γ * q)
                )
                step = γ * γ * rootN
            default: preconditionFailure("no constants of \(network.parameterization.name)")
            }
        }
    }

    init(_ fast: FiniteNetwork, phi: @escaping (Double) -> Double = { tanh($0) }) {
        parameters = fast.weights + fast.biases
        depth = fast.network.hiddenLayers
        width = fast.width
        richness = fast.network.richness
        isResidual = fast.network.isResidual
        constants = Constants(fast.network, width: fast.width, dimension: fast.inputDimension)
        self.phi = phi
    }

    private func bias(_ layer: Int, _ i: Int) -> Double {
        parameters.count > depth + 1 ? parameters[depth + 1 + layer][i, 0] : 0
    }

    /// h¹ … hᴸ of one input.
    func fields(_ x: [Double]) -> [[Double]] {
        let first = (0..<width).map { i in
            constants.input * (0..<x.count).reduce(0) { $0 + parameters[0][i, $1] * x[$1] } + constants.bias * bias(0, i)
        }
        return [first] + fields(above: 1, first)
    }

    /// h^{layer+1} … hᴸ given h^layer.
    private func fields(above layer: Int, _ field: [Double]) -> [[Double]] {
        var h = [field]
        for l in layer..<depth {
            let below = h.last!
            h.append(
                (0..<width).map { i in
                    let sum = (0..<width).reduce(0) { $0 + parameters[l][i, $1] * phi(below[$1]) }
                    return constants.hidden * sum + constants.bias * bias(l, i) + (isResidual ? below[i] : 0)
                })
        }
        return Array(h.dropFirst())
    }

    /// f given hˡ of one layer, l = 1 … L.
    func outputs(layer: Int, field: [Double]) -> [Double] {
        let last = fields(above: layer, field).last ?? field
        return (0..<parameters[depth].columns).map { c in
            constants.output * (0..<width).reduce(0) { $0 + parameters[depth][$1, c] * phi(last[$1]) }
                + constants.outputBias * bias(depth, c)
        }
    }

    func outputs(_ x: [Double]) -> [Double] { outputs(layer: 1, field: fields(x)[0]) }

    /// What multiplies parameter k: how far fields move with it.
    private func multiplier(of k: Int) -> Double {
        let layer = k > depth ? k - depth - 1 : k
        let weight = layer == 0 ? constants.input : layer < depth ? constants.hidden : constants.output
        return k <= depth ? weight : layer < depth ? constants.bias : constants.outputBias
    }

    /// ∂(quantity)/∂θ for every parameter, laid out as the parameters.
    func derivative(_ quantity: (SlowNetwork) -> Double) -> [Matrix] {
        parameters.indices.map { k in
            Matrix(rows: parameters[k].rows, columns: parameters[k].columns) { i, j in
                differentiate(parameters[k][i, j], step: 0x1p-9 * min(1, 0.5 / multiplier(of: k))) { value in
                    var moved = self
                    moved.parameters[k][i, j] = value
                    return quantity(moved)
                }
            }
        }
    }
}

/// Options of the network that change its constants or its layers, with a name for messages.
struct NetworkOption: CustomTestStringConvertible, Sendable {
    var parameterization = Parameterization.meanField
    var biasScale = 0.0
    var isResidual = false
    var testDescription: String { "\(parameterization.name)\(biasScale > 0 ? ", biases" : "")\(isResidual ? ", residual" : "")" }

    static let all: [NetworkOption] =
        (Parameterization.named + [shifted]).flatMap { [Self(parameterization: $0), Self(parameterization: $0, biasScale: 0.6)] }
        + [Self(isResidual: true), Self(parameterization: .standard, biasScale: 0.6, isResidual: true)]

    private static let shifted = Parameterization(
        name: "mup, shifted", multiplier: .init(input: -0.25, hidden: 0.25, output: 0.75),
        initialDeviation: .init(input: 0.25, hidden: 0.25, output: 0.25), learningRate: -0.5)

    func network(hiddenLayers: Int, richness: Double = 0.8, isCentered: Bool = false) -> Network {
        Network(
            hiddenLayers: hiddenLayers, activation: .tanh, weightScale: 1.3, biasScale: biasScale,
            parameterization: parameterization, richness: richness, isCentered: isCentered,
            residual: isResidual ? Residual() : nil)
    }
}

/// Central difference of fourth order: with step 2⁻⁹, truncation h⁴/30·f⁗′ and rounding ε/h are both below 1e-12 for functions
/// of order one.
func differentiate(_ x: Double, step h: Double = 0x1p-9, _ f: (Double) -> Double) -> Double {
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
}

/// ℓ of one sample, from its definition.
func slowLoss(_ loss: Loss, _ f: [Double], _ y: [Double]) -> Double {
    switch loss {
    case .squared: zip(f, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / 2 }
    case .crossEntropy where f.count == 1: log(1 + exp(-y[0] * f[0]))
    case .crossEntropy: -zip(f, y).reduce(0) { $0 + $1.1 * ($1.0 - log(f.reduce(0) { $0 + exp($1) })) }
    }
}

extension Matrix {
    func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }
    func largestDifference(from other: Matrix) -> Double {
        zip(elements, other.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    var largest: Double { elements.reduce(0) { max($0, abs($1)) } }
}

/// Small random data with labels that fit the loss.
func randomData(samples: Int, test: Int = 0, dimension: Int, outputs: Int, loss: Loss = .squared, seed: Int = 7) -> Dataset {
    var stream = RandomStream(seed: seed, .test, samples, dimension, outputs)
    func labels(_ rows: Int) -> Matrix {
        switch loss {
        case .squared: stream.normals(rows: rows, columns: outputs)
        case .crossEntropy where outputs == 1: Matrix(rows: rows, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
        case .crossEntropy: Matrix(rows: rows, columns: outputs) { i, c in i % outputs == c ? 1 : 0 }
        }
    }
    return Dataset(
        trainInputs: stream.normals(rows: samples, columns: dimension), trainLabels: labels(samples),
        testInputs: stream.normals(rows: test, columns: dimension), testLabels: labels(test))
}
