import Foundation
import Yams

/// The kinds of values that a study file holds. A number in quotes is a text; a text without quotes may look like a number.
extension StudySection {
    /// Counts beyond a billion are mistakes, and their products would no longer be whole numbers of the machine.
    package static let largestCount = 1_000_000_000

    /// A whole number (also written 1e4) within a range.
    package func integer(_ key: String, default fallback: Int, atLeast low: Int, atMost high: Int = largestCount) -> Int {
        optionalInteger(key, atLeast: low, atMost: high) ?? fallback
    }

    package func optionalInteger(_ key: String, atLeast low: Int, atMost high: Int = largestCount) -> Int? {
        let isTooLarge = self[key].flatMap(Self.integer).map { $0 > high } ?? false
        let limit = high == Self.largestCount && !isTooLarge ? .max : high
        return value(key, expected: "a whole number" + Self.range(low, limit)) { node in
            Self.integer(node).flatMap { $0 >= low && $0 <= high ? $0 : nil }
        }
    }

    /// A finite number for which `accepts` holds; `accepted` says which those are, as in "a number above 0".
    package func number(_ key: String, default fallback: Double, _ accepted: String, _ accepts: (Double) -> Bool) -> Double {
        optionalNumber(key, accepted, accepts) ?? fallback
    }

    package func optionalNumber(_ key: String, _ accepted: String, _ accepts: (Double) -> Bool) -> Double? {
        value(key, expected: accepted) { node in Self.number(node).flatMap { accepts($0) ? $0 : nil } }
    }

    package func flag(_ key: String, default fallback: Bool) -> Bool { optionalFlag(key) ?? fallback }

    package func optionalFlag(_ key: String) -> Bool? {
        value(key, expected: "true or false") { node in
            Self.plain(node).flatMap { $0 == "true" ? true : $0 == "false" ? false : nil }
        }
    }

    package func text(_ key: String, _ accepted: String, _ accepts: (String) -> Bool = { !$0.isEmpty }) -> String? {
        value(key, expected: accepted) { node in
            guard case .scalar(let scalar) = node else { return nil }
            if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
            return accepts(scalar.string) ? scalar.string : nil
        }
    }

    /// Paths in a study file count from its folder; as absolute paths they mean the same in the run folder's copy.
    static func resolve(_ path: String, besides file: String) -> String {
        let expanded = NSString(string: path).expandingTildeInPath
        if expanded.hasPrefix("/") { return expanded }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).standardizedFileURL.path
    }

    /// One of the given words.
    package func choice(_ key: String, default fallback: String, of words: [String]) -> String {
        optionalChoice(key, of: words) ?? fallback
    }

    package func optionalChoice(_ key: String, of words: [String]) -> String? {
        let offered = self[key]?.scalar?.string ?? ""
        let accepted = "one of \(words.joined(separator: ", "))\(suggestion(for: offered, among: words))"
        return value(key, expected: accepted) { node in words.contains(offered) ? offered : nil }
    }

    /// A list of whole numbers, each at least `low`, without repetition.
    package func integers(_ key: String, atLeast low: Int) -> [Int]? {
        let high = Self.largestCount
        return value(key, expected: "a list of different whole numbers, each from \(low) to \(high), such as [64, 256]") { node in
            guard let nodes = node.sequence, !nodes.isEmpty else { return nil }
            let numbers = nodes.compactMap(Self.integer)
            return numbers.count == nodes.count && numbers.allSatisfy { $0 >= low && $0 <= high }
                && Set(numbers).count == numbers.count
                ? numbers : nil
        }
    }

    /// A list of finite numbers.
    package func numbers(_ key: String) -> [Double]? {
        value(key, expected: "a list of numbers, such as [1, 20.5]") { node in
            guard let nodes = node.sequence, !nodes.isEmpty else { return nil }
            let numbers = nodes.compactMap(Self.number)
            return numbers.count == nodes.count ? numbers : nil
        }
    }

    /// A list of different texts; whole numbers are texts too, 1e1 that of 10.
    package func texts(_ key: String, _ accepted: String) -> [String]? {
        value(key, expected: accepted) { node in
            guard let nodes = node.sequence, !nodes.isEmpty else { return nil }
            let texts = nodes.compactMap { Self.integer($0).map(String.init) ?? $0.scalar?.string }.filter { !$0.isEmpty }
            return texts.count == nodes.count && Set(texts).count == texts.count ? texts : nil
        }
    }

    /// One text, or a list of different ones. On the command line a single `-` is a text, though YAML takes it for an empty list.
    package func oneOrMore(_ key: String, _ accepted: String) -> [String]? {
        guard let nodes = self[key]?.sequence else { return text(key, accepted).map { [$0] } }
        if nodes.count == 1, nodes[0].scalar?.string.isEmpty == true { return value(key, expected: accepted) { _ in ["-"] } }
        return texts(key, accepted + ", or a list of them")
    }

    static func plain(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
        return scalar.string
    }

    static func number(_ node: Node) -> Double? {
        // Swift's reader also takes 0x1p3, inf and nan; a study file does not.
        plain(node).flatMap { text in
            text.allSatisfy { "0123456789+-.eE".contains($0) } ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
        }
    }

    static func integer(_ node: Node) -> Int? {
        plain(node).flatMap { Int($0) } ?? number(node).flatMap { abs($0) < 0x1p53 ? Int(exactly: $0) : nil }
    }

    private static func range(_ low: Int, _ high: Int) -> String {
        if low == .min { return high == .max ? "" : ", at most \(high)" }
        return high == .max ? ", at least \(low)" : " from \(low) to \(high)"
    }
}
