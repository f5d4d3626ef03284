import SaddleModels
import SaddleNumerics

/// The fields of one network on one set of samples, in buffers that are filled again at every step.
///
///     forward:   hˡ and φ(hˡ), φ′(hˡ), then f
///     backward:  gᴸ = φ′(hᴸ)⊙(m w·e),   gˡ = φ′(hˡ)⊙(m Wˡᵀgˡ⁺¹) (+ gˡ⁺¹ in residual networks)       for one row e a sample
///
/// with the multipliers m of ``NetworkScaling``. With e the loss's errors Δ, g is what the descent step needs; with e the unit
/// vector of output c it is gˡ = γ₀N^{a+b} ∂f_c/∂hˡ of the gradient kernels (γ₀N ∂f_c/∂hˡ in the mean-field
/// parameterisation). All products are `gemm`.
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
            let isBegun = begin(layer, network)
            preactivations[layer].add(
                .plain(network.weights[layer]), .plain(below), scale: network.scaling.weights[layer].multiplier,
                keeping: isBegun ? 1 : 0)
            activate(layer, by: network.network.activation, withSlopes: withSlopes)
        }
        let scale = network.scaling.outputScale
        if let bias = network.biases.last {
            let factor = network.scaling.biases[depth].multiplier * scale
            outputs = Matrix(rows: outputs.rows, columns: outputs.columns) { _, c in factor * bias[c, 0] }
        }
        outputs.add(
            features[depth - 1].ᵀ, .plain(network.weights[depth]), scale: network.scaling.weights[depth].multiplier * scale,
            keeping: network.biases.isEmpty ? 0 : 1)
        return outputs
    }

    /// Puts into hˡ what is added to the weights' part, bias and residual connection; returns whether there is any.
    private mutating func begin(_ layer: Int, _ network: FiniteNetwork) -> Bool {
        let isResidual = network.network.isResidual && layer > 0
        if isResidual { preactivations[layer] = preactivations[layer - 1] }
        if network.biases.isEmpty { return isResidual }
        let factor = network.scaling.biases[layer].multiplier
        let (rows, columns) = (preactivations[layer].rows, preactivations[layer].columns)
        preactivations[layer].elements.withUnsafeMutableBufferPointer { h in
            network.biases[layer].elements.withUnsafeBufferPointer { b in
                for j in 0..<columns {
                    for i in 0..<rows { h[j * rows + i] = (isResidual ? h[j * rows + i] : 0) + factor * b[i] }
                }
            }
        }
        return true
    }

    /// Fills the backward fields for output weights e, samples × C. The slopes must be those of the last forward pass.
    mutating func backward(_ network: FiniteNetwork, _ e: Matrix) {
        let depth = gradients.count
        for layer in stride(from: depth - 1, through: 0, by: -1) {
            let scale = network.scaling.weights[layer + 1].multiplier
            if layer == depth - 1 {
                gradients[layer].add(.plain(network.weights[depth]), e.ᵀ, scale: scale, keeping: 0)
            } else {
                gradients[layer].add(
                    network.weights[layer + 1].ᵀ, .plain(gradients[layer + 1]), scale: scale, keeping: 0)
            }
            gradients[layer].multiplyElements(by: slopes[layer])
            if network.network.isResidual && layer < depth - 1 { gradients[layer].add(gradients[layer + 1]) }
        }
    }

    /// gˡ of every output, N × samples·C; column μC + c is that of output c at sample μ. As ``backward(_:_:)`` with unit vectors, all of
    /// them in one product a layer. The slopes must be those of the last forward pass.
    func outputGradients(_ network: FiniteNetwork) -> [Matrix] {
        let (depth, outputs, samples) = (slopes.count, network.outputCount, outputs.rows)
        var result: [Matrix] = []
        for layer in stride(from: depth - 1, through: 0, by: -1) {
            let scale = network.scaling.weights[layer + 1].multiplier
            var field: Matrix
            if let above = result.last {
                field = Matrix.product(network.weights[layer + 1].ᵀ, .plain(above), scale: scale)
            } else {
                var readout = network.weights[depth]
                readout.scale(by: scale)
                field = readout
                for _ in 1..<max(samples, 1) { field.appendColumns(of: readout) }
                if samples == 0 { field = Matrix(rows: network.width, columns: 0) }
            }
            field.multiplyColumnGroups(by: slopes[layer], size: outputs)
            if network.network.isResidual, let above = result.last { field.add(above) }
            result.append(field)
        }
        return result.reversed()
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
    /// Multiplies columns jC … jC + C − 1 elementwise by column j of `factors`.
    fileprivate mutating func multiplyColumnGroups(by factors: Matrix, size: Int) {
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            factors.elements.withUnsafeBufferPointer { w in
                for column in 0..<factors.columns * size {
                    let (start, source) = (column * n, column / size * n)
                    for i in 0..<n { a[start + i] *= w[source + i] }
                }
            }
        }
    }
}
