import Yams

/// The top section of a study file's text; syntax errors, duplicate keys and empty files are thrown as `StudyFileError`.
///
/// - Parameter settings: values to set or replace, as "network.activation=relu".
package func studyDocument(_ text: String, settings: [String] = [], file: String) throws -> StudySection {
    var root: Node?
    do {
        root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
        throw syntaxError(error, file: file)
    }
    for setting in settings { try apply(setting, to: &root, file: file) }
    let advice = "a study has sections such as 'data:', 'network:' and 'training:' ('saddle new' writes an example)"
    switch root {
    case .none: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .scalar(let scalar) where scalar.string.isEmpty: throw StudyFileError(file: file, "the file is empty; \(advice)")
    case .mapping: return StudySection(root, prefix: "", problems: .init(file: file))
    case .some(let node):
        throw StudyFileError(
            file: file, line: node.mark?.line, column: node.mark?.column, "expected keys with values at the top; \(advice)")
    }
}

/// Sets one value, given as "section.key=value"; the value is YAML.
private func apply(_ setting: String, to root: inout Node?, file: String) throws {
    let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
    let path = parts.first.map { $0.split(separator: ".").map(String.init) } ?? []
    guard parts.count == 2, !path.isEmpty, let value = try? Yams.compose(yaml: parts[1]) else {
        throw StudyFileError(file: file, "the setting '\(setting)' is not of the form section.key=value")
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
