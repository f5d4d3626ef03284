import SaddleNumerics

extension Study {
    /// The keys of a study file, or of one of its sections, for people.
    ///
    /// - Throws: `StudyFileError` if there is no such section.
    public static func reference(of section: String?) throws -> String {
        guard let section else {
            let keys = keys.map { key -> String in
                let entries = key.entries("", Study())
                let isSection = entries.first.map { $0.path != key.name } ?? false
                return isSection ? row(key.name + ":", key.summary + " (saddle help keys \(key.name))") : rows(entries)
            }
            return "The keys of a study file; all may be left out.\n\n" + keys.joined(separator: "\n")
        }
        // A section, or all keys of a name.
        let chosen = reference.filter { $0.path == section || $0.path.hasPrefix(section + ".") || $0.name == section }
        if chosen.isEmpty {
            let names = keys.map(\.name)
            throw StudyFileError(
                file: "saddle help keys",
                "no section or key is called '\(shortened(section))'\(suggestion(for: section, among: names)); there are "
                    + names.joined(separator: ", "))
        }
        return rows(chosen)
    }

    private static func rows(_ entries: [KeyEntry]) -> String {
        entries.map { entry in
            let unit = entry.unit.map { " [\($0)]" } ?? ""
            let initial = entry.initial.map { ", \($0) unless given" } ?? ""
            return row("\(entry.path):", entry.summary + unit, "\(entry.accepted)\(initial)")
        }.joined(separator: "\n")
    }

    private static func row(_ name: String, _ lines: String...) -> String {
        let margin = String(repeating: " ", count: 34)
        let first = name.count < 33 ? name + margin.dropFirst(name.count) : name + "\n" + margin
        return first + lines.joined(separator: "\n" + margin)
    }
}

extension Questions {
    /// Whether a word that should be a study file is one.
    ///
    /// - Throws: `StudyFileError` with the nearest questions if it looks like the name of a question.
    public static func expectFile(_ word: String, asking verb: QuestionVerb) throws {
        let isName = !word.contains("/") && !word.contains(".")
        guard isName, !WholeFile.exists(word) else { return }
        let names = of(verb).map { $0.name }
        throw StudyFileError(
            file: "saddle \(verb.rawValue)",
            "'\(shortened(word))' is neither a study file nor a question\(suggestion(for: word, among: names)) (questions: "
                + names.joined(separator: ", ") + ")")
    }
}

extension Study {
    /// A text as YAML.
    public static func quoted(_ text: String) -> String { YAMLText.quoted(text) }

    /// The name of a study of a file.
    public static func stem(of file: String) -> String {
        let stem = file.lastPathPart.split(separator: ".").first.map(String.init) ?? ""
        return isFolderName(stem) && stem != "-" ? stem : "study"
    }
}
