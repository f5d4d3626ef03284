import SaddleModels

/// What the kernels of infinite width take from the description of a network.
///
///     Σ¹ = σ_b² + σ_w² xx′/D,        Σˡ⁺¹ = σ_b² + σ_w² F(Σˡ)
///     Θ¹ = λ₁ xx′/D + λ_b,           Θˡ⁺¹ = λ F(Σˡ) + λ_b + σ_w² Ḟ(Σˡ) Θˡ
///
/// with (λ₁, λ, λ_b) the squared derivative of a preactivation by its own weights, per unit of the incoming kernel, and biases.
struct KernelRecursion: Sendable {
    var hiddenLayers: Int
    var activation: Activation
    /// σ_w²
    var weightVariance: Double
    /// σ_b²
    var biasVariance: Double
    /// λ₁ and λ
    var inputWeightRate: Double
    var weightRate: Double
    /// λ_b
    var biasRate: Double

    /// Layer l = 0 is the input.
    func weightRate(into layer: Int) -> Double { layer == 1 ? inputWeightRate : weightRate }
}

extension KernelRecursion {
    /// The kernel K = Σ_l Gˡ⁺¹Φˡ of the mean-field parameterisation: every weight learns at the same rate.
    init(_ network: Network) {
        self.init(
            hiddenLayers: network.hiddenLayers, activation: network.activation,
            weightVariance: network.weightScale * network.weightScale, biasVariance: 0, inputWeightRate: 1, weightRate: 1,
            biasRate: 0)
    }
}
