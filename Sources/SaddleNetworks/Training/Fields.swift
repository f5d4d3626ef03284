import SaddleModels
import SaddleNumerics

/// The fields of one network on one set of samples, in buffers that are filled again at every step.
///
///     forward:   hˡ and φ(hˡ), φ′(hˡ), then f
///     backward:  gᴸ = φ′(hᴸ)⊙(m w·e),   gˡ = φ′(hˡ)⊙(m Wˡᵀgˡ⁺¹) (+ gˡ⁺¹ in residual networks)       for one row e a sample
///
/// with the multipliers m of ``NetworkScaling``. With e the loss's errors Δ, g is what the descent step needs; with e the unit
/// vector of output c it is gˡ = γ₀N^{a+b} ∂f_c/∂hˡ of the gradient kernels (γ₀N ∂f_c/∂hˡ in the mean-field
/// parameterisation). All products are `gemm`, and nothing is allocated.
///
/// Each network has products of its own. Those of the first layers of 4 or 16 networks, stacked into one, take 0.5 to 0.95 of the time at
/// widths 16 and 32 with four samples, where they are a tenth of a step, and 1 to 1.7 times as long at width 64 and more or with 50
/// samples: BLAS has kernels without packing for small matrices alone.
struct Fields<Number: NetworkNumber> {
    typealias Field = NetworkMatrix<Number>

    /// h¹ … hᴸ, φ and φ′ of them, and the back-propagated fields g¹ … gᴸ; each N × samples.
    private(set) var preactivations: [Field]
    private(set) var features: [Field]
    private(set) var slopes: [Field]
    private(set) var gradients: [Field]
    /// f, samples × C.
    private(set) var outputs: Field
    /// What biases are multiplied with: 1 for every sample, samples × 1.
    let ones: Field

    /// - Parameter isForwardOnly: neither slopes nor gradients are wanted.
    init(_ network: Network, width: Int, outputCount: Int, samples: Int, isForwardOnly: Bool = false) {
        let field = Field(rows: width, columns: samples)
        preactivations = Array(repeating: field, count: network.hiddenLayers)
        features = preactivations
        slopes = isForwardOnly ? [] : preactivations
        gradients = slopes
        outputs = Field(rows: samples, columns: outputCount)
        ones = Field(Matrix(rows: samples, columns: 1, repeating: 1))
    }

    /// Fills the forward fields for inputs x (D × samples), and f.
    mutating func forward(_ parameters: Parameters<Number>, _ x: Field, withSlopes: Bool = false) {
        let (depth, network, scaling) = (preactivations.count, parameters.network, parameters.scaling)
        let hasBias = !parameters.biases.isEmpty
        for layer in 0..<depth {
            if hasBias {
                preactivations[layer].add(
                    parameters.biases[layer].plain, ones.ᵀ, scale: scaling.biases[layer].multiplier, keeping: 0)
            }
            preactivations[layer].add(
                parameters.weights[layer].plain, (layer == 0 ? x : features[layer - 1]).plain,
                scale: scaling.weights[layer].multiplier, keeping: hasBias ? 1 : 0)
            if network.isResidual && layer > 0 { preactivations[layer].add(preactivations[layer - 1]) }
            if withSlopes {
                features[layer].setValues(of: network.activation, at: preactivations[layer], slopes: &slopes[layer])
            } else {
                features[layer].setValues(of: network.activation, at: preactivations[layer])
            }
        }
        if hasBias {
            outputs.add(
                ones.plain, parameters.biases[depth].ᵀ, scale: scaling.biases[depth].multiplier * scaling.outputScale, keeping: 0)
        }
        outputs.add(
            features[depth - 1].ᵀ, parameters.weights[depth].plain,
            scale: scaling.weights[depth].multiplier * scaling.outputScale, keeping: hasBias ? 1 : 0)
    }

    /// Fills the backward fields for output weights e, samples × C. The slopes must be those of the last forward pass.
    mutating func backward(_ parameters: Parameters<Number>, _ e: Field) {
        let depth = gradients.count
        for layer in stride(from: depth - 1, through: 0, by: -1) {
            let scale = parameters.scaling.weights[layer + 1].multiplier
            if layer == depth - 1 {
                gradients[layer].add(parameters.weights[depth].plain, e.ᵀ, scale: scale, keeping: 0)
            } else {
                gradients[layer].add(parameters.weights[layer + 1].ᵀ, gradients[layer + 1].plain, scale: scale, keeping: 0)
            }
            gradients[layer].multiplyElements(by: slopes[layer])
            if parameters.network.isResidual && layer < depth - 1 { gradients[layer].add(gradients[layer + 1]) }
        }
    }
}

extension Fields<Double> {
    init(of network: FiniteNetwork, samples: Int) {
        self.init(network.network, width: network.width, outputCount: network.outputCount, samples: samples)
    }
}
