import SaddleModels
import SaddleNumerics
import Yams

extension Network: Settings {
    public init() { self.init(hiddenLayers: 2, activation: .tanh) }

    static let hiddenLayersKey = Key<Network>(
        "hidden_layers", \.hiddenLayers, .integer(atLeast: 1), "Hidden layers, all of the same width.")
    static let activationKey = Key<Network>.activation(\.activation, "φ, applied to every hidden unit.")
    static let weightScaleKey = Key<Network>(
        "weight_scale", \.weightScale, .number(above: 0), "Standard deviation σ_w of every weight at initialisation.")
    static let biasScaleKey = Key<Network>(
        "bias_scale", \.biasScale, .number(atLeast: 0), "Standard deviation σ_b of every bias at initialisation; 0: no biases.")

    static let keys: [Key<Network>] = [
        hiddenLayersKey.replacedByLayers, activationKey, weightScaleKey, biasScaleKey,
        Key(
            "parameterization", \.parameterization, .parameterization,
            "How weights and learning rates scale with the width."),
        Key(
            "richness", \.richness, .number(above: 0),
            "Strength γ₀ of feature learning; small values are the lazy (kernel) limit."),
        Key("centered", \.isCentered, .flag, "Whether the output at initialisation is subtracted."),
        Key(
            "residual", \.residual, .residual,
            "Whether hidden layers add to what they receive, h + b·branch(h): true is b = 1; b may be given, or follow from the depth."
        ).replacedByLayers,
        Key(
            "layer_norm", \.normalizedFields, .choice,
            "What is shifted and scaled to mean 0 and variance 1: inputs (true), hidden layers over their units, or all."),
        Key(
            "width_ratios", \.widthRatios,
            .list("a positive number for each hidden layer, such as [1, 2, 2]", of: .number(above: 0), isEmptyAccepted: true),
            "Widths of the hidden layers over N; empty: all are N."
        ).replacedByLayers,
        .section(
            "convolution", \.convolution, besideLayers: ["shape", "channels", "readout"],
            "Convolutional layers in place of fully connected ones."),
        .section(
            "attention", \.transformer, besideLayers: ["tokens"], "Blocks of attention over tokens between hidden layers."),
        .layers,
    ]
}

extension ActivationForm: Settings {
    public init() { self.init(name: nil) }

    static let keys: [Key<ActivationForm>] = [
        Key("name", \.name, .optional(.text("the name of an activation")), "One of the activations with a name."),
        Key("formula", \.formula, .optional(.text("a function of x")), "A function of x, such as x*sigmoid(1.702*x)."),
        Key("slope", \.slope, .optional(number), "Of leaky_relu: the slope below 0."),
        Key("input_scale", \.inputScale, .optional(number), "a of φ(a x)."),
        Key("output_scale", \.outputScale, .optional(number), "a of a φ(x)."),
        Key("kinks", \.kinks, .optional(.numbers()), "Where a formula has kinks beyond those that are found."),
    ]

    private static let number = Kind<Double>.number("a number") { _ in true }
}

extension Key {
    /// An activation: a name, or a name or formula with parameters.
    static func activation(_ path: WritableKeyPath<Root, Activation> & Sendable, _ summary: String) -> Key {
        let names = Activation.named.map(\.name)
        return Key(
            name: "activation", summary: summary,
            read: { section, root in root[keyPath: path] = section.activation(default: root[keyPath: path]) },
            write: { .value($0[keyPath: path].written) },
            entries: { prefix, root in
                [
                    KeyEntry(
                        path: "\(prefix)activation",
                        accepted:
                            "one of \(names.joined(separator: ", ")), or {formula: \"x*sigmoid(1.702*x)\"}, {name: erf, input_scale: 0.7}",
                        initial: root[keyPath: path].written, unit: nil, summary: summary, isList: false, isText: false,
                        words: names)
                ]
            })
    }
}

extension StudySection {
    fileprivate func activation(default fallback: Activation) -> Activation {
        var form = ActivationForm(), place: (section: StudySection, key: String) = (self, "activation")
        if case .mapping = self["activation"] {
            let inner = section("activation")
            form = ActivationForm(inner)
            if form.name == nil && form.formula == nil && (inner.has("name") || inner.has("formula")) { return fallback }
            place.section = inner
        } else {
            let accepted = "the name of an activation, or a formula such as {formula: \"x*sigmoid(1.702*x)\"}"
            form.name = value("activation", expected: { _ in accepted }) {
                StudySection.text($0).flatMap { $0.isEmpty ? nil : $0 }
            }
            if form.name == nil { return fallback }
        }
        do { return try Activation(form) } catch {
            if let key = error.key, place.section !== self { place.key = key }
            var advice = ""
            if case .unknownName(let name) = error { advice = suggestion(for: name, among: Activation.named.map(\.name)) }
            place.section.reject(place.key, shortened("'\(prefix)activation' \(error)\(advice)", to: 1200))
            return fallback
        }
    }
}

extension Kind where Value == Parameterization {
    /// A name, or exponents: {a: [input, hidden, output], b: [input, hidden, output], c: step}.
    static let parameterization = Kind(
        "one of \(Parameterization.named.map(\.name).joined(separator: ", ")), or exponents such as "
            + "{a: [0, 0.5, 1], b: [0, 0, 0], c: -1} for the input, hidden and output layers",
        words: Parameterization.named.map(\.name),
        read: { node, _ in
            if let name = StudySection.plain(node) { return Parameterization(named: name) }
            guard case .mapping(let mapping) = node, Set(mapping.keys.compactMap(\.string)) == ["a", "b", "c"],
                let a = Parameterization.Exponents(mapping["a"]), let b = Parameterization.Exponents(mapping["b"]),
                let c = mapping["c"].flatMap(StudySection.number)
            else { return nil }
            return Parameterization(multiplier: a, initialDeviation: b, learningRate: c)
        }, write: \.text)
}

extension Parameterization {
    /// As in a study file.
    var text: String {
        if Parameterization(named: name) == self { return name }
        func list(_ e: Exponents) -> String { "[\(e.input), \(e.hidden), \(e.output)]" }
        return "{a: \(list(multiplier)), b: \(list(initialDeviation)), c: \(learningRate)}"
    }
}

extension Parameterization.Exponents {
    fileprivate init?(_ node: Node?) {
        guard let numbers = node?.sequence?.compactMap(StudySection.number), numbers.count == 3, node?.sequence?.count == 3 else {
            return nil
        }
        self.init(input: numbers[0], hidden: numbers[1], output: numbers[2])
    }
}

extension Convolution: Settings {
    init() { self.init(shape: [1]) }

    private static let shapeKind = Kind<[Int]>.list(
        "one or two whole numbers, at least 1, such as [28, 28]", of: .integer(atLeast: 1, atMost: 100_000),
        where: { $0.count <= 2 })

    static let windowKind = Kind<Int>.integer(atLeast: 1, atMost: 99_999).satisfying("an odd whole number, at least 1") {
        $0 % 2 == 1
    }

    static let keys: [Key<Convolution>] = [
        Key("shape", \.shape, shapeKind, "Positions of an image (height, width) or of a sequence."),
        Key("channels", \.channels, .integer(atLeast: 1), "Numbers at each position of the input."),
        Key(
            "window", \.window, windowKind, "Positions along each side of a filter."),
        Key("padding", \.padding, .choice, "What a filter sees beyond the border."),
        Key("stride", \.stride, .integer(atLeast: 1), "Positions by which a filter moves."),
        Key("pooling", \.pooling, .integer(atLeast: 1), "Side of the blocks whose mean is taken between hidden layers; 1: none."),
        Key("readout", \.readout, .choice, "How positions come to an output."),
    ]

    mutating func complete(_ section: StudySection) {
        if section.has("shape") { return }
        section.reject(
            "shape",
            "'network.convolution' needs 'shape', the positions of an image or sequence: \(Self.shapeKind.accepted)")
    }
}
