#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// One key of a study that a sweep varies, and the values that it takes.
public struct SweepAxis: Sendable, Equatable, Codable {
    /// "training.learning_rate"
    public let path: String
    /// As they stand in a study file.
    public let values: [String]
    /// Whether they were asked for evenly spaced in the logarithm.
    public let isLogarithmic: Bool

    /// The last part of the path.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    /// Nil unless all are numbers.
    var numbers: [Double]? {
        let numbers = values.compactMap(Double.init)
        return numbers.count == values.count && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }

    init(_ path: String, _ values: [String]) { (self.path, self.values, isLogarithmic) = (path, values, true) }

    /// From `KEY=VALUES`, with values `log:0.05..5:12`, `lin:0..1:5`, `1..8` (whole numbers) or `0.3,1,3` (any that the key accepts; a list as a
    /// value in brackets). A key may be named by its last part where that is the key of one section.
    ///
    /// - Throws: `StudyFileError` that says what is accepted.
    public init(_ text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Self.problem("'\(shortened(text))' is not of the form KEY=VALUES; expected one such as \(Self.examples)")
        }
        let key = try Self.key(parts[0])
        path = key.path
        let (given, isLogarithmic) = try Self.values(parts[1], key)
        // One spelling of a number, 0.1 for 1e-1, since it names folders.
        values = key.isText ? given : given.map { text in Double(text).map { $0.isFinite ? YAMLText.number($0) : text } ?? text }
        self.isLogarithmic = isLogarithmic
        if values.count < 2 {
            throw Self.problem("'\(shortened(text))' has one value; expected two or more to vary, or --set for one")
        }
        if let again = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
            throw Self.problem("'\(shortened(text))' has the value \(values[again]) twice; expected different ones")
        }
    }

    static let examples = "training.learning_rate=log:0.05..5:12, network.richness=0.3,1,3 or network.hidden_layers=1..4"
    /// More values of one key than anybody looks at.
    static let most = 1000

    static func problem(_ message: String) -> StudyFileError { StudyFileError(file: "--vary", message) }

    private static func key(_ name: String) throws -> KeyEntry {
        let reference = Study.reference
        let found = reference.filter { $0.path == name }
        if let entry = found.first {
            if entry.path == "name" { throw problem("'name' names the folder of the sweep; expected a key that changes results") }
            if entry.path.hasPrefix("cluster.") { throw problem("'\(name)' changes no results; expected a key that does") }
            return entry
        }
        let sections = ["data", "network", "training", "predict", "simulate"]
        let short = reference.filter { entry in entry.name == name && sections.contains { entry.path.hasPrefix("\($0).") } }
        if short.count == 1 { return short[0] }
        if short.count > 1 {
            throw problem(
                "'\(name)' is the key of several sections; expected one of \(short.map(\.path).joined(separator: ", "))")
        }
        throw problem(
            "'\(shortened(name))' is no key of a study\(suggestion(for: name, among: reference.map(\.path) + reference.map(\.name))); "
                + "'saddle help study' lists them")
    }

    private static func values(_ text: String, _ key: KeyEntry) throws -> ([String], isLogarithmic: Bool) {
        for scale in ["log", "lin"] where text.hasPrefix("\(scale):") {
            return (try spaced(String(text.dropFirst(4)), text, key, isLogarithmic: scale == "log"), scale == "log")
        }
        if let (low, high) = range(text).flatMap({ ends in Int(ends.0).flatMap { low in Int(ends.1).map { (low, $0) } } }) {
            guard low < high, high - low < most else {
                throw problem(
                    "'\(shortened(text))' is no range of whole numbers, at most \(most) of them; expected one such as 1..8")
            }
            return ((low...high).map { "\($0)" }, false)
        }
        if range(text) != nil, !key.isText {
            throw problem("'\(shortened(text))' says no number of values; expected log:A..B:COUNT or lin:A..B:COUNT")
        }
        let values = split(text)
        if let empty = values.firstIndex(where: \.isEmpty) {
            throw problem("value \(empty + 1) of '\(shortened(text))' is empty; expected values between commas")
        }
        let numbers = values.compactMap(Double.init)
        let ratios = zip(numbers, numbers.dropFirst()).map { $1 / $0 }
        // What people list as 0.1, 0.3, 1, 3 or 64, 256, 1024 they think of in factors.
        let isLogarithmic = numbers.count == values.count && ratios.count >= 2 && ratios.allSatisfy { $0 >= 1.5 }
        return (values, isLogarithmic)
    }

    private static func spaced(_ text: String, _ whole: String, _ key: KeyEntry, isLogarithmic: Bool) throws -> [String] {
        let form = isLogarithmic ? "log:0.05..5:12" : "lin:0..1:5"
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let ends = range(parts[0]), let low = Double(ends.0), let high = Double(ends.1),
            let count = Int(parts[1]), low.isFinite, high.isFinite
        else {
            throw problem("'\(shortened(whole))' cannot be read; expected one such as \(form): from, to and the number of values")
        }
        guard low < high, (2...most).contains(count), !isLogarithmic || low > 0 else {
            throw problem(
                "'\(shortened(whole))' has no values; expected \(isLogarithmic ? "a positive number" : "a number"), a larger one, and 2 to "
                    + "\(most) values, such as \(form)")
        }
        let points =
            isLogarithmic
            ? logSpaced(from: low, to: high, count: count)
            : (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
        if key.isWhole {
            var seen: Set<Int> = []
            return points.map { Int($0.rounded()) }.filter { seen.insert($0).inserted }.map { "\($0)" }
        }
        return points.map { YAMLText.number(rounded($0, digits: 4)) }
    }

    private static func range(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty ? (parts[0], parts[1]) : nil
    }

    /// At commas outside of brackets and quotes.
    private static func split(_ text: String) -> [String] {
        var values = [""], depth = 0, quote: Character?
        for letter in text {
            if let open = quote {
                if letter == open { quote = nil }
            } else if letter == "\"" || letter == "'" {
                quote = letter
            } else if "[{".contains(letter) {
                depth += 1
            } else if "]}".contains(letter) {
                depth -= 1
            } else if letter == ",", depth == 0 {
                values.append("")
                continue
            }
            values[values.count - 1].append(letter)
        }
        return values.map { $0.trimming(" ") }
    }
}

extension String {
    fileprivate func trimming(_ letter: Character) -> String {
        var text = self[...]
        while text.first == letter { text.removeFirst() }
        while text.last == letter { text.removeLast() }
        return String(text)
    }
}
