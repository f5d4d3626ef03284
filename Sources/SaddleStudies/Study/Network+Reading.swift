import SaddleModels
import Yams

extension Network {
    init(_ section: StudySection) {
        self.init(
            hiddenLayers: section.integer("hidden_layers", default: 2, atLeast: 1),
            activation: section.activation(default: .tanh),
            weightScale: section.number("weight_scale", default: 1, "a number above 0") { $0 > 0 },
            biasScale: section.number("bias_scale", default: 0, "a number at least 0") { $0 >= 0 },
            parameterization: Parameterization(section),
            richness: section.number("richness", default: 1, "a number above 0") { $0 > 0 },
            isCentered: section.flag("centered", default: false),
            isResidual: section.flag("residual", default: false),
            normalizesInputs: section.flag("layer_norm", default: false),
            convolution: Convolution(section.section("convolution")))
        section.finish()
    }

    var lines: [String] {
        [
            YAMLText.line("hidden_layers", hiddenLayers), YAMLText.line("activation", activation.written),
            YAMLText.line("weight_scale", weightScale), YAMLText.line("bias_scale", biasScale),
            YAMLText.line("parameterization", parameterization.text), YAMLText.line("richness", richness),
            YAMLText.line("centered", isCentered), YAMLText.line("residual", isResidual),
            YAMLText.line("layer_norm", normalizesInputs),
        ] + (convolution.map { [YAMLText.line("convolution", $0.text)] } ?? [])
    }
}

extension StudySection {
    /// The key `activation`: a name, or a name or formula with parameters.
    func activation(default fallback: Activation) -> Activation {
        var form = ActivationForm()
        var place = (section: self, key: "activation")
        if case .mapping = self[place.key] {
            let section = section(place.key)
            func number(_ key: String) -> Double? { section.optionalNumber(key, "a number") { _ in true } }
            form = ActivationForm(
                name: section.text("name", "the name of an activation"), formula: section.text("formula", "a function of x"),
                slope: number("slope"), inputScale: number("input_scale"), outputScale: number("output_scale"),
                kinks: section.numbers("kinks"))
            section.finish()
            if form.name == nil && form.formula == nil && (section.has("name") || section.has("formula")) { return fallback }
            place.section = section
        } else {
            form.name = text(place.key, "the name of an activation, or a formula such as {formula: \"x*sigmoid(1.702*x)\"}")
            if form.name == nil { return fallback }
        }
        do { return try Activation(form) } catch {
            if let key = error.key, place.section !== self { place.key = key }
            var advice = ""
            if case .unknownName(let name) = error { advice = suggestion(for: name, among: Activation.named.map(\.name)) }
            place.section.reject(place.key, "'\(prefix)activation' \(error)\(advice)")
            return fallback
        }
    }
}

extension Parameterization {
    /// A name, or exponents: {a: [input, hidden, output], b: [input, hidden, output], c: step}.
    init(_ network: StudySection) {
        let names = Self.named.map(\.name)
        let accepted =
            "one of \(names.joined(separator: ", ")), or exponents such as {a: [0, 0.5, 1], b: [0, 0, 0], c: -1} "
            + "for the input, hidden and output layers"
        self =
            network.value("parameterization", expected: accepted) { node -> Parameterization? in
                if let name = StudySection.plain(node) { return Parameterization(named: name) }
                guard case .mapping(let mapping) = node, Set(mapping.keys.compactMap(\.string)) == ["a", "b", "c"],
                    let a = Exponents(mapping["a"]), let b = Exponents(mapping["b"]),
                    let c = mapping["c"].flatMap(StudySection.number)
                else { return nil }
                return Parameterization(multiplier: a, initialDeviation: b, learningRate: c)
            } ?? .meanField
    }

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

extension Convolution {
    /// Nil if the study has no such section.
    init?(_ section: StudySection) {
        guard section.isPresent else { return nil }
        let accepted = "one or two whole numbers, at least 1, such as [28, 28]"
        let shape = section.value("shape", expected: accepted) { node -> [Int]? in
            guard let nodes = node.sequence, (1...2).contains(nodes.count) else { return nil }
            let sides = nodes.compactMap(StudySection.integer)
            return sides.count == nodes.count && sides.allSatisfy { (1...100_000).contains($0) } ? sides : nil
        }
        if !section.has("shape") {
            section.reject("shape", "'network.convolution' needs 'shape', the positions of an image or sequence: \(accepted)")
        }
        let window = section.value("window", expected: "an odd whole number, at least 1") { node in
            StudySection.integer(node).flatMap { $0 >= 1 && $0 < 100_000 && $0 % 2 == 1 ? $0 : nil }
        }
        self.init(
            shape: shape ?? [1], channels: section.integer("channels", default: 1, atLeast: 1), window: window ?? 3,
            padding: Padding(
                rawValue: section.choice("padding", default: Padding.same.rawValue, of: Padding.allCases.map(\.rawValue)))!,
            readout: Readout(
                rawValue: section.choice(
                    "readout", default: Readout.averagePooling.rawValue, of: Readout.allCases.map(\.rawValue)))!)
        section.finish()
    }

    var text: String {
        "{shape: \(YAMLText.list(shape)), channels: \(channels), window: \(window), padding: \(padding.rawValue), "
            + "readout: \(readout.rawValue)}"
    }
}
