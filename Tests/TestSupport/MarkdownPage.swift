import Foundation

/// A page of Markdown, as tests see it: the blocks of code between its fences.
public struct MarkdownPage: Sendable {
    public struct Block: Sendable {
        /// What stands behind the opening fence: a language, and words for the tests.
        public let words: [String]
        public let lines: [String]
        /// Of its first line, from 1.
        public let line: Int

        public var language: String { words.first ?? "" }
        public var text: String { lines.joined(separator: "\n") }
        /// Lines of a block for the shell without comments; one that ends with a backslash goes on in the next.
        public var commands: [String] {
            text.replacing("\\\n", with: " ").split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        }
    }

    public let path: String
    public let text: String
    public let blocks: [Block]

    public var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    public init(path: String) throws {
        self.path = path
        text = String(decoding: try readFile(path), as: UTF8.self)
        var blocks: [Block] = [], open: (words: [String], lines: [String], line: Int)?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let isFence = line.hasPrefix("```")
            if let block = open, isFence {
                blocks.append(Block(words: block.words, lines: block.lines, line: block.line))
                open = nil
            } else if isFence {
                open = (line.dropFirst(3).split(separator: " ").map(String.init), [], number + 2)
            } else {
                open?.lines.append(String(line))
            }
        }
        self.blocks = blocks
    }

    /// All pages of a folder and those below, by name.
    public static func all(in folder: String) throws -> [MarkdownPage] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }.sorted().map {
            try MarkdownPage(path: "\(folder)/\($0)")
        }
    }
}
