import SaddleNumerics

/// A network with L hidden layers of equal width. In the mean-field parameterisation
///
///     h¹ = W⁰x/√D + b⁰,   hˡ⁺¹ = Wˡφ(hˡ)/√N + bˡ,   f = w·φ(hᴸ)/(γ₀N) + bᴸ/(γ₀√N),   weights ~ N(0, σ_w²), biases ~ N(0, σ_b²)
///
/// This is a description only: theory and simulation both read it and share nothing else. The width N is not part of it.
/// Not every theory and simulator serves every description; each says what it does not.
public struct Network: Sendable {
    /// Number of hidden layers, L ≥ 1.
    public var hiddenLayers: Int
    /// φ of every hidden layer.
    public var activation: Activation
    /// Standard deviation of every weight at initialisation, σ_w.
    public var weightScale: Double
    /// Standard deviation of every bias at initialisation, σ_b; 0: there are no biases.
    public var biasScale: Double
    /// How weights and steps scale with the width.
    public var parameterization: Parameterization
    /// Feature-learning strength γ₀; γ₀ → 0 is the lazy (kernel) limit.
    public var richness: Double
    /// Whether the output at initialisation is subtracted from the output.
    public var isCentered: Bool
    /// Whether and how hidden layers add to what they receive; nil: they replace it.
    public var residual: Residual?
    /// Whether every input is shifted and scaled to mean 0 and variance 1 over its D components.
    public var normalizesInputs: Bool
    /// Whether fields of hidden layers are, too, over their N units, before φ and before attention.
    public var normalizesHidden: Bool
    /// Nil: fully connected.
    public var convolution: Convolution?
    /// Attention over tokens; the blocks lie between the hidden layers, which are those of the stream.
    public var transformer: Transformer?
    /// Widths of the hidden layers over N, the first one first; empty: all are N.
    public var widthRatios: [Double]
    /// The layers themselves; nil: the properties above say them. They replace residual connections, normalised hidden layers, width
    /// ratios, and all of a convolution or transformer but the positions of the inputs and the readout; `hiddenLayers` counts their φ.
    public var layers: [Layer]? { didSet { if let layers { hiddenLayers = max(1, layers.activationCount) } } }

    /// A network with these constants; see the properties.
    ///
    /// - Parameters:
    ///   - hiddenLayers: not used where `layers` are given, whose activations count.
    /// - Precondition: L ≥ 1, σ_w > 0, γ₀ > 0, σ_b ≥ 0.
    public init(
        hiddenLayers: Int, activation: Activation, weightScale: Double = 1, biasScale: Double = 0,
        parameterization: Parameterization = .meanField, richness: Double = 1, isCentered: Bool = false,
        residual: Residual? = nil, normalizesInputs: Bool = false, normalizesHidden: Bool = false,
        convolution: Convolution? = nil, transformer: Transformer? = nil, widthRatios: [Double] = [], layers: [Layer]? = nil
    ) {
        precondition(hiddenLayers >= 1, "\(hiddenLayers) hidden layers; at least one is needed")
        precondition(weightScale > 0 && richness > 0, "weight scale \(weightScale) and richness \(richness) must be positive")
        precondition(biasScale >= 0, "bias scale \(biasScale)")
        self.hiddenLayers = layers.map { max(1, $0.activationCount) } ?? hiddenLayers
        self.activation = activation
        self.weightScale = weightScale
        self.biasScale = biasScale
        self.parameterization = parameterization
        self.richness = richness
        self.isCentered = isCentered
        self.residual = residual
        self.normalizesInputs = normalizesInputs
        self.normalizesHidden = normalizesHidden
        self.convolution = convolution
        self.transformer = transformer
        self.widthRatios = widthRatios
        self.layers = layers
    }

    /// Whether hidden layers add to what they receive.
    public var isResidual: Bool { residual != nil }
}
