import SaddleNumerics
import SaddleReport
import Yams

/// What a question came to.
public typealias Answer = SaddleReport.Answer

/// One question that can be asked about a study: its settings, how it is answered, how it is called.
///
/// The list of them is ``Questions/all``; the command line, its help and completions, and the command reference come from it.
public protocol Question: Sendable {
    static var verb: QuestionVerb { get }
    /// As in `saddle predict spectrum`.
    static var name: String { get }
    /// What is done while it is being answered, as in "finding the critical points".
    static var phrase: String { get }
    /// For the list of questions.
    static var summary: String { get }
    static var discussion: String { get }
    /// Commands without "saddle VERB NAME".
    static var examples: [String] { get }
    /// Sections of a study that it reads, its own first: their keys are options of the command.
    static var sections: [String] { get }
    /// Sections that the answer depends on; those that it reads unless stated.
    static var inputs: [String] { get }
    /// Options that stand for a key of another name: by the name of the option, the path of the key.
    static var shorthands: [String: String] { get }
    /// The key that the command's argument sets, if the argument is not a study.
    static var argument: (key: String, help: String)? { get }
    /// Whether it can be asked without its argument.
    static var isArgumentOptional: Bool { get }
    /// Whether it keeps in the run folder what it has computed when somebody stops it.
    static var keepsParts: Bool { get }
    /// Changes of a study's defaults where there is no study file.
    static func defaults(_ changes: [Study.Change]) -> [Study.Change]

    /// - Throws: `StudyFileError` for what the study asks and the question does not serve.
    static func answer(_ context: QuestionRunner.Context) throws -> Answer
}

public enum QuestionVerb: String, Sendable, CaseIterable { case predict, simulate, measure, plan }

extension Question {
    public static var shorthands: [String: String] { [:] }
    public static var argument: (key: String, help: String)? { nil }
    public static var inputs: [String] { sections }
    public static var isArgumentOptional: Bool { false }
    public static var keepsParts: Bool { false }
    public static func defaults(_: [Study.Change]) -> [Study.Change] { [] }

    /// "predict-spectrum": names the files in the run folder.
    public static var id: String { "\(verb.rawValue)-\(name)" }

    /// The keys that are options of the command: those of its sections, each once.
    package static var options: [KeyEntry] {
        var seen: Set<String> = []
        let entries = Study.reference
        return sections.flatMap { section in entries.filter { $0.path.hasPrefix("\(section).") } }.filter {
            seen.insert($0.option).inserted
        }
    }

    /// What the options that were given change.
    package static func changes(_ given: [(option: String, value: String)]) -> [Study.Change] {
        changes(given.map { ($0.option, $0.value, "--\($0.option)") })
    }

    /// - Parameter given: with what the user wrote, for errors. An option that the question does not have is a key, known or not.
    package static func changes(_ given: [(option: String, value: String, place: String)]) -> [Study.Change] {
        let options = options
        return given.map { option, value, place in
            let path = shorthands[option] ?? options.first { $0.option == option }?.path ?? option
            return Study.reference.first { $0.path == path }?.change(value, option: place)
                ?? Study.Change(path, value, option: place)
        }
    }
}

extension KeyEntry {
    /// What an option with a value, as it was typed, changes: a text means itself, `1,2` is a list.
    package func change(_ value: String, option: String) -> Study.Change {
        let isBracketed = value.hasPrefix("[")
        let needsBrackets = isList && !isText && !isBracketed && (value.contains(",") || Double(value) != nil)
        if isText && isList && !isBracketed && value.contains(",") {
            let parts = value.split(separator: ",").map { YAMLText.quoted(String($0)) }
            return Study.Change(path, "[\(parts.joined(separator: ", "))]", option: option)
        }
        // A choice may be a mark that means something in YAML.
        let isMark = words.contains(value) && (try? Yams.compose(yaml: value))??.scalar == nil
        let text =
            isText && !(isList && isBracketed) || isMark ? YAMLText.quoted(value) : needsBrackets ? "[\(value)]" : value
        return Study.Change(path, text, option: option)
    }
}

extension Study {
    /// Every key of a study file.
    package static var reference: [KeyEntry] { keys.flatMap { $0.entries("", Study()) } }

    /// Keys in which two studies differ, with both values; of those that this one leaves to their defaults, which earlier versions may have had others of, the names.
    func differences(from other: Study) -> [String] {
        let (mine, others) = (Self.keys.flatMap { $0.entries("", self) }, Self.keys.flatMap { $0.entries("", other) })
        let differing = zip(mine, others).filter { $0.initial != $1.initial }
        let defaults = Dictionary(uniqueKeysWithValues: Self.reference.map { ($0.path, $0.initial) })
        func isWritten(_ key: KeyEntry) -> Bool { origin.places[key.path] != nil || defaults[key.path] != key.initial }
        let left = differing.filter { !isWritten($0) && $1.initial != nil }.map(\.0.path)
        return differing.filter { isWritten($0.0) }.map { "\($0.path) \($1.initial ?? "none") → \($0.initial ?? "none")" }
            + (left.isEmpty ? [] : ["not given now: \(left.brief(5))"])
    }
}
