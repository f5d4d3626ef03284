import Yams

/// The top section of a study file's text; syntax errors, duplicate keys and empty files are thrown as `StudyFileError`.
package func studyDocument(_ text: String, file: String) throws -> StudySection {
    let root: Node?
    do {
        root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
        throw syntaxError(error, file: file)
    }
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
            "\(keys) appears twice in the section that starts here; keep one")
    default:
        return StudyFileError(file: file, "not valid YAML: \(error)")
    }
}
