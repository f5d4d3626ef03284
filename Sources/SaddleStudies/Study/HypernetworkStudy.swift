import SaddleModels

/// The section `hypernetwork`: a network that writes the weights of another one, and the widths at which it is simulated.
public struct HypernetworkStudy: Sendable {
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

    public init() { hypernetwork = Hypernetwork(meta: .partOfHypernetwork, primary: .partOfHypernetwork) }

    /// The section; every key has a default.
    init(_ section: StudySection) {
        let meta = Network(part: section.section("meta"), hasBiases: true)
        let primary = Network(part: section.section("primary"), hasBiases: false)
        let encoding = section.choice("encoding", default: "none", of: Hypernetwork.Encoding.allCases.map(\.rawValue))
        hypernetwork = Hypernetwork(
            meta: meta, primary: primary, encoding: Hypernetwork.Encoding(rawValue: encoding)!,
            baseScale: section.number("base_scale", default: 0, "a number at least 0") { $0 >= 0 })
        metaInputs = section.integer("meta_inputs", default: metaInputs, atLeast: 1)
        primaryInputs = section.integer("primary_inputs", default: primaryInputs, atLeast: 1)
        metaWidths = (section.integers("meta_widths", atLeast: 1) ?? metaWidths).sorted()
        primaryWidths = (section.integers("primary_widths", atLeast: 1) ?? primaryWidths).sorted()
        networks = section.integer("networks", default: networks, atLeast: 2)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        section.finish()
    }

    var lines: [String] {
        [
            YAMLText.line("meta", hypernetwork.meta.partText(hasBiases: true)),
            YAMLText.line("primary", hypernetwork.primary.partText(hasBiases: false)),
            YAMLText.line("encoding", hypernetwork.encoding.rawValue), YAMLText.line("base_scale", hypernetwork.baseScale),
            YAMLText.line("meta_inputs", metaInputs), YAMLText.line("primary_inputs", primaryInputs),
            YAMLText.line("meta_widths", YAMLText.list(metaWidths)),
            YAMLText.line("primary_widths", YAMLText.list(primaryWidths)), YAMLText.line("networks", networks),
            YAMLText.line("seed", seed),
        ]
    }
}

extension Network {
    /// One part of a hypernetwork.
    fileprivate static let partOfHypernetwork = Network(hiddenLayers: 1, activation: .relu, parameterization: .neuralTangent)

    fileprivate init(part section: StudySection, hasBiases: Bool) {
        self.init(
            hiddenLayers: section.integer("hidden_layers", default: 1, atLeast: 1),
            activation: section.activation(default: .relu),
            weightScale: section.number("weight_scale", default: 1, "a number above 0") { $0 > 0 },
            biasScale: hasBiases ? section.number("bias_scale", default: 0, "a number at least 0") { $0 >= 0 } : 0,
            parameterization: .neuralTangent)
        section.finish()
    }

    fileprivate func partText(hasBiases: Bool) -> String {
        "{hidden_layers: \(hiddenLayers), activation: \(activation.written), weight_scale: \(weightScale)"
            + (hasBiases ? ", bias_scale: \(biasScale)}" : "}")
    }
}
