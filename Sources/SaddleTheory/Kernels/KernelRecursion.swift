import SaddleModels

/// What the kernels of infinite width take from the description of a network.
///
///     Σ¹ = σ_b² + σ_w² xx′/D,          Σˡ⁺¹ = σ_b² + σ_w² F(Σˡ)
///     Θ¹ = λ_W⁰ xx′/D + λ_b⁰,          Θˡ⁺¹ = λ_Wˡ F(Σˡ) + λ_bˡ + σ_w² Ḟ(Σˡ) Θˡ
///
/// and with residual connections Σˡ⁺¹ and Θˡ⁺¹ of the hidden layers ℓ + 1 = 2 … L receive Σˡ and Θˡ in addition. λ is the squared
/// derivative of a preactivation by its own weights, per unit of the incoming kernel, and biases (``NetworkScaling``).
struct KernelRecursion: Sendable {
    var hiddenLayers: Int
    var activation: Activation
    /// σ_w²
    var weightVariance: Double
    /// σ_b²
    var biasVariance: Double
    /// λ_W⁰ … λ_Wᴸ and λ_b⁰ … λ_bᴸ
    var weightRates: [Double]
    var biasRates: [Double]
    var isResidual = false

    /// Whether the preactivations of layer ℓ + 1 contain those of layer ℓ, ℓ = 1, 2, ….
    func skips(_ layer: Int) -> Bool { isResidual && layer >= 1 && layer < hiddenLayers }
}

extension KernelRecursion {
    /// - Parameter width: n, for parameterisations whose tangent kernel depends on it.
    /// - Throws: ``KernelError/needsWidth(parameterization:)``, ``KernelError/unsupported(_:)``.
    init(_ network: Network, inputDimension: Int, width: Int?) throws(KernelError) {
        if network.convolution != nil { throw .unsupported("convolutional layers are served by ConvolutionalKernel") }
        if let trait = network.trait(beyond: [.plainResidual]) {
            throw .unsupported("\(trait.title) are not served by kernel limits")
        }
        // Powers of two, so that powers of the width are exact.
        let scaling = NetworkScaling(network, width: width ?? 1 << 10, inputDimension: inputDimension)
        if width == nil {
            let other = NetworkScaling(network, width: 1 << 12, inputDimension: inputDimension)
            let rates = { (s: NetworkScaling) in (s.weights + s.biases).map(\.kernelFactor) }
            if rates(scaling) != rates(other) { throw .needsWidth(parameterization: network.parameterization.name) }
        }
        let none = [Double](repeating: 0, count: network.hiddenLayers + 1)
        self.init(
            hiddenLayers: network.hiddenLayers, activation: network.activation,
            weightVariance: network.weightScale * network.weightScale, biasVariance: network.biasScale * network.biasScale,
            weightRates: scaling.weights.map(\.kernelFactor),
            biasRates: scaling.biases.isEmpty ? none : scaling.biases.map(\.kernelFactor), isResidual: network.isResidual)
    }
}
