import Yams
import SaddleNumerics

/// One section (mapping) of a study file, read key by key.
///
/// Every reading method returns a valid value: the one in the file, or, if that is missing or wrong, the default. What is
/// wrong is noted, so that all problems of a file are reported together. Call `finish()` after the last key: it
/// reports the keys that nobody asked for.
package final class StudySection {
    /// The problems of one file, shared by its sections.
    package final class Problems {
        package let file: String
        /// What the command line set, by its full key: the option that set it.
        let origins: [String: String]
        package private(set) var list: [StudyFileError.Problem] = []
        /// Where every value stands, by its full key.
        fileprivate(set) var places: [String: StudyFileError.Place] = [:]

        init(file: String, origins: [String: String] = [:]) {
            self.file = file
            self.origins = origins
            for (key, origin) in origins { places[key] = StudyFileError.Place(file: origin) }
        }

        /// Where the value of a key stands, whose node or section has the mark.
        func place(_ key: String, _ mark: Mark?) -> StudyFileError.Place {
            var path = key[...]
            while true {
                if let origin = origins[String(path)] { return .init(file: origin) }
                guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
                path = path[..<end]
            }
            // A section that only the command line made.
            if mark == nil, let made = origins.keys.sorted().first(where: { $0.hasPrefix(key.prefix { $0 != "." } + ".") }) {
                return .init(file: origins[made]!)
            }
            // What was made on the command line has no lines.
            return .init(file: file, line: file == Study.settingsFile ? nil : mark?.line, column: mark?.column)
        }

        func add(_ problem: StudyFileError.Problem) { list.append(problem) }

        /// Notes where an entry of a list stands.
        func register(_ key: String, _ mark: Mark?) { places[key] = place(key, mark) }

        func note(_ key: String, _ mark: Mark?, _ message: String) {
            list.append(.init(place: place(key, mark), message: message))
        }
    }

    package let problems: Problems
    /// "training." for the keys of `training`; empty at the top.
    let prefix: String
    private let mark: Mark?
    private let entries: [(key: String, mark: Mark?, value: Node)]
    private var known: [String] = []
    private var rejected: Set<String> = []

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
            problems.places[prefix + entry.key] = problems.place(prefix + entry.key, entry.value.mark ?? entry.mark)
        }
    }

    /// Also where a setting of the command line made it, which has no place in the file.
    package let isPresent: Bool
    package func has(_ key: String) -> Bool { self[key] != nil }
    /// Also of a key in a section within this one, as `schedule.warmup`.
    func hasPlace(of key: String) -> Bool { problems.places[prefix + key] != nil }
    subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

    /// Notes a problem with the value of a key (or with the section, if the file does not have the key).
    ///
    /// - Parameter key: may be one of a section within this one, as `schedule.warmup`.
    package func reject(_ key: String, _ message: String) {
        if key.contains("."), let place = problems.places[prefix + key] {
            return problems.add(.init(place: place, message: message))
        }
        rejected.insert(key)
        problems.note(prefix + key, self[key]?.mark ?? mark, message)
    }

    /// Whether a problem with the key has been noted.
    func isWrong(_ key: String) -> Bool { rejected.contains(key) }

    /// The value of a key if it is present and `convert` accepts it.
    ///
    /// - Parameter words: of which the nearest is named to who misspelt one.
    func value<Value>(
        _ key: String, expected: (Node) -> String, words: [String] = [], _ convert: (Node) -> Value?
    ) -> Value? {
        known.append(key)
        guard let node = self[key] else { return nil }
        if let value = convert(node) { return value }
        let advice = node.scalar.map { suggestion(for: $0.string, among: words) } ?? ""
        reject(key, "'\(prefix)\(key)' \(Self.describe(node)); expected \(expected(node))\(advice)")
        return nil
    }

    package func section(_ key: String) -> StudySection {
        let node: Node? = value(key, expected: { _ in "a section: keys with values, indented below '\(key):'" }) { node in
            if case .mapping = node { node } else { nil }
        }
        return StudySection(node, prefix: "\(prefix)\(key).", problems: problems)
    }

    /// Reports every key that was not asked for, with the nearest known one.
    package func finish() {
        for (key, mark, _) in entries where !known.contains(key) {
            let list = known.joined(separator: ", ")
            problems.note(
                prefix + key, mark,
                "unknown key '\(prefix)\(shortened(key))'\(suggestion(for: key, among: known))\(Self.elsewhere(key, known)) (known here: \(list))"
            )
        }
    }

    /// Where a key of that name stands, if it does not stand here.
    private static func elsewhere(_ key: String, _ known: [String]) -> String {
        let paths = Study.reference.map(\.path).filter { $0.hasSuffix(".\(key)") && !$0.contains("hypernetwork.") }
        return paths.isEmpty ? "" : "; there is \(paths.prefix(3).map { "'\($0)'" }.joined(separator: ", "))"
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
        case .scalar(let scalar) where scalar.style == .plain: "is \(shortened(scalar.string))"
        case .scalar(let scalar): "is the text \"\(shortened(scalar.string))\""
        case .sequence(let nodes): "is \(list(nodes))"
        case .mapping: "is a section"
        case .alias: "is an alias"
        }
    }
}
