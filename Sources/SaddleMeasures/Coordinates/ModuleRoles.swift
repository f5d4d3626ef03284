import SaddleModels
import SaddleNumerics

/// Which modules read the input, which are hidden and which give the output.
public struct ModuleRoles: Sendable {
    /// As stated: patterns with * for any text.
    public struct Rule: Sendable, Equatable {
        /// Name of modules, with * for any text.
        public let pattern: String
        /// Nil: the module is not judged.
        public let role: LayerRole?

        /// `name=output`; the roles are input, hidden, output, ignore.
        public init?(_ text: String) {
            guard let mark = text.lastIndex(of: "=") else { return nil }
            let word = text[text.index(after: mark)...].trimmed
            pattern = text[..<mark].trimmed
            switch word {
            case "input": role = .input
            case "hidden": role = .hidden
            case "output", "readout": role = .readout
            case "ignore", "none": role = nil
            default: return nil
            }
            if pattern.isEmpty { return nil }
        }

        func fits(_ name: String) -> Bool { Self.fits(Array(pattern), Array(name)) }

        private static func fits(_ pattern: [Character], _ name: [Character]) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return (0...name.count).contains { fits(Array(pattern.dropFirst()), Array(name[$0...])) }
            }
            return name.first == first && fits(Array(pattern.dropFirst()), Array(name.dropFirst()))
        }
    }

    private static let outputs: Set = [
        "output", "out", "head", "lm", "readout", "logits", "unembed", "unembedding", "classifier", "score", "last", "final",
        "prediction",
    ]
    private static let inputs: Set = [
        "input", "in", "embed", "embedding", "embeddings", "wte", "wpe", "stem", "patch", "first", "tok", "token",
    ]

    /// Of each module; nil: not judged.
    public let roles: [String: LayerRole?]
    /// Which roles were read from names, and which module is not judged for want of a rule.
    public let remarks: [String]

    /// - Parameter modules: in the order in which the network has them.
    public init(_ modules: [String], rules: [Rule]) throws(LossFileError) {
        if let idle = rules.first(where: { rule in !modules.contains { rule.fits($0) } }) {
            throw .column(
                key: "modules",
                reason:
                    "no module is called \(idle.pattern.quotedBriefly); expected names of modules (\(modules.brief(12))), with * for any text"
            )
        }
        var (roles, remarks): ([String: LayerRole?], [String]) = ([:], [])
        for module in modules {
            if let rule = rules.last(where: { $0.fits(module) }) {
                roles[module] = .some(rule.role)
            } else {
                roles[module] = .some(Self.guess(module))
            }
        }
        let told = Set(modules.filter { module in rules.contains { $0.fits(module) } })
        // The last of a network without a name for it may be the output: not to know is not to judge.
        if !roles.values.contains(.some(.readout)), modules.count > 1, let last = modules.last, !told.contains(last) {
            roles[last] = .some(nil)
            remarks.append(
                "\(last.quotedBriefly) is the last module and may be the output: it is not judged; --modules '\(last)=output', or =hidden, says "
                    + "which")
        }
        func list(_ role: LayerRole) -> String? {
            let names = modules.filter { roles[$0] == .some(role) }
            return names.isEmpty ? nil : "\(role == .readout ? "output" : role.rawValue): \(names.brief(8))"
        }
        let known = LayerRole.allCases.compactMap(list)
        if told.count < modules.count && !known.isEmpty {
            remarks.append("by their names modules are \(known.joined(separator: "; "))")
        }
        (self.roles, self.remarks) = (roles, remarks)
    }

    /// By the words of a name; an output whose name says embedding too, as "embed_out", is an output.
    static func guess(_ name: String) -> LayerRole {
        let words = TableColumns.words(name)
        // "out_proj" and "attn.out" belong to a block.
        let isInside = !Set(words).isDisjoint(with: ["attn", "attention", "mlp", "proj", "block", "blocks", "h", "layers", "ffn"])
        if !isInside && !Set(words).isDisjoint(with: outputs) { return .readout }
        return !isInside && !Set(words).isDisjoint(with: inputs) ? .input : .hidden
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
