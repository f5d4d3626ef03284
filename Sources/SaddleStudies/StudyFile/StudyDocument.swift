import SaddleNumerics
import Yams

/// The top section of a study file's text; syntax errors, duplicate keys and empty files are thrown as `StudyFileError`.
///
/// - Parameter settings: values to set or replace.
package func studyDocument(_ text: String, settings: [Setting] = [], file: String) throws -> StudySection {
    var root: Node?
    let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text  // byte order mark
    do {
        root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
        throw tabError(text, file: file) ?? syntaxError(error, file: file)
    }
    for setting in settings { try apply(setting, to: &root, file: file) }
    let advice = "a study has sections such as 'data:', 'network:' and 'training:' ('saddle new' writes an example)"
    switch root {
    case .none: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .scalar(let scalar) where scalar.string.isEmpty: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .mapping: return StudySection(root, prefix: "", problems: .init(file: file, settings: settings))
    case .some(let node):
        throw StudyFileError(
            file: file, line: node.mark?.line, column: node.mark?.column, "expected keys with values at the top; \(advice)")
    }
}

/// Sets one value, given as "section.key=value"; the value is YAML.
private func apply(_ setting: Setting, to root: inout Node?, file: String) throws {
    let parts = setting.text.split(separator: "=", maxSplits: 1).map(String.init)
    let path = parts.first.map { $0.split(separator: ".").map(String.init) } ?? []
    guard parts.count == 2, !path.isEmpty, let value = try? Yams.compose(yaml: parts[1]) else {
        let expected = setting.option == Study.settingsFile ? "section.key=value" : "a value that YAML can read"
        throw StudyFileError(file: setting.option, "\(setting.text.quotedBriefly); expected \(expected)")
    }
    func set(_ node: Node?, _ path: ArraySlice<String>) -> Node {
        guard let key = path.first else { return value }
        var mapping = node?.mapping ?? Node.Mapping([])
        mapping[Node(key)] = set(mapping[Node(key)], path.dropFirst())
        return .mapping(mapping)
    }
    if case .scalar(let scalar) = root, scalar.string.isEmpty { root = nil }
    if root == nil || root?.mapping != nil { root = set(root, path[...]) }
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
