import SaddleModels
import SaddleNumerics

/// One network of finite width N, with its weights.
///
///     h¹ = W⁰x/√D,   hˡ⁺¹ = Wˡφ(hˡ)/√N,   f = w·φ(hᴸ)/(γ₀N)
///
/// A network is a function of (seed, width, index): its weights N(0, σ_w²) come from random streams keyed by these and the
/// layer. Fields are `N × samples`: a sample is a column.
public struct FiniteNetwork: Sendable {
    public let network: Network
    /// N, the width of every hidden layer.
    public let width: Int
    /// W⁰ (N×D), W¹ … W^{L−1} (N×N), w (N×C): L + 1 matrices.
    public var weights: [Matrix]

    /// The network number `index` of an ensemble, at initialisation.
    public init(_ network: Network, inputDimension: Int, outputCount: Int, width: Int, seed: Int, index: Int) {
        precondition(
            width >= 1 && inputDimension >= 1 && outputCount >= 1,
            "width \(width), \(inputDimension) inputs, \(outputCount) outputs")
        self.network = network
        self.width = width
        weights = (0...network.hiddenLayers).map { layer in
            let columns = layer == 0 ? inputDimension : layer == network.hiddenLayers ? outputCount : width
            var stream = RandomStream(seed: seed, .networkWeights, width, index, layer)
            var weight = stream.normals(rows: width, columns: columns)
            weight.scale(by: network.weightScale)
            return weight
        }
    }

    public var inputDimension: Int { weights[0].columns }
    public var outputCount: Int { weights[network.hiddenLayers].columns }

    /// What multiplies the product of weight matrix `layer` with the features below: 1/√D, 1/√N … 1/√N, 1/(γ₀N).
    func scale(of layer: Int) -> Double {
        switch layer {
        case 0: 1 / Double(inputDimension).squareRoot()
        case network.hiddenLayers: 1 / (network.richness * Double(width))
        default: 1 / Double(width).squareRoot()
        }
    }

    /// f for inputs with one sample a row, samples × C. The output at initialisation is never subtracted here.
    public func outputs(for inputs: Matrix) -> Matrix { outputs(columns: inputs.transposed) }

    /// f for inputs with one sample a column (D × samples), samples × C.
    func outputs(columns x: Matrix) -> Matrix {
        var fields = Fields(of: self, samples: x.columns)
        return fields.forward(self, x)
    }
}
