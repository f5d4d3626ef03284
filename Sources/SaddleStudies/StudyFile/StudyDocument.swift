import SaddleNumerics
import Yams

/// The top section of a study file's text; syntax errors, duplicate keys and empty files are thrown as `StudyFileError`.
///
/// - Parameter changes: values to set or replace.
package func studyDocument(_ text: String, changes: [Study.Change] = [], file: String) throws -> StudySection {
    var root: Node?
    let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text  // byte order mark
    do {
        root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
        throw tabError(text, file: file) ?? syntaxError(error, file: file)
    }
    for change in changes {
        try apply(change, to: &root)
        // What the file says of these no longer holds.
        for rival in Study.rivals(of: change) where !changes.contains(where: { $0.path == rival }) {
            set(nil, at: rival, in: &root)
        }
    }
    let origins = Dictionary(changes.map { ($0.path, $0.option) }, uniquingKeysWith: { $1 })
    let advice = "a study has sections such as 'data:', 'network:' and 'training:' ('saddle new' writes an example)"
    switch root {
    case .none: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .scalar(let scalar) where scalar.string.isEmpty: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .mapping: return StudySection(root, prefix: "", problems: .init(file: file, origins: origins))
    case .some(let node):
        throw StudyFileError(
            file: file, line: node.mark?.line, column: node.mark?.column, "expected keys with values at the top; \(advice)")
    }
}

extension Study {
    /// A value that the command line sets or replaces.
    public struct Change: Sendable, Equatable, Codable {
        /// "network.activation"
        public var path: String
        /// As in a study file.
        public var value: String
        /// What was typed, for errors: "--set", or "--activation".
        public var option: String

        public init(_ path: String, _ value: String, option: String) {
            (self.path, self.value, self.option) = (path, value, option)
        }

        /// From "network.activation=relu".
        ///
        /// - Throws: `StudyFileError` if it is not of that form.
        public init(setting: String) throws {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw StudyFileError(
                    file: Study.settingsFile,
                    "'\(shortened(setting))' is not of the form section.key=value, as network.activation=relu")
            }
            self.init(parts[0], parts[1], option: Study.settingsFile)
        }
    }
}

private func apply(_ change: Study.Change, to root: inout Node?) throws {
    guard !change.path.split(separator: ".", omittingEmptySubsequences: false).contains(where: \.isEmpty),
        let value = try? Yams.compose(yaml: change.value)
    else {
        throw StudyFileError(
            file: change.option,
            "'\(shortened(change.path))=\(shortened(change.value))' cannot be read; expected section.key=value with a value as in a study file"
        )
    }
    set(value, at: change.path, in: &root)
}

/// - Parameter value: nil to remove it.
private func set(_ value: Node?, at path: String, in root: inout Node?) {
    func set(_ node: Node?, _ path: ArraySlice<Substring>) -> Node? {
        guard let key = path.first else { return value }
        if node == nil, value == nil { return nil }
        var mapping = node?.mapping ?? Node.Mapping([])
        mapping[Node(String(key))] = set(mapping[Node(String(key))], path.dropFirst())
        return .mapping(mapping)
    }
    if case .scalar(let scalar) = root, scalar.string.isEmpty { root = nil }
    if root == nil || root?.mapping != nil { root = set(root, path.split(separator: ".")[...]) }
}

/// YAML indents with blanks; its scanner says so in words that nobody understands.
private func tabError(_ text: String, file: String) -> StudyFileError? {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let indent = line.prefix { $0 == " " || $0 == "\t" }
        if let tab = indent.firstIndex(of: "\t"), indent.endIndex < line.endIndex {
            return StudyFileError(
                file: file, line: number + 1, column: indent.distance(from: indent.startIndex, to: tab) + 1,
                "the line is indented with a tab; expected blanks, which alone YAML takes")
        }
    }
    return nil
}

private func syntaxError(_ error: YamlError, file: String) -> StudyFileError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
        return StudyFileError(file: file, line: mark.line, column: mark.column, "not valid YAML: \(problem)")
    case .reader(let problem, _, _, _):
        return StudyFileError(file: file, "not readable as text: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
        let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
        return StudyFileError(
            file: file, line: context.mark.line, column: context.mark.column,
            "\(keys) appears twice in one section, here first; keep one")
    default:
        return StudyFileError(file: file, "not valid YAML: \(error)")
    }
}
