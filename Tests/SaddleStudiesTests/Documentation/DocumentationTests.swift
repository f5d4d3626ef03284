import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

// The pages of Documentation/. They would catch a command with an option that is no more, an example that fails, a key that is misspelt, code that differs
// from what the tests build, a link that leads nowhere, and a question without a page.
//
// Words behind the language of a block say how it is checked: `sh` is run, page by page, in a folder that holds the repository's examples; `sh parse` is
// read, option by option, and not computed, since it takes longer than a test should.
@Suite struct DocumentationTests {
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized.path
    static let pages = (try? MarkdownPage.all(in: "\(root)/Documentation")) ?? []
    static let runnable = pages.filter { page in page.blocks.contains { $0.words == ["sh"] } }.map(\.name)
    static let languages = ["", "sh", "yaml", "swift", "python", "json"]

    @Test func blocksAreOfAKindThatIsChecked() {
        #expect(Self.pages.count > 100 && Self.runnable.count > 40)
        for page in Self.pages {
            for block in page.blocks {
                let place = "\(page.name), line \(block.line)"
                #expect(Self.languages.contains(block.language), "\(place): \(block.language)")
                #expect(block.language != "sh" || ["", "parse"].contains(block.words.dropFirst().joined()), "\(place)")
                #expect(block.language == "sh" || !block.lines.contains { $0.hasPrefix("saddle ") }, "\(place): for the shell")
            }
            // Formulas are indented; commands are not.
            #expect(
                !page.text.split(separator: "\n").contains { $0.hasPrefix("    saddle ") },
                "\(page.name): commands without a fence")
        }
    }

    /// Every option of every command is known, and its value is read.
    @Test func commandsAreRead() throws {
        var count = 0
        for page in Self.pages {
            for block in page.blocks where block.language == "sh" {
                for command in block.commands {
                    let words = words(of: command), place = "\(page.name), line \(block.line): \(command)"
                    guard words.first == "saddle", let question = Self.question(words) else { continue }
                    _ = try #require(throws: Never.self) { try expectRead(question.type, question.arguments, place) }
                    count += 1
                }
            }
        }
        #expect(count > 250)
    }

    /// Commands that are not run and are no questions: they get as far as the data of their study, which are not there.
    @Test func otherCommandsAreRead() throws {
        for page in Self.pages {
            for block in page.blocks where block.words == ["sh", "parse"] {
                for command in block.commands where command.hasPrefix("saddle ") && Self.question(words(of: command)) == nil {
                    try withTemporaryDirectory { folder in
                        for word in words(of: command) where word.hasSuffix(".yaml") {
                            try writeFile(Array("data: {source: nowhere.npz}\nsimulate: {}\n".utf8), "\(folder)/\(word)")
                        }
                        // Nothing is submitted to a cluster.
                        let outcome = try shell(command.replacing("--executor slurm", with: "--executor local:2"), in: folder)
                        let isRead = outcome.code == 0 || Self.beyondReading.contains { outcome.errors.contains($0) }
                        #expect(isRead, "\(page.name), line \(block.line): \(command)\n\(outcome.errors)")
                    }
                }
            }
        }
    }

    /// Scripts of the repository say what they do.
    @Test func scriptsAreThere() throws {
        for page in Self.pages {
            for block in page.blocks where block.language == "sh" {
                for command in block.commands where command.hasPrefix("scripts/") {
                    let script = words(of: command)[0]
                    let outcome = try shell("\(Self.root)/\(script) --help", in: Self.root)
                    #expect(outcome.code == 0, "\(page.name), line \(block.line): \(command)\n\(outcome.errors)")
                }
            }
        }
    }

    static let beyondReading = [
        "nowhere.npz", "is not a run folder", "cannot read", "cannot be read", "nobody can be asked", "no run has a key",
        "there is no folder", "holds no work",
    ]

    @Test(arguments: runnable) func commandsRun(page name: String) throws {
        let page = try #require(Self.pages.first { $0.name == name })
        try withTemporaryDirectory { folder in
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/examples", withDestinationPath: "\(Self.root)/examples")
            for block in page.blocks where block.words == ["sh"] {
                let outcome = try shell("set -e\n\(block.text)", in: folder)
                #expect(outcome.code == 0, "\(name), line \(block.line):\n\(block.text)\n\(outcome.errors)")
            }
        }
    }

    @Test func studiesAreRead() throws {
        for page in Self.pages {
            for block in page.blocks where block.language == "yaml" {
                #expect(throws: Never.self, "\(page.name), line \(block.line)") {
                    try Study(text: block.text, changes: [], file: "\(page.name).yaml")
                }
            }
        }
    }

    /// Code in Swift stands in a file of the tests, which the block names, line by line.
    @Test func codeIsThatOfTheTests() throws {
        for page in Self.pages {
            for block in page.blocks where block.language == "swift" {
                let file = try #require(block.words.dropFirst().first, "\(page.name), line \(block.line): no file is named")
                let source = String(decoding: try readFile("\(Self.root)/\(file)"), as: UTF8.self)
                let isThere = Self.trimmed(source).contains(Self.trimmed(block.text))
                #expect(isThere, "\(page.name), line \(block.line) is not in \(file)")
            }
        }
    }

    /// Lines without their indentation.
    private static func trimmed(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }

    @Test func pythonCompiles() throws {
        for page in Self.pages {
            for block in page.blocks where block.language == "python" {
                try withTemporaryDirectory { folder in
                    try writeFile(Array(block.text.utf8), "\(folder)/block.py")
                    let outcome = try shell(
                        "command -v python3 > /dev/null || exit 0; python3 -m py_compile block.py", in: folder)
                    #expect(outcome.code == 0, "\(page.name), line \(block.line): \(outcome.errors)")
                }
            }
        }
    }

    /// Every array of a run is on the page of results, by its name without what is said of it (error, variance, …) and of which (layer, width).
    @Test func arraysAreDescribed() throws {
        let page = try MarkdownPage(path: "\(Self.root)/Documentation/Results.md").text
        let study = """
            name: tiny
            data: {source: gaussian, train: 4, test: 3, dimension: 3, teacher: linear}
            training: {steps: 4}
            predict: {accuracy: 0.5, record_two_time: true}
            simulate: {widths: [16], networks: 4}
            record: 2
            """
        try withTemporaryDirectory { folder in
            try writeFile(Array(study.utf8), "\(folder)/tiny.yaml")
            #expect(try shell("saddle run tiny.yaml --quiet", in: folder).code == 0)
            let parts = ["error", "truncation", "site_bias", "variance", "bias", "correction", "next", "mean"]
            for file in ["theory", "ensemble"] {
                for name in try NPZ.read("\(folder)/runs/tiny/\(file).npz").keys {
                    var base = name.replacing(/_[0-9]+$/, with: "")
                    while let part = parts.first(where: { base.hasSuffix("_\($0)") }) { base.removeLast(part.count + 1) }
                    base.replace(/_[0-9]+$/, with: "")
                    if base.hasPrefix("panel_") { base = "panel_" }
                    let isThere = page.contains("`\(base)")
                    #expect(isThere, "\(file).npz: \(name)")
                }
            }
        }
    }

    @Test func everyQuestionHasAPage() throws {
        let names = Self.pages.filter { $0.path.contains("/Questions/") }.map(\.name)
        #expect(Set(names) == Set(Questions.all.map { $0.id }))
        let index = try MarkdownPage(path: "\(Self.root)/Documentation/README.md").text
        for page in Self.pages where page.name != "README" {
            let path = page.path.dropFirst("\(Self.root)/Documentation/".count)
            let isListed = index.contains("](\(path))")
            #expect(isListed, "README.md does not list \(path)")
        }
    }

    @Test func linksLead() throws {
        let files = FileManager.default
        for page in Self.pages + [try MarkdownPage(path: "\(Self.root)/README.md")] {
            let folder = URL(filePath: page.path).deletingLastPathComponent()
            for link in page.text.matches(of: /\]\(([A-Za-z.\/-]+\.md)\)/) {
                #expect(files.fileExists(atPath: folder.appending(path: String(link.1)).path), "\(page.name): \(link.1)")
            }
            for link in page.text.matches(of: /`(Documentation\/)?([A-Z][A-Za-z]*\.md)`/) where link.2 != "README.md" {
                #expect(files.fileExists(atPath: "\(Self.root)/Documentation/\(link.2)"), "\(page.name): \(link.2)")
            }
        }
    }

    /// The question that a command asks, and its arguments.
    static func question(_ words: [String]) -> (type: any Question.Type, arguments: [String])? {
        guard words.count >= 2, let verb = QuestionVerb(rawValue: words[1]) else { return nil }
        let name = words.count > 2 ? words[2] : ""
        if let found = Questions.of(verb).first(where: { $0.name == name }) { return (found, Array(words.dropFirst(3))) }
        return nil
    }

    /// Runs a command with the program that lies beside the test bundle.
    private func shell(_ command: String, in folder: String) throws -> (code: Int32, errors: String) {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "saddle")
        let process = Process()
        let errors = FileManager.default.temporaryDirectory.appending(path: "saddle-errors-\(UUID().uuidString)").path
        try writeFile([], errors)
        defer { try? FileManager.default.removeItem(atPath: errors) }
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "saddle() { \"$0\" \"$@\"; }\n\(command)", program.path]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try readFile(errors), as: UTF8.self))
    }
}
