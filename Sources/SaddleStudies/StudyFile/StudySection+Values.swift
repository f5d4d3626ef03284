import Foundation
import Yams

/// The kinds of values that a study file holds. A number in quotes is a text; a text without quotes may look like a number.
extension StudySection {
    /// Counts beyond a billion are mistakes, and their products would no longer be whole numbers of the machine.
    package static let largestCount = 1_000_000_000

    /// Paths in a study file count from its folder; as absolute paths they mean the same in the run folder's copy.
    static func resolve(_ path: String, besides file: String) -> String {
        let expanded = NSString(string: path).expandingTildeInPath
        if expanded.hasPrefix("/") { return expanded }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).standardizedFileURL.path
    }

    /// The value of a key; nil where there is none, or none of that kind, which is noted.
    func value<Value>(_ key: String, _ kind: Kind<Value>) -> Value? {
        let file = problems.file
        return value(key, expected: { kind.refined($0) ?? kind.accepted }, words: kind.words) { kind.read($0, file) }
    }

    static func plain(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
        return scalar.string
    }

    /// A text, in quotes or not; nil where there is none.
    static func text(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string) ? nil : scalar.string
    }

    static func number(_ node: Node) -> Double? {
        // Swift's reader also takes 0x1p3, inf and nan; a study file does not.
        plain(node).flatMap { text in
            text.allSatisfy { "0123456789+-.eE".contains($0) } ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
        }
    }

    /// A whole number, also written 1e4.
    static func integer(_ node: Node) -> Int? {
        plain(node).flatMap { Int($0) } ?? number(node).flatMap { abs($0) < 0x1p53 ? Int(exactly: $0) : nil }
    }
}
