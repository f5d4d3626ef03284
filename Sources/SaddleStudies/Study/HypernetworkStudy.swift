import SaddleModels

/// The section `hypernetwork`: a network that writes the weights of another one, and the widths at which it is simulated.
public struct HypernetworkStudy: Settings {
    public var hypernetwork: Hypernetwork
    /// Components of x and of z.
    public var metaInputs = 4
    public var primaryInputs = 4
    /// Ascending.
    public var metaWidths = [16, 64, 256, 1024]
    public var primaryWidths = [4, 16]
    /// Networks for each pair of widths.
    public var networks = 400
    public var seed = 2

    public init() {
        let part = Network(hiddenLayers: 1, activation: .relu, parameterization: .neuralTangent)
        hypernetwork = Hypernetwork(meta: part, primary: part)
    }

    static let keys: [Key<Self>] = [
        .section(
            "meta", \.hypernetwork.meta, keys: partKeys + [Network.biasScaleKey],
            "The network that writes weights."),
        .section("primary", \.hypernetwork.primary, keys: partKeys, "The network whose weights are written."),
        Key("encoding", \.hypernetwork.encoding, .choice, "How the size of the hypernetwork's input enters."),
        Key(
            "base_scale", \.hypernetwork.baseScale, .number(atLeast: 0),
            "Standard deviation of weights of the primary network that do not depend on the input."),
        Key("meta_inputs", \.metaInputs, .integer(atLeast: 1), "Components of the hypernetwork's input."),
        Key("primary_inputs", \.primaryInputs, .integer(atLeast: 1), "Components of the primary network's input."),
        Key("meta_widths", \.metaWidths, .integers(atLeast: 1), "Widths of the network that writes weights."),
        Key("primary_widths", \.primaryWidths, .integers(atLeast: 1, example: "[4, 16]"), "Widths of the primary network."),
        Key("networks", \.networks, .integer(atLeast: 2), "Hypernetworks drawn for each pair of widths."),
        Key("seed", \.seed, .seed, "Of the networks' random numbers."),
    ]

    private static let partKeys: [Key<Network>] = [
        Network.hiddenLayersKey, Network.activationKey, Network.weightScaleKey,
    ]
}
