import SaddleModels
import SaddleNumerics

/// One network of finite width N, with its parameters.
///
///     hˡ⁺¹ = m Wˡφ(hˡ) + m_b bˡ (+ hˡ in residual networks),   f = hᴸ⁺¹/(γ₀N^{a+b}),   φ(h⁰) = x
///
/// with the constants of ``NetworkScaling``; in the mean-field parameterisation without biases h¹ = W⁰x/√D,
/// hˡ⁺¹ = Wˡφ(hˡ)/√N, f = w·φ(hᴸ)/(γ₀N).
///
/// A network is a function of (seed, width, index): its parameters come from random streams keyed by these and the layer.
/// Fields are `N × samples`: a sample is a column.
public struct FiniteNetwork: Sendable {
    public let network: Network
    /// N, the width of every hidden layer.
    public let width: Int
    /// W⁰ (N×D), W¹ … W^{L−1} (N×N), w (N×C): L + 1 matrices.
    public var weights: [Matrix]
    /// b⁰ … b^{L−1} (N×1), bᴸ (C×1); none without biases.
    public var biases: [Matrix]
    public let scaling: NetworkScaling

    /// The network number `index` of an ensemble, at initialisation.
    public init(_ network: Network, inputDimension: Int, outputCount: Int, width: Int, seed: Int, index: Int) {
        precondition(
            width >= 1 && inputDimension >= 1 && outputCount >= 1,
            "width \(width), \(inputDimension) inputs, \(outputCount) outputs")
        precondition(network.convolution == nil, "convolutional layers in a fully connected network")
        let scaling = NetworkScaling(network, width: width, inputDimension: inputDimension)
        self.network = network
        self.width = width
        self.scaling = scaling
        weights = (0...network.hiddenLayers).map { layer in
            let columns = layer == 0 ? inputDimension : layer == network.hiddenLayers ? outputCount : width
            var stream = RandomStream(seed: seed, .networkWeights, width, index, layer)
            var weight = stream.normals(rows: width, columns: columns)
            weight.scale(by: scaling.weights[layer].deviation)
            return weight
        }
        biases = scaling.biases.enumerated().map { layer, parameter in
            // A further index keeps the weights what they are without biases.
            var stream = RandomStream(seed: seed, .networkWeights, width, index, layer, 1)
            var bias = stream.normals(rows: layer == network.hiddenLayers ? outputCount : width, columns: 1)
            bias.scale(by: parameter.deviation)
            return bias
        }
    }

    public var inputDimension: Int { weights[0].columns }
    public var outputCount: Int { weights[network.hiddenLayers].columns }

    /// f for inputs with one sample a row, samples × C. The output at initialisation is never subtracted here.
    ///
    /// - Precondition: with layer norm, no input has all components equal (``Network/inputWithoutVariation(in:)``).
    public func outputs(for inputs: Matrix) -> Matrix { outputs(columns: network.entering(inputs).transposed) }

    /// f for inputs with one sample a column (D × samples), as the first layer sees them; samples × C.
    func outputs(columns x: Matrix) -> Matrix {
        var fields = Fields(of: self, samples: x.columns)
        fields.forward(Parameters(self), NetworkMatrix(x))
        return fields.outputs.doubles
    }
}
