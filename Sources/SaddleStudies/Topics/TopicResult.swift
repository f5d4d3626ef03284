import Foundation
import SaddleNumerics
import SaddleReport

/// What one question about a study came to: a page with pictures, numbers for other programs, arrays.
///
/// The text on the terminal is the page without its pictures, so that there is one content in several forms.
public struct TopicResult: Sendable {
    /// Names the files: `criticality` is in criticality.html, criticality.json and criticality.npz.
    public var topic: String
    var page: Page
    /// What other programs read; snake_case keys.
    var numbers: any Encodable & Sendable
    var arrays: [(name: String, array: Tensor)]
    public var warnings: [String]
    /// Of theory beside measurements; nil if nothing was measured.
    public var verdict: Verdict?

    init(
        _ topic: String, page: Page, numbers: any Encodable & Sendable, arrays: [(name: String, array: Tensor)] = [],
        warnings: [String] = [], verdict: Verdict? = nil
    ) {
        self.topic = topic
        self.page = page
        self.numbers = numbers
        self.arrays = arrays
        self.warnings = warnings
        self.verdict = verdict
    }

    /// Whether theory and measurements disagree, for which commands end with exit code 3.
    public var disagrees: Bool { verdict == .disagrees }

    /// The page as plain text.
    public var text: String { page.text }

    public func json() throws -> String { String(decoding: try jsonBytes(), as: UTF8.self) }

    private func jsonBytes() throws -> [UInt8] { try JSON.encode(numbers, indented: true) }

    /// Writes the files of the topic; each appears only complete.
    func write(to folder: String) throws {
        try AtomicFile.write(try jsonBytes(), to: "\(folder)/\(topic).json")
        if !arrays.isEmpty { try NPZ.write(arrays, to: "\(folder)/\(topic).npz") }
        try AtomicFile.write([UInt8](page.html().utf8), to: "\(folder)/\(topic).html")
    }
}
