extension Network {
    /// What sets a network apart from fully connected layers of equal width, each put to the one before. A theory or simulator says
    /// which of these it serves; the others it refuses by name.
    public enum Trait: String, Sendable, CaseIterable {
        /// hˡ⁺¹ = hˡ + Wˡφ(hˡ)/√N
        case plainResidual
        /// Branches of another form or with a factor.
        case scaledResidual
        /// Convolutional hidden layers.
        case convolution
        /// Strides and pooling between the layers of a convolution.
        case shrinkingConvolution
        /// Blocks of attention.
        case attention
        /// Fields of hidden layers that are normalised over their units.
        case hiddenNormalization
        /// Hidden layers that are not all N wide.
        case widthRatios
        /// Layers given one by one (``Network/layers``); it is then the only trait.
        case ownLayers

        /// The key of a study that sets it.
        public var key: String {
            switch self {
            case .plainResidual, .scaledResidual: "residual"
            case .convolution: "convolution"
            case .shrinkingConvolution: "convolution.pooling"
            case .attention: "attention"
            case .hiddenNormalization: "layer_norm"
            case .widthRatios: "width_ratios"
            case .ownLayers: "layers"
            }
        }

        /// For people, as in "convolutional layers are not served".
        public var title: String {
            switch self {
            case .plainResidual: "residual layers"
            case .scaledResidual: "residual branches with a factor or of form 'post'"
            case .convolution: "convolutional layers"
            case .shrinkingConvolution: "strides and pooling between layers"
            case .attention: "blocks of attention"
            case .hiddenNormalization: "normalised hidden layers"
            case .widthRatios: "layers of different widths"
            case .ownLayers: "layers listed one by one"
            }
        }
    }

    /// All that this network has.
    public var traits: [Trait] {
        if layers != nil { return [.ownLayers] }
        return Trait.allCases.filter { trait in
            switch trait {
            case .plainResidual: residual?.isPlain ?? false
            case .scaledResidual: !(residual?.isPlain ?? true)
            case .convolution: convolution != nil
            case .shrinkingConvolution: convolution.map { $0.stride > 1 || $0.pooling > 1 } ?? false
            case .attention: transformer != nil
            case .hiddenNormalization: normalizesHidden
            case .widthRatios: Set(widthRatios).subtracting([1]).count > 0
            case .ownLayers: false
            }
        }
    }

    /// The first trait that is not among those; nil if all are.
    public func trait(beyond served: Set<Trait>) -> Trait? { traits.first { !served.contains($0) } }
}
