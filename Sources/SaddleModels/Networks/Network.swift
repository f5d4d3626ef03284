import SaddleNumerics

/// A fully connected network in the mean-field parameterisation.
///
///     h¹ = W⁰x/√D,   hˡ⁺¹ = Wˡφ(hˡ)/√N,   f = w·φ(hᴸ)/(γ₀N),   every weight ~ N(0, σ_w²)
///
/// This is a description only: theory and simulation both read it and share nothing else. The width N is not part of it.
public struct Network: Sendable {
    /// Number of hidden layers, L ≥ 1.
    public var hiddenLayers: Int
    public var activation: Activation
    /// Standard deviation of every weight at initialisation, σ_w.
    public var weightScale: Double
    /// Feature-learning strength γ₀; γ₀ → 0 is the lazy (kernel) limit.
    public var richness: Double
    /// Whether the output at initialisation is subtracted from the output.
    public var isCentered: Bool

    public init(
        hiddenLayers: Int, activation: Activation, weightScale: Double = 1, richness: Double = 1, isCentered: Bool = false
    ) {
        precondition(hiddenLayers >= 1, "\(hiddenLayers) hidden layers; at least one is needed")
        precondition(weightScale > 0 && richness > 0, "weight scale \(weightScale) and richness \(richness) must be positive")
        self.hiddenLayers = hiddenLayers
        self.activation = activation
        self.weightScale = weightScale
        self.richness = richness
        self.isCentered = isCentered
    }
}
