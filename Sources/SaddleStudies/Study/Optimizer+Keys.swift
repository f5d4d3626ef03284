import SaddleModels
import SaddleNumerics
import Yams

/// A rule as a study writes it.
struct UpdateRuleForm: Settings {
    enum Name: String, CaseIterable, Sendable { case descent, muon, shampoo, normalized, sign, adam, adamw }
    enum Method: String, CaseIterable, Sendable {
        case newtonSchulz = "newton_schulz"
        case exact
    }

    var name = Name.descent
    var beta1, beta2, epsilon: Double?
    var method: Method?

    static let keys: [Key<Self>] = [
        Key("name", \.name, .choice, "Which rule."),
        Key("beta1", \.beta1, .optional(fraction), "Of adam: memory of the mean gradient (0.9 unless given)."),
        Key("beta2", \.beta2, .optional(fraction), "Of adam: memory of its square (0.999 unless given)."),
        Key(
            "epsilon", \.epsilon, .optional(.number(atLeast: 0)),
            "Of adam (1e-8 unless given), shampoo (1e-3) and exact muon (0.02), in the units of gradients of order one."),
        Key("method", \.method, .optional(.choice), "Of muon: how singular values become one (newton_schulz unless given)."),
    ]

    private static let fraction = Kind<Double>.number("a number at least 0 and below 1") { $0 >= 0 && $0 < 1 }

    mutating func complete(_ section: StudySection) {
        let known: [String] =
            switch name {
            case .descent, .normalized, .sign: []
            case .muon: method == .exact ? ["method", "epsilon"] : ["method"]
            case .shampoo: ["epsilon"]
            case .adam, .adamw: ["beta1", "beta2", "epsilon"]
            }
        for key in ["beta1", "beta2", "epsilon", "method"] where section.has(key) && !known.contains(key) {
            let advice = name == .muon && key == "epsilon" ? " with method: exact alone" : ""
            section.reject(
                key,
                "unknown key '\(section.prefix)\(key)' of \(name.rawValue)\(advice) (known here: \((["name"] + known).joined(separator: ", ")))"
            )
        }
        if name == .shampoo, epsilon == 0 {
            section.reject("epsilon", "'\(section.prefix)epsilon' is 0; expected a number above 0 for shampoo")
        }
    }

    init() {}

    init(_ rule: UpdateRule) {
        switch rule {
        case .descent: break
        case .normalized: name = .normalized
        case .sign: name = .sign
        case .muon(.newtonSchulz): (name, method) = (.muon, .newtonSchulz)
        case .muon(.exact(let ε)): (name, method, epsilon) = (.muon, .exact, ε)
        case .shampoo(let ε): (name, epsilon) = (.shampoo, ε)
        case .adam(let β1, let β2, let ε): (name, beta1, beta2, epsilon) = (.adam, β1, β2, ε)
        }
    }

    var rule: UpdateRule {
        switch name {
        case .descent: .descent
        case .normalized: .normalized
        case .sign: .sign
        case .muon: .muon(method == .exact ? .exact(epsilon: epsilon ?? 0.02) : .newtonSchulz)
        case .shampoo: .shampoo(epsilon: epsilon ?? 1e-3)
        case .adam, .adamw: .adam(beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999, epsilon: epsilon ?? 1e-8)
        }
    }

    /// The other parameters where a study does not say: what acts on hidden matrices leaves vectors to descent.
    var others: UpdateRule { name == .muon || name == .shampoo ? .descent : rule }
    /// As people use them.
    var decay: Optimizer.Decay { name == .descent || name == .adam ? .coupled : .decoupled }
}

extension Key {
    private static var accepted: String {
        "one of \(UpdateRuleForm.Name.allCases.map(\.rawValue).joined(separator: ", ")), or a section such as "
            + "{name: adam, beta1: 0.9, beta2: 0.95, epsilon: 0.1, decay: coupled}, {name: muon, method: exact, epsilon: 0.02, others: adam}"
    }

    /// An optimiser: a name, or a name with what belongs to it.
    static func optimizer(_ name: String, _ path: WritableKeyPath<Root, Optimizer> & Sendable, _ summary: String) -> Key {
        Key(
            name: name, summary: summary,
            read: { section, root in
                guard let (form, inner) = section.updateRule(name, accepted: accepted) else { return }
                var optimizer = Optimizer(form.rule, others: form.others, decay: form.decay)
                if let inner {
                    if let (others, section) = inner.updateRule("others", accepted: accepted) {
                        optimizer.others = others.rule
                        section?.finish()
                    }
                    optimizer.decay = inner.value("decay", .choice) ?? optimizer.decay
                    inner.finish()
                }
                root[keyPath: path] = optimizer
            },
            write: { root in
                let optimizer = root[keyPath: path]
                // Studies without one stay what they were.
                if optimizer.isDescent { return nil }
                func flow(_ rule: UpdateRule) -> String {
                    UpdateRuleForm(rule).lines.map { $0.dropLast() }.joined(separator: ", ")
                }
                return .value(
                    "{\(flow(optimizer.rule)), others: {\(flow(optimizer.others))}, decay: \(optimizer.decay.rawValue)}")
            },
            entries: { prefix, _ in
                [
                    KeyEntry(
                        path: prefix + name, accepted: accepted, initial: "descent", unit: nil, summary: summary, isList: false,
                        isText: false, words: UpdateRuleForm.Name.allCases.map(\.rawValue))
                ]
            })
    }
}

extension StudySection {
    /// A rule by its name or as a section, which then is returned with keys of its own left to read and to finish.
    fileprivate func updateRule(_ key: String, accepted: String) -> (form: UpdateRuleForm, inner: StudySection?)? {
        guard case .mapping = self[key] else {
            let names = Kind<UpdateRuleForm.Name>.choice
            guard let name = value(key, expected: { _ in accepted }, words: names.words, { names.read($0, "") }) else {
                return nil
            }
            var form = UpdateRuleForm()
            form.name = name
            return (form, nil)
        }
        let inner = section(key)
        var form = UpdateRuleForm()
        for key in UpdateRuleForm.keys { key.read(inner, &form) }
        if !inner.has("name") { inner.reject("name", "'\(inner.prefix)name' is missing; expected \(UpdateRuleForm.names)") }
        form.complete(inner)
        return (form, inner)
    }
}

extension UpdateRuleForm {
    fileprivate static var names: String { Kind<Name>.choice.accepted }
}

extension Kind where Value == LayerRates {
    /// A mapping from layers to rates; not written where it is empty.
    static let layerRates: Kind = {
        let names = LayerRole.allCases.map(\.rawValue), example = "such as {input: 0.1, hidden: 0.05, readout: 0.1}"
        var kind = Kind(
            "numbers above 0 for some of \(names.joined(separator: ", ")), \(example)",
            read: { node, _ in
                guard case .mapping(let mapping) = node else { return nil }
                var rates = LayerRates()
                for (key, value) in mapping {
                    guard let role = key.string.flatMap(LayerRole.init(rawValue:)), let rate = StudySection.number(value),
                        rate > 0
                    else { return nil }
                    rates[role] = rate
                }
                return rates
            },
            write: { rates in
                let parts = LayerRole.allCases.compactMap { role in rates[role].map { "\(role.rawValue): \($0)" } }
                return parts.isEmpty ? nil : "{\(parts.joined(separator: ", "))}"
            })
        kind.refined = { node in
            guard case .mapping(let mapping) = node else { return nil }
            for (key, value) in mapping {
                let name = key.string ?? "a list or section"
                if !names.contains(name) { return "layers out of \(names.joined(separator: ", ")), not '\(shortened(name))'" }
                if (StudySection.number(value) ?? 0) <= 0 { return "a number above 0 for '\(name)'" }
            }
            return nil
        }
        return kind
    }()
}
