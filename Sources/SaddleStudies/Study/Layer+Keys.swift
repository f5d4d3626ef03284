import SaddleModels
import SaddleNumerics
import Yams

extension Key where Root == Network {
    /// Layers one by one, in place of the keys that describe all of them at once.
    static let layers = Key(
        name: "layers", summary: layersSummary,
        read: { section, network in
            if let layers = section.layers("layers") { network.layers = layers }
        },
        write: { $0.layers.map { .value($0.text) } },
        entries: { prefix, _ in
            [
                KeyEntry(
                    path: "\(prefix)layers", accepted: Layer.listAccepted, initial: nil, unit: nil, summary: layersSummary,
                    isList: false, isText: false, words: [])
            ]
        })

    private static let layersSummary =
        "Layers one by one, in place of hidden_layers, residual, width_ratios and all of convolution and attention but the positions and the readout."

    /// Not written, and not accepted, beside layers that are listed one by one.
    var replacedByLayers: Key {
        Key(name: name, summary: summary, read: read, write: { $0.layers == nil ? write($0) : nil }, entries: entries)
    }

    /// A section of which only some keys say something beside layers that are listed one by one.
    static func section<Value: Settings>(
        _ name: String, _ path: WritableKeyPath<Network, Value?> & Sendable, besideLayers kept: [String], _ summary: String
    ) -> Key {
        let whole = Key.section(name, path, summary)
        let keys = Value.keys.filter { kept.contains($0.name) }
        return Key(
            name: name, summary: summary, read: whole.read,
            write: { network in
                network.layers == nil ? whole.write(network) : network[keyPath: path].map { .section(keys, of: $0) }
            },
            entries: whole.entries)
    }
}

extension Network {
    /// Keys that layers listed one by one make superfluous.
    static let replacedByLayers =
        ["hidden_layers", "residual", "width_ratios"]
        + ["window", "padding", "stride", "pooling"].map { "convolution.\($0)" }
        + ["key_dimension", "causal", "feed_forward"].map { "attention.\($0)" }

    mutating func complete(_ section: StudySection) {
        guard layers != nil else { return }
        for key in Self.replacedByLayers where section.hasPlace(of: key) {
            section.reject(key, "'network.\(key)' is given beside 'network.layers', which says it; expected one of the two")
        }
        if normalizesHidden {
            section.reject(
                "layer_norm",
                "'network.layer_norm' is \(normalizedFields.rawValue) beside 'network.layers'; expected 'normalization' among the layers, "
                    + "and true or false here, of the inputs")
        }
        if convolution != nil, transformer != nil {
            section.reject(
                "attention",
                "'network.convolution' and 'network.attention' both say the positions of the inputs; expected one of them")
        }
    }
}

extension Layer {
    fileprivate static let words: [(word: String, layer: Layer)] = [
        ("activation", .activation), ("normalization", .normalization), ("linear", .linear(ratio: 1)),
    ]
    fileprivate static let sections = ["linear", "convolution", "pooling", "residual", "attention"]

    fileprivate static let accepted =
        "activation, normalization, {linear: 1} with its width over N, {convolution: {window: 3, stride: 1, padding: same, ratio: 1}}, "
        + "{pooling: 2}, {residual: [activation, linear], scale: 1} or {attention: {key_dimension: 4, causal: false}}"

    static let listAccepted = "a list of layers, each \(accepted)"

    /// As in a study file.
    fileprivate var text: String {
        switch self {
        case .activation: "activation"
        case .normalization: "normalization"
        case .linear(let ratio): "{linear: \(ratio)}"
        case .convolution(let window, let stride, let padding, let ratio):
            "{convolution: {window: \(window), stride: \(stride), padding: \(padding.rawValue), ratio: \(ratio)}}"
        case .pooling(let size): "{pooling: \(size)}"
        case .residual(let branch, let scale): "{residual: \(branch.text), scale: \(scale)}"
        case .attention(let attention):
            "{attention: {key_dimension: \(attention.keyDimension), causal: \(attention.isCausal)}}"
        }
    }
}

extension [Layer] {
    fileprivate var text: String { "[\(map(\.text).joined(separator: ", "))]" }
}

/// A convolution among layers.
private struct ConvolutionEntry: Settings {
    var window = 3
    var stride = 1
    var padding = Convolution.Padding.same
    var ratio = 1.0

    static let keys: [Key<Self>] = [
        Key("window", \.window, Convolution.windowKind, "Positions along each side of a filter."),
        Key("stride", \.stride, .integer(atLeast: 1), "Positions by which a filter moves."),
        Key("padding", \.padding, .choice, "What a filter sees beyond the border."),
        Key("ratio", \.ratio, .number(above: 0), "Channels over N."),
    ]
}

extension Attention: Settings {
    init() { self.init(keyDimension: 1) }

    static let keys: [Key<Attention>] = [
        Key("key_dimension", \.keyDimension, .integer(atLeast: 1), "Components d_k of a head."),
        Key("causal", \.isCausal, .flag, "Whether a token attends only to itself and those before."),
    ]
}

extension StudySection {
    /// Layers; nil where there are none, or where the key does not hold a list.
    fileprivate func layers(_ key: String) -> [Layer]? {
        let nodes: [Node]? = value(key, expected: { _ in Layer.listAccepted }) { node in
            node.sequence.flatMap { $0.isEmpty ? nil : Array($0) }
        }
        return nodes.map { nodes in
            nodes.enumerated().compactMap { layer($0.element, at: "\(prefix)\(key)[\($0.offset)]") }
        }
    }

    private func layer(_ node: Node, at place: String) -> Layer? {
        problems.register(place, node.mark)
        func reject(_ advice: String = "", _ what: String? = nil) -> Layer? {
            problems.note(
                place, node.mark,
                "'\(place)' \(what.map { shortened($0) } ?? Self.describe(node)); expected \(Layer.accepted)\(advice)")
            return nil
        }
        guard case .mapping(let mapping) = node else {
            guard let word = Self.plain(node) else { return reject() }
            return Layer.words.first { $0.word == word }?.layer
                ?? reject(suggestion(for: word, among: Layer.words.map(\.word) + Layer.sections))
        }
        let inner = StudySection(node, prefix: "\(place).", problems: problems)
        let kinds = Layer.sections.filter { inner.has($0) }
        guard kinds.count == 1 else {
            let names = mapping.keys.compactMap(\.string)
            let nearest = names.first.map { suggestion(for: $0, among: Layer.sections) } ?? ""
            return reject(kinds.isEmpty ? nearest : "", "has \(names.isEmpty ? "nothing" : names.joined(separator: ", "))")
        }
        defer { inner.finish() }
        switch kinds[0] {
        case "linear": return inner.value("linear", .number(above: 0)).map { .linear(ratio: $0) }
        case "pooling": return inner.value("pooling", .integer(atLeast: 1, atMost: 100_000)).map { .pooling(size: $0) }
        case "convolution":
            let entry = ConvolutionEntry(inner.section("convolution"))
            return .convolution(window: entry.window, stride: entry.stride, padding: entry.padding, ratio: entry.ratio)
        case "attention": return .attention(Attention(inner.section("attention")))
        default:
            let branch = inner.layers("residual")
            let scale = inner.has("scale") ? inner.value("scale", .number("a number") { _ in true }) : 1
            return branch.flatMap { branch in scale.map { .residual(branch, scale: $0) } }
        }
    }
}
