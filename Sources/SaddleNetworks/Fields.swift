import SaddleModels
import SaddleNumerics

/// The fields of one network on one set of samples, in buffers that are filled again at every step.
///
///     forward:   hˡ and φ(hˡ), φ′(hˡ), then f
///     backward:  gᴸ = φ′(hᴸ)⊙w·e,   gˡ = φ′(hˡ)⊙(Wˡᵀgˡ⁺¹/√N)       for one row e of output weights a sample
///
/// With e the loss's errors Δ, g is what the descent step needs; with e the unit vector of output c it is
/// gˡ = γ₀N ∂f_c/∂hˡ of the gradient kernels. All products are `gemm`.
struct Fields {
    /// h¹ … hᴸ, φ and φ′ of them, and the back-propagated fields g¹ … gᴸ; each N × samples.
    private(set) var preactivations: [Matrix]
    private(set) var features: [Matrix]
    private(set) var slopes: [Matrix]
    private(set) var gradients: [Matrix]
    /// f, samples × C.
    private var outputs: Matrix

    init(of network: FiniteNetwork, samples: Int) {
        let field = Matrix(rows: network.width, columns: samples)
        preactivations = Array(repeating: field, count: network.network.hiddenLayers)
        features = preactivations
        slopes = preactivations
        gradients = preactivations
        outputs = Matrix(rows: samples, columns: network.outputCount)
    }

    /// Fills the forward fields for inputs x (D × samples) and returns f, samples × C.
    mutating func forward(_ network: FiniteNetwork, _ x: Matrix, withSlopes: Bool = false) -> Matrix {
        let depth = preactivations.count
        for layer in 0..<depth {
            let below = layer == 0 ? x : features[layer - 1]
            preactivations[layer].add(
                .plain(network.weights[layer]), .plain(below), scale: network.scale(of: layer), keeping: 0)
            activate(layer, by: network.network.activation, withSlopes: withSlopes)
        }
        outputs.add(
            features[depth - 1].ᵀ, .plain(network.weights[depth]), scale: network.scale(of: depth), keeping: 0)
        return outputs
    }

    /// Fills the backward fields for output weights e, samples × C. The slopes must be those of the last forward pass.
    mutating func backward(_ network: FiniteNetwork, _ e: Matrix) {
        let depth = gradients.count
        for layer in stride(from: depth - 1, through: 0, by: -1) {
            if layer == depth - 1 {
                gradients[layer].add(.plain(network.weights[depth]), e.ᵀ, keeping: 0)
            } else {
                gradients[layer].add(
                    network.weights[layer + 1].ᵀ, .plain(gradients[layer + 1]), scale: network.scale(of: layer + 1),
                    keeping: 0)
            }
            gradients[layer].multiply(by: slopes[layer])
        }
    }

    private mutating func activate(_ layer: Int, by activation: Activation, withSlopes: Bool) {
        preactivations[layer].elements.withUnsafeBufferPointer { h in
            features[layer].elements.withUnsafeMutableBufferPointer { value in
                if withSlopes {
                    slopes[layer].elements.withUnsafeMutableBufferPointer { slope in
                        activation.apply(to: h, value: value, derivative: slope)
                    }
                } else {
                    activation.apply(to: h, value: value)
                }
            }
        }
    }
}

extension Matrix {
    /// self ← self ⊙ other, elementwise.
    mutating func multiply(by other: Matrix) {
        precondition(rows == other.rows && columns == other.columns, "\(rows)×\(columns) ⊙ \(other.rows)×\(other.columns)")
        elements.withUnsafeMutableBufferPointer { y in
            other.elements.withUnsafeBufferPointer { x in
                for i in 0..<x.count { y[i] *= x[i] }
            }
        }
    }
}
