import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

/// Networks of every kind with their layers written out by hand, as their descriptions say.
struct ArchitectureCase: CustomTestStringConvertible, Sendable {
    let name: String
    let network: Network
    let layers: [Layer]
    var grid: [Int] = []
    var readout = Convolution.Readout.averagePooling
    let dimension: Int
    var width = 4

    var testDescription: String {
        "\(name), \(network.parameterization.name)\(network.biasScale > 0 ? ", biases" : "")"
    }

    func finite(outputs: Int, seed: Int = 2) -> FiniteNetwork {
        FiniteNetwork(network, inputDimension: dimension, outputCount: outputs, width: width, seed: seed, index: 3)
    }

    func slow(_ fast: FiniteNetwork) -> SlowLayers { SlowLayers(fast, layers, grid: grid, readout: readout) }

    /// In another parameterisation, with or without biases.
    func changed(_ parameterization: Parameterization, biasScale: Double) -> ArchitectureCase {
        var network = network
        network.parameterization = parameterization
        network.biasScale = biasScale
        return ArchitectureCase(
            name: name, network: network, layers: layers, grid: grid, readout: readout, dimension: dimension, width: width)
    }

    /// Each in the mean-field parameterisation with biases, and three of them in all with and without.
    static let all: [ArchitectureCase] =
        kinds
        + ["2-d stride", "transformer", "own layers"].flatMap { name in
            let kind = kinds.first { $0.name == name }!
            return [kind.changed(.meanField, biasScale: 0)]
                + [Parameterization.neuralTangent, .standard, .maximalUpdate].flatMap {
                    [kind.changed($0, biasScale: 0), kind.changed($0, biasScale: 0.6)]
                }
        }

    private static func network(
        _ layers: Int, residual: Residual? = nil, normalizes: Bool = false, convolution: Convolution? = nil,
        transformer: Transformer? = nil, ratios: [Double] = [], own: [Layer]? = nil
    ) -> Network {
        Network(
            hiddenLayers: layers, activation: .tanh, weightScale: 1.3, biasScale: 0.5, richness: 0.8, residual: residual,
            normalizesHidden: normalizes, convolution: convolution, transformer: transformer, widthRatios: ratios, layers: own)
    }

    private static func convolution(_ window: Int, _ padding: Convolution.Padding, stride: Int = 1) -> Layer {
        .convolution(window: window, stride: stride, padding: padding, ratio: 1)
    }

    private static let line = Convolution(shape: [5], channels: 2, readout: .flatten)
    private static let ring = Convolution(shape: [4], channels: 1, padding: .circular)
    private static let image = Convolution(shape: [6, 6], padding: .circular, pooling: 2, readout: .flatten)
    private static let strided = Convolution(shape: [5, 7], channels: 2, padding: .valid, stride: 2)
    private static let half = Residual(form: .pre, scale: .branch(0.5))
    private static let post = Residual(form: .post, scale: .depth(0.9, exponent: 0.5))
    private static let norm = Layer.normalization
    private static let one = Layer.linear(ratio: 1)

    static let kinds: [ArchitectureCase] = [
        .init(
            name: "1-d flatten", network: network(2, convolution: line),
            layers: [convolution(3, .same), .activation, convolution(3, .same), .activation], grid: [5], readout: .flatten,
            dimension: 10),
        .init(
            name: "2-d pooling", network: network(2, convolution: image),
            layers: [convolution(3, .circular), .activation, .pooling(size: 2), convolution(3, .circular), .activation],
            grid: [6, 6], readout: .flatten, dimension: 36, width: 2),
        .init(
            name: "2-d stride", network: network(1, convolution: strided),
            layers: [convolution(3, .valid, stride: 2), .activation], grid: [5, 7], dimension: 70, width: 3),
        .init(
            name: "residual convolution", network: network(3, residual: post, normalizes: true, convolution: ring),
            layers: [
                convolution(3, .circular),
                .residual([norm, convolution(3, .circular), .activation], scale: 0.9 / 2.0.squareRoot()),
                .residual([norm, convolution(3, .circular), .activation], scale: 0.9 / 2.0.squareRoot()), norm, .activation,
            ], grid: [4], dimension: 4),
        .init(
            name: "residual", network: network(3, residual: half),
            layers: [one, .residual([.activation, one], scale: 0.5), .residual([.activation, one], scale: 0.5), .activation],
            dimension: 3),
        .init(
            name: "residual post", network: network(3, residual: Residual(form: .post, scale: .branch(1))),
            layers: [one, .residual([one, .activation], scale: 1), .residual([one, .activation], scale: 1), .activation],
            dimension: 3),
        .init(
            name: "normalised", network: network(3, residual: Residual(), normalizes: true),
            layers: [
                one, .residual([norm, .activation, one], scale: 1), .residual([norm, .activation, one], scale: 1), norm,
                .activation,
            ], dimension: 3),
        .init(
            name: "width ratios", network: network(3, ratios: [1, 0.5, 1.5]),
            layers: [one, .activation, .linear(ratio: 0.5), .activation, .linear(ratio: 1.5), .activation], dimension: 3),
        .init(
            name: "attention",
            network: network(
                3, residual: half, transformer: Transformer(tokens: 3, attention: Attention(keyDimension: 1))),
            layers: [
                one, .residual([.attention(Attention(keyDimension: 1))], scale: 0.5),
                .residual([.attention(Attention(keyDimension: 1))], scale: 0.5), .activation,
            ], grid: [3], dimension: 6),
        .init(
            name: "transformer",
            network: network(
                2, normalizes: true,
                transformer: Transformer(tokens: 3, attention: Attention(keyDimension: 2, isCausal: true), feedForward: 2)),
            layers: [
                one, .residual([norm, .attention(Attention(keyDimension: 2, isCausal: true))], scale: 1),
                .residual([norm, .linear(ratio: 2), .activation, one], scale: 1), norm, .activation,
            ], grid: [3], dimension: 6),
        .init(
            name: "own layers", network: network(1, convolution: Convolution(shape: [4], channels: 2), own: own), layers: own,
            grid: [4], dimension: 8),
        .init(name: "values of φ into φ", network: network(1, own: twice), layers: twice, dimension: 3),
    ]

    /// With and without a second reader.
    private static let twice: [Layer] = [
        one, .activation, .residual([.activation, one], scale: 0.5), one, .activation, .activation,
    ]

    /// A residual branch that ends in another place than it began is no branch: all parts here keep N/2 channels, then N.
    private static let own: [Layer] = [
        .convolution(window: 3, stride: 1, padding: .same, ratio: 0.5), .activation,
        .residual([.normalization, .convolution(window: 3, stride: 1, padding: .circular, ratio: 0.5)], scale: 0.7),
        .residual([.activation], scale: 0.3), .pooling(size: 2), .linear(ratio: 1.5), .activation, .residual([], scale: 0.5),
        .linear(ratio: 1), .residual([.attention(Attention(keyDimension: 2)), .residual([.activation], scale: 0.4)], scale: 1),
        .activation,
    ]
}
