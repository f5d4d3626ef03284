import Foundation

/// A page of the documentation, as pieces: text, and what stands between fences.
struct Page {
    enum Piece: Equatable {
        case text(String)
        /// What stands behind the opening fence, and the lines of the block.
        case block(words: [String], lines: [String])
    }

    let name: String
    let pieces: [Piece]

    init(_ file: URL) throws {
        name = file.deletingPathExtension().lastPathComponent
        var pieces: [Piece] = [], text: [String] = [], block: (words: [String], lines: [String])?
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
            switch (block, line.hasPrefix("```")) {
            case (nil, false): text.append(String(line))
            case (nil, true):
                pieces.append(.text(text.joined(separator: "\n")))
                text = []
                block = (line.dropFirst(3).split(separator: " ").map(String.init), [])
            case (.some, false): block!.lines.append(String(line))
            case (.some(let done), true):
                pieces.append(.block(words: done.words, lines: done.lines))
                block = nil
            }
        }
        if block != nil { throw SiteError("\(file.path): a block of code does not end") }
        pieces.append(.text(text.joined(separator: "\n")))
        self.pieces = pieces
    }

    /// The commands of its blocks for the shell; a line that ends with a backslash goes on in the next.
    var commands: [String] {
        pieces.flatMap { piece -> [String] in
            guard case .block(let words, let lines) = piece, words.first == "sh" else { return [] }
            return lines.joined(separator: "\n").replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
                .filter { !$0.hasPrefix("#") }
        }
    }
}
