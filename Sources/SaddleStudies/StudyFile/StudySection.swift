import Yams

/// One section (mapping) of a study file, read key by key.
///
/// Every reading method returns a valid value: the one in the file, or, if that is missing or wrong, the default. What is
/// wrong is noted, so that all problems of a file are reported together. Call `finish()` after the last key: it
/// reports the keys that nobody asked for.
package final class StudySection {
    /// The problems of one file, shared by its sections.
    package final class Problems {
        package let file: String
        package private(set) var list: [StudyFileError.Problem] = []
        /// Line and column of every value of the file, by its full key.
        fileprivate(set) var places: [String: (line: Int, column: Int)] = [:]
        /// What set the values that are not the file's, by their full keys.
        let options: [String: String]

        init(file: String, settings: [Setting] = []) {
            self.file = file
            options = Dictionary(settings.map { ($0.key, $0.option) }, uniquingKeysWith: { $1 })
        }

        /// - Parameter key: the full key that is to blame.
        func note(_ key: String, _ mark: Mark?, _ message: String) {
            if let option = Study.Origin.option(for: key, in: options) {
                list.append(.init(file: option, message: message))
            } else {
                list.append(.init(file: file, line: mark?.line, column: mark?.column, message: message))
            }
        }
    }

    package let problems: Problems
    /// "training." for the keys of `training`; empty at the top.
    let prefix: String
    private let mark: Mark?
    private let entries: [(key: String, mark: Mark?, value: Node)]
    private var known: [String] = []

    /// - Parameter node: Nil for a section that the file does not have.
    init(_ node: Node?, prefix: String, problems: Problems) {
        self.prefix = prefix
        self.problems = problems
        mark = node?.mark
        isPresent = node != nil
        if case .mapping(let mapping) = node {
            entries = mapping.map { ($0.key.scalar?.string ?? "(a list or section)", $0.key.mark, $0.value) }
        } else {
            entries = []
        }
        for entry in entries {
            problems.places[prefix + entry.key] = (entry.value.mark ?? entry.mark).map { ($0.line, $0.column) }
        }
    }

    /// Also where a setting of the command line made it, which has no place in the file.
    package let isPresent: Bool
    package func has(_ key: String) -> Bool { self[key] != nil }
    subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

    /// Notes a problem with the value of a key (or with the section, if the file does not have the key).
    package func reject(_ key: String, _ message: String) {
        problems.note(prefix + key, self[key]?.mark ?? mark, message)
    }

    /// The value of a key if it is present and `convert` accepts it.
    func value<Value>(_ key: String, expected: String, _ convert: (Node) -> Value?) -> Value? {
        known.append(key)
        guard let node = self[key] else { return nil }
        if let value = convert(node) { return value }
        // An option is named by the place of the problem.
        let isOption = problems.options[prefix + key].map { $0 != Study.settingsFile } ?? false
        let subject = isOption ? "" : "'\(prefix)\(key)' "
        problems.note(prefix + key, node.mark, "\(subject)\(Self.describe(node)); expected \(expected)")
        return nil
    }

    package func section(_ key: String) -> StudySection {
        let node: Node? = value(key, expected: "a section: keys with values, indented below '\(key):'") { node in
            if case .mapping = node { node } else { nil }
        }
        return StudySection(node, prefix: "\(prefix)\(key).", problems: problems)
    }

    /// What a section says, if the file has it.
    package func optional<Content>(_ key: String, _ read: (StudySection) -> Content) -> Content? {
        let section = section(key)
        return section.isPresent ? read(section) : nil
    }

    /// Reports every key that was not asked for, with the nearest known one.
    package func finish() {
        for (key, mark, _) in entries where !known.contains(key) {
            let list = known.joined(separator: ", ")
            problems.note(
                prefix + key, mark, "unknown key '\(prefix)\(key)'\(suggestion(for: key, among: known)) (known here: \(list))")
        }
    }

    /// A short list of plain values as it stands in the file, else only what it is.
    private static func list(_ nodes: Node.Sequence) -> String {
        let texts = nodes.compactMap { $0.scalar?.string }
        let text = "[\(texts.joined(separator: ", "))]"
        return texts.count == nodes.count && text.count <= 40 ? text : "a list"
    }

    /// What a node holds, as the middle of a sentence: `is "many"`.
    static func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar) where scalar.style == .plain && ["", "~", "null"].contains(scalar.string): "has no value"
        case .scalar(let scalar) where scalar.style == .plain: "is \(scalar.string)"
        case .scalar(let scalar): "is the text \"\(scalar.string)\""
        case .sequence(let nodes): "is \(list(nodes))"
        case .mapping: "is a section"
        case .alias: "is an alias"
        }
    }
}
