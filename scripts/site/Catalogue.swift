import Foundation

/// The pages of Documentation/ as DocC wants them, with what is made from the program: pictures, contents of answers, options.
struct Catalogue {
    let root: URL
    let program: String
    let examples: Examples

    private var documentation: URL { root.appending(path: "Documentation") }

    func write(to folder: URL) throws {
        for file in try pages() {
            let page = try Page(file)
            let isQuestion = file.deletingLastPathComponent().lastPathComponent == "Questions"
            var text = page.pieces.map(rendered).joined(separator: "\n")
            if isQuestion { text = try question(page, text) }
            if page.name == "README" { text = landing(text) }
            text = try included(text)
            let name = page.name == "README" ? "Saddle" : page.name
            try Data(text.utf8).write(to: folder.appending(path: "\(name).md"))
        }
        for picture in files(ending: "png") {
            try Data(contentsOf: picture).write(to: folder.appending(path: picture.lastPathComponent))
        }
    }

    private func files(ending: String) -> [URL] {
        let all = FileManager.default.enumerator(at: documentation, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
    }

    private func pages() throws -> [URL] {
        let pages = files(ending: "md")
        if pages.isEmpty { throw SiteError("\(documentation.path) cannot be read") }
        let names = pages.map { $0.lastPathComponent.lowercased() }
        for (name, next) in zip(names.sorted(), names.sorted().dropFirst()) where name == next {
            throw SiteError("two pages are called \(name)")
        }
        return pages
    }

    private func rendered(_ piece: Page.Piece) -> String {
        switch piece {
        case .text(let text):
            // DocC shows headings as they are written; a title that is a symbol stays one.
            return Self.linked(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("#") && !line.contains("``") ? String(line.replacing("`", with: "")) : String(line)
            }.joined(separator: "\n")
        case .block(let words, let lines):
            // Words behind the language tell the tests what to do with a block.
            return "```\(words.first ?? "")\n\(lines.joined(separator: "\n"))\n```"
        }
    }

    /// Links between files become links between pages of the site.
    static func linked(_ text: String) -> String {
        // `Documentation/Kernels.md`, `Kernels.md`
        var text = text.replacing(/`(?:Documentation\/)?([A-Z][A-Za-z]*)\.md`/) { "<doc:\($0.1)>" }
        // [Kernels](Kernels.md), [kernels](../Kernels.md), [kernels](Questions/predict-kernel.md)
        text = text.replacing(/\]\((?:\.\.\/)?(?:Documentation\/)?(?:[A-Z][a-z]+\/)?([A-Za-z-]+)\.md\)/) { "](doc:\($0.1))" }
        return text.replacing(/\bDocumentation\/([A-Z][A-Za-z]*)\.md/) { "<doc:\($0.1)>" }
    }

    /// The list of pages as DocC groups them: links alone, without what is said of them.
    private func landing(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let link = line.firstMatch(of: /^- \[[^\]]*\]\(doc:([A-Za-z-]+)\).*$/) else { return String(line) }
            // Pages of modules belong to their symbols.
            return link.1.contains(/^Saddle[A-Z]/) ? "- ``/\(link.1)``" : "- <doc:\(link.1)>"
        }
        let title = lines.firstIndex { $0.hasPrefix("# ") }!
        return (lines[...title] + ["", "@Metadata {", "    @TechnologyRoot", "}"] + lines[(title + 1)...]).joined(separator: "\n")
    }

    /// What is in other files, so that it is in one place: sections of the README, and a file beside the pages.
    private func included(_ text: String) throws -> String {
        try text.replacing(/<!-- (README|FILE): (.*?) -->.*?<!-- end -->/.dotMatchesNewlines()) { match -> String in
            if match.1 == "FILE" {
                let file = documentation.appending(path: String(match.2))
                return "```\(file.pathExtension)\n\(try String(contentsOf: file, encoding: .utf8))```"
            }
            let readme = try Page(root.appending(path: "README.md")).pieces.map(rendered).joined(separator: "\n")
            guard let start = readme.firstRange(of: "\n## \(match.2)\n") else {
                throw SiteError("README.md has no section \(match.2)")
            }
            let rest = readme[start.upperBound...]
            return String(rest[..<(rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex)])
        }
    }

    /// A question's page with the picture and the contents of its example, and its options.
    private func question(_ page: Page, _ text: String) throws -> String {
        let parts = page.name.split(separator: "-", maxSplits: 1).map(String.init)
        let example = try examples.answer(to: page.name, of: page)
        let help = try examples.output("\(program) \(parts[0]) \(parts[1]) --help")
        let options = help.firstRange(of: "\nUSAGE:").map { String(help[help.index(after: $0.lowerBound)...]) } ?? help
        let picture = example.picture.map { "![\($0.caption)](\($0.name))" } ?? ""
        return """
            \(text)

            \(picture)

            ### What the answer holds

            Quantities of this example, in `\(page.name).json` and, as arrays, in `\(page.name).npz`. Errors are `NAME_error`.

            \(example.quantities)

            ## Options

            ```
            \(options.trimmingCharacters(in: .newlines))
            ```

            """
    }
}
