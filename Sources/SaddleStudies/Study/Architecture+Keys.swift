import SaddleModels
import Yams

extension Kind where Value == Residual? {
    /// `true`, or the factor of a branch, as it is or by the depth, and its form.
    static let residual = Kind(
        "true, false, {branch_scale: 0.5, form: pre} or {depth_scaled: 1, exponent: 0.5, form: post}",
        words: ["true", "false"],
        read: { node, _ in
            if let word = StudySection.plain(node) { return word == "true" ? Residual() : word == "false" ? .some(nil) : nil }
            guard case .mapping(let mapping) = node else { return nil }
            let keys = Set(mapping.keys.compactMap(\.string))
            let number = { (key: String) in mapping[key].flatMap(StudySection.number) }
            let form = mapping["form"].map { $0.string.flatMap(Residual.Form.init(rawValue:)) } ?? .pre
            guard keys.count == mapping.count, let form else { return nil }
            if keys.isSubset(of: ["branch_scale", "form"]), let b = number("branch_scale"), b != 0 {
                return Residual(form: form, scale: .branch(b))
            }
            let exponent = mapping["exponent"] == nil ? 0.5 : number("exponent")
            if keys.isSubset(of: ["depth_scaled", "exponent", "form"]), let β = number("depth_scaled"), β != 0,
                let exponent, exponent == 0.5 || exponent == 1
            {
                return Residual(form: form, scale: .depth(β, exponent: exponent))
            }
            return nil
        },
        write: { residual in
            guard let residual else { return "false" }
            if residual.isPlain { return "true" }
            switch residual.scale {
            case .branch(let b): return "{branch_scale: \(b), form: \(residual.form.rawValue)}"
            case .depth(let β, let exponent):
                return "{depth_scaled: \(β), exponent: \(exponent), form: \(residual.form.rawValue)}"
            }
        })
}

/// What is shifted and scaled to mean 0 and variance 1.
enum NormalizedFields: String, CaseIterable, Sendable {
    case none = "false"
    case inputs = "true"
    case hidden, all
}

extension Network {
    var normalizedFields: NormalizedFields {
        get { normalizesInputs ? (normalizesHidden ? .all : .inputs) : normalizesHidden ? .hidden : .none }
        set {
            normalizesInputs = newValue == .inputs || newValue == .all
            normalizesHidden = newValue == .hidden || newValue == .all
        }
    }
}

extension Transformer: Settings {
    init() { self.init(tokens: 1, attention: Attention(keyDimension: 1)) }

    static let keys: [Key<Transformer>] = [
        Key(
            "tokens", \.tokens, .integer(atLeast: 1, atMost: 100_000),
            "Positions of a sequence; the inputs of a sample are its tokens, one after the other."),
        Key(
            "key_dimension", \.attention.keyDimension, .integer(atLeast: 1),
            "Components d_k of a head; a network of width N has N/d_k heads."),
        Key("causal", \.attention.isCausal, .flag, "Whether a token attends only to itself and those before."),
        Key(
            "feed_forward", \.feedForward, .number(atLeast: 0),
            "Width over N of the fully connected layer after the attention of a block; 0: none."),
    ]

    mutating func complete(_ section: StudySection) {
        if section.has("tokens") { return }
        section.reject("tokens", "'network.attention' needs 'tokens', the positions of a sequence: a whole number, at least 1")
    }
}
