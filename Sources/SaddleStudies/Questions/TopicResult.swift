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
    /// Names of arrays in which an infinity means something.
    var infinite: Set<String>
    public var warnings: [String]
    /// Of theory beside measurements; nil if nothing was measured.
    public var verdict: Verdict?

    init(
        _ topic: String, page: Page, numbers: any Encodable & Sendable, arrays: [(name: String, array: Tensor)] = [],
        infinite: Set<String> = [], warnings: [String] = [], verdict: Verdict? = nil
    ) {
        self.topic = topic
        self.page = page
        self.numbers = numbers
        self.arrays = arrays
        self.infinite = infinite
        self.warnings = warnings
        self.verdict = verdict
    }

    /// Whether theory and measurements disagree, for which commands end with exit code 3.
    public var disagrees: Bool { verdict == .disagrees }

    /// The page as plain text.
    public var text: String { page.text }

    public func json() throws -> String { String(decoding: try jsonBytes(), as: UTF8.self) }

    private func jsonBytes() throws -> [UInt8] { try JSON.encode(numbers, indented: true) }

    /// The files of the topic, to be written together.
    ///
    /// - Throws: ``NotFinite`` if one of the numbers is no result.
    func files(in folder: String) throws -> [AtomicFile.Pending] {
        try NotFinite.check(arrays, infinite: infinite)
        var files = [AtomicFile.Pending(try jsonBytes(), to: "\(folder)/\(topic).json")]
        if !arrays.isEmpty { files.append(NPZ.pending(arrays, to: "\(folder)/\(topic).npz")) }
        return files + [AtomicFile.Pending([UInt8](page.html().utf8), to: "\(folder)/\(topic).html")]
    }

    /// Names of the files with numbers.
    var numberFiles: [String] {
        ["\(topic).json"] + (arrays.isEmpty ? [] : ["\(topic).npz"])
    }
}

extension QuestionRunner {
    public func run(_ phrase: String, _ compute: (Context) throws -> TopicResult) throws -> TopicResult {
        do {
            let result = try compute(context)
            _ = try folder.claim(for: context.study.name)
            try AtomicFile.write(try result.files(in: folder.path))
            return result
        } catch let error as StudyFileError {
            throw StudyFailure.badInput(error)
        }
    }
}
