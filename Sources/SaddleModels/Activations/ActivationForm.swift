/// An activation as it is written in a study: a name or a formula, with parameters.
///
///     tanh      {name: leaky_relu, slope: 0.1}      {name: erf, input_scale: 0.7071}      {formula: "x*sigmoid(1.702*x)"}
///
/// ``Activation/init(_:)`` makes the activation, ``Activation/written`` gives back what to write.
public struct ActivationForm: Sendable, Equatable {
    /// One of ``Activation/named``; exactly one of name and formula is set.
    public var name: String?
    /// φ as a function of x, in the language of ``Formula``.
    public var formula: String?
    /// φ(x)/x for x < 0, of leaky_relu.
    public var slope: Double?
    /// φ(x) = b·ψ(ax) with ψ the named function or formula: a and b.
    public var inputScale: Double?
    /// b; nil for 1.
    public var outputScale: Double?
    /// Kinks of a formula beside those that are found on [−100, 100].
    public var kinks: [Double]?

    /// Stores what was written; nothing is checked before ``Activation/init(_:)``.
    public init(
        name: String? = nil, formula: String? = nil, slope: Double? = nil, inputScale: Double? = nil, outputScale: Double? = nil,
        kinks: [Double]? = nil
    ) {
        self.name = name
        self.formula = formula
        self.slope = slope
        self.inputScale = inputScale
        self.outputScale = outputScale
        self.kinks = kinks
    }

    /// Whether it is more than a name.
    public var hasParameters: Bool { self != ActivationForm(name: name) }

    /// What a study file has: a name alone, or keys in braces.
    public var text: String {
        if let name, !hasParameters { return name }
        var parts: [String] = []
        if let name { parts.append("name: \(name)") }
        if let formula { parts.append("formula: \"\(formula)\"") }
        if let kinks { parts.append("kinks: [\(kinks.map { "\($0)" }.joined(separator: ", "))]") }
        for (key, value) in [("slope", slope), ("input_scale", inputScale), ("output_scale", outputScale)] {
            if let value { parts.append("\(key): \(value)") }
        }
        return "{\(parts.joined(separator: ", "))}"
    }
}

extension Activation {
    /// The activation that is written so.
    ///
    /// - Throws: ``ActivationError``, which names the key and, in a formula, the place.
    public init(_ form: ActivationForm) throws(ActivationError) {
        for (key, value) in [("input_scale", form.inputScale), ("output_scale", form.outputScale), ("slope", form.slope)] {
            if let value, !value.isFinite || (value == 0 && key != "slope") {
                throw .badParameter(
                    key: key, value: value, accepted: key == "slope" ? "a finite number" : "a finite number except 0")
            }
        }
        var activation: Activation, kept = form
        kept.name = form.name.map { Self.aliases[$0] ?? $0 }
        switch (form.name, form.formula) {
        case (let name?, nil):
            guard let found = Activation(named: name) else { throw .unknownName(name) }
            activation = found
            if let slope = form.slope {
                if found.name != Activation.leakyReLU.name { throw .unusedParameter(key: "slope", owner: "leaky_relu") }
                activation = .leakyReLU(slope: slope)
            }
            if form.kinks != nil { throw .unusedParameter(key: "kinks", owner: "a formula") }
        case (nil, let text?):
            if form.slope != nil { throw .unusedParameter(key: "slope", owner: "leaky_relu") }
            let formula = try Formula(text)
            activation = try Activation(formula, kinks: form.kinks ?? [])
            kept.formula = formula.text
        default: throw .needsNameOrFormula
        }
        let (input, output) = (form.inputScale ?? 1, form.outputScale ?? 1)
        if input != 1 || output != 1 { activation = activation.scaled(input: input, output: output) }
        if kept.hasParameters { activation.form = kept }
        self = activation
    }

    /// What a study file has, from which ``init(_:)`` makes the same activation; an activation of one's own has its name.
    public var written: String { form?.text ?? name }
}

extension Activation: Equatable {
    /// Whether both are written alike; functions themselves cannot be compared.
    public static func == (a: Activation, b: Activation) -> Bool { a.written == b.written }
}
