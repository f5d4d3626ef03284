import TestSupport
import Testing

@testable import SaddleStudies

/// The words of a command, as a shell takes them apart: quotes are single ones, and # begins a comment.
func words(of command: String) -> [String] {
    var words: [String] = [], word: String?, isQuoted = false
    for character in command {
        switch character {
        case "'":
            isQuoted.toggle()
            word = word ?? ""
        case "#" where !isQuoted && word == nil: return words
        case " " where !isQuoted:
            if let done = word { words.append(done) }
            word = nil
        default: word = (word ?? "") + String(character)
        }
    }
    return words + (word.map { [$0] } ?? [])
}

/// Options of every command that are no keys of a study, and whether they take a value.
private let commonOptions = [
    "--json": false, "--force": false, "--quiet": false, "-q": false, "-o": true, "--output": true, "--threads": true,
]

/// Expects that a question knows the options of a command and reads their values.
///
/// - Returns: the study that they make.
@discardableResult
func expectRead(_ question: any Question.Type, _ arguments: [String], _ place: String) throws -> Study? {
    var words = arguments, given: [(option: String, value: String)] = [], settings: [String] = []
    while let word = words.first {
        words.removeFirst()
        if !word.hasPrefix("-") || word == "-" { continue }
        if let takesValue = commonOptions[word] {
            if takesValue { words.removeFirst() }
            continue
        }
        let name = String(word.dropFirst(2))
        if name == "set" {
            settings.append(words.removeFirst())
            continue
        }
        let key =
            question.options.first { $0.option == name }
            ?? question.options.first { $0.isFlag && "no-\($0.option)" == name }
        guard key != nil || question.shorthands[name] != nil else {
            Issue.record("\(place): \(question.id) has no option \(word)")
            return nil
        }
        let isOff = key.map { $0.isFlag && $0.option != name } ?? false
        given.append((isOff ? key!.option : name, key?.isFlag == true ? String(!isOff) : words.removeFirst()))
    }
    let changes = question.changes(given) + (try settings.map(Study.Change.init(setting:)))
    return try Study(text: "name: x", changes: changes, file: Study.settingsFile)
}
