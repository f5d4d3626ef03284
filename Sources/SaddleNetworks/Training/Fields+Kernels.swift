import SaddleModels
import SaddleNumerics

/// Equal-time kernels of one network on one set of samples, each samples × samples:
///
///     Φˡ = φ(hˡ)ᵀφ(hˡ)/N,   Gˡ = (1/C) Σ_c g_cˡᵀg_cˡ/N,   K = Σ_{ℓ=0}^{L} Gˡ⁺¹ ⊙ (λ_W Φˡ + λ_b),   Φ⁰ = xᵀx/D,   G^{L+1} = 1
///
/// with gˡ_c = γ₀N^{a+b} ∂f_c/∂hˡ and the factors λ of ``NetworkScaling`` (in the mean-field parameterisation without biases:
/// γ₀N, 1 and 0). K is the neural tangent kernel γ₀²N^{−c} Σ_θ ∂_θf_c ∂_θf_c, averaged over outputs c.
public struct NetworkKernels: Sendable {
    /// Φ¹ … Φᴸ
    public var features: [Matrix]
    /// G¹ … Gᴸ
    public var gradients: [Matrix]
    /// K
    public var tangent: Matrix
}

extension FiniteNetwork {
    /// The kernels at the current weights, for inputs with one sample a row.
    public func kernels(for inputs: Matrix) -> NetworkKernels {
        let x = network.entering(inputs).transposed, parameters = Parameters<Double>(self)
        var fields = Fields(of: self, samples: x.columns)
        fields.forward(parameters, NetworkMatrix(x), withSlopes: true)
        return fields.kernels(parameters, inputKernel: x.gram(scale: 1 / Double(inputDimension)))
    }
}

extension Fields {
    /// The kernels of the last forward pass, which must have filled the slopes; overwrites the backward fields.
    ///
    /// - Parameter inputKernel: Φ⁰.
    mutating func kernels(_ parameters: Parameters<Number>, inputKernel: Matrix) -> NetworkKernels {
        let (depth, samples, count) = (features.count, outputs.rows, outputs.columns)
        let width = Double(features[0].rows)
        let featureKernels = features.map { $0.gram(scale: 1 / width) }
        var gradientKernels: [Matrix] = []
        for c in 0..<count {
            backward(parameters, NetworkMatrix(Matrix(rows: samples, columns: count) { $1 == c ? 1 : 0 }))
            for layer in 0..<depth {
                let kernel = gradients[layer].gram(scale: 1 / (width * Double(count)))
                if c == 0 { gradientKernels.append(kernel) } else { gradientKernels[layer].add(kernel) }
            }
        }
        let (λw, λb) = (parameters.scaling.weights.map(\.kernelFactor), parameters.scaling.biases.map(\.kernelFactor))
        var tangent = featureKernels[depth - 1]
        tangent.scale(by: λw[depth])
        if let λ = λb.last { tangent.add(Matrix(rows: samples, columns: samples, repeating: λ)) }
        for layer in 0..<depth {
            if !λb.isEmpty { tangent.add(gradientKernels[layer], scale: λb[layer]) }
            var term = layer == 0 ? inputKernel : featureKernels[layer - 1]
            term.multiplyElements(by: gradientKernels[layer])
            tangent.add(term, scale: λw[layer])
        }
        return NetworkKernels(features: featureKernels, gradients: gradientKernels, tangent: tangent)
    }
}
