import Yams

/// One key of a section, stated once: from this it is read, written, digested, documented and offered on the command line.
struct Key<Root>: Sendable {
    let name: String
    /// What it is, as one sentence or a phrase for a table of keys.
    let summary: String
    let read: @Sendable (StudySection, inout Root) -> Void
    /// YAML after "name: "; nil where the key is left out.
    let write: @Sendable (Root) -> Text?
    /// For people, with the defaults of a section as it begins.
    let entries: @Sendable (_ prefix: String, Root) -> [KeyEntry]

    enum Text {
        case value(String)
        case section([String], flow: String)
    }

    /// - Parameter unit: of its value, where it has one.
    init<Value>(
        _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ kind: Kind<Value>, unit: String? = nil,
        _ summary: String
    ) {
        (self.name, self.summary) = (name, summary)
        read = { section, root in
            if let value = section.value(name, kind) { root[keyPath: path] = value }
        }
        write = { kind.write($0[keyPath: path]).map { .value($0) } }
        entries = { prefix, root in
            [
                KeyEntry(
                    path: prefix + name, accepted: kind.accepted, initial: kind.write(root[keyPath: path]), unit: unit,
                    summary: summary, isList: kind.isList, isText: kind.isText,
                    isWhole: kind.isWhole, isFile: kind.isFile, words: kind.words)
            ]
        }
    }

    /// A section within a section, with a value of its own.
    static func section<Value>(
        _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, keys: [Key<Value>], _ summary: String,
        complete: @escaping @Sendable (inout Value, StudySection) -> Void = { _, _ in }
    ) -> Key {
        Key(
            name: name, summary: summary,
            read: { section, root in
                let inner = section.section(name)
                readKeys(keys, of: &root[keyPath: path], from: inner, complete)
            }, write: { .section(keys, of: $0[keyPath: path]) },
            entries: { prefix, root in keys.flatMap { $0.entries("\(prefix)\(name).", root[keyPath: path]) } })
    }

    static func section<Value: Settings>(_ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ summary: String)
        -> Key
    {
        section(name, path, keys: Value.keys, summary) { $0.complete($1) }
    }

    /// A section that a study may leave out.
    static func section<Value: Settings>(_ name: String, _ path: WritableKeyPath<Root, Value?> & Sendable, _ summary: String)
        -> Key
    {
        Key(
            name: name, summary: summary,
            read: { section, root in
                let inner = section.section(name)
                if inner.isPresent { root[keyPath: path] = Value(inner) }
            }, write: { root in root[keyPath: path].map { .section(Value.keys, of: $0) } },
            entries: { prefix, root in
                let value = root[keyPath: path] ?? Value()
                return Value.keys.flatMap { $0.entries("\(prefix)\(name).", value) }
            })
    }

    init(
        name: String, summary: String, read: @escaping @Sendable (StudySection, inout Root) -> Void,
        write: @escaping @Sendable (Root) -> Text?, entries: @escaping @Sendable (String, Root) -> [KeyEntry]
    ) {
        (self.name, self.summary, self.read, self.write, self.entries) = (name, summary, read, write, entries)
    }
}

/// What a person is told of a key.
package struct KeyEntry: Sendable {
    /// "training.learning_rate"
    package let path: String
    package let accepted: String
    /// What it is where a study does not say; nil if it then has no value or follows from others.
    package let initial: String?
    package let unit: String?
    package let summary: String
    package let isList: Bool
    package let isText: Bool
    package var isWhole = false
    /// Whether it is a file that is read.
    package var isFile = false
    package let words: [String]

    package var isFlag: Bool { words == ["true", "false"] }
    /// Of a text, or a list of them: without the quotes of YAML.
    var initialTexts: [String] {
        guard let initial, let node = try? Yams.compose(yaml: initial) else { return [] }
        return (node.sequence.map { Array($0) } ?? [node]).compactMap { $0.scalar?.string }
    }
    /// "learning_rate"
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    /// "learning-rate", as an option of a command.
    package var option: String { name.replacing("_", with: "-") }
}

extension Key.Text {
    static func section<Value>(_ keys: [Key<Value>], of value: Value) -> Self {
        var lines: [String] = [], flow: [String] = []
        for key in keys {
            switch key.write(value) {
            case nil: continue
            case .value(let text):
                lines.append("\(key.name): \(text)\n")
                flow.append("\(key.name): \(text)")
            case .section(_, let text):
                lines.append("\(key.name): \(text)\n")
                flow.append("\(key.name): \(text)")
            }
        }
        return .section(lines, flow: "{\(flow.joined(separator: ", "))}")
    }
}
