import Foundation

/// Runs the commands of pages, as a reader would in the folder of the repository, and takes from the answers what pages show.
final class Examples {
    struct Answer {
        /// The picture and its caption; nil where the answer has tables alone.
        let picture: (name: String, caption: String)?
        /// A table of what it holds, in Markdown.
        let quantities: String
    }

    private let program: String
    private let root: URL
    private let resources: URL

    init(root: URL, program: String, resources: URL) throws {
        (self.program, self.root, self.resources) = (program, root, resources)
        try FileManager.default.createDirectory(at: resources, withIntermediateDirectories: true)
    }

    /// What a command prints.
    func output(_ command: String, in folder: URL? = nil) throws -> String {
        let process = Process(), pipe = Pipe()
        let errors = FileManager.default.temporaryDirectory.appending(path: "saddle-site-\(UUID().uuidString)")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder ?? root
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            throw SiteError(
                "\(command): exit code \(process.terminationStatus)\n\(try String(contentsOf: errors, encoding: .utf8))")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The answer that a page's commands leave.
    func answer(to question: String, of page: Page) throws -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(path: "saddle-site-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "examples"), withDestinationURL: root.appending(path: "examples"))
        let start = Date()
        for command in page.commands {
            _ = try output("saddle() { \"\(program)\" \"$@\"; }\n\(command)", in: folder)
        }
        print("\(page.name): \(String(format: "%.1f", -start.timeIntervalSinceNow)) s")
        let runs = FileManager.default.enumerator(at: folder.appending(path: "runs"), includingPropertiesForKeys: nil)
        let files = runs?.compactMap { $0 as? URL }.filter { $0.lastPathComponent == "\(question).html" } ?? []
        guard let html = files.first else { throw SiteError("\(page.name): its commands leave no \(question).html") }
        let json = html.deletingPathExtension().appendingPathExtension("json")
        guard let answer = try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any] else {
            throw SiteError("\(json.path) is no object")
        }
        let figure = Figure(html: try String(contentsOf: html, encoding: .utf8))
        if let figure { try Data(figure.svg.utf8).write(to: resources.appending(path: "\(question).svg")) }
        return Answer(picture: figure.map { ("\(question).svg", $0.caption) }, quantities: try Self.table(answer))
    }

    private static func table(_ answer: [String: Any]) throws -> String {
        guard let order = answer["order"] as? [String], let all = answer["quantities"] as? [String: [String: Any]] else {
            throw SiteError("an answer without quantities")
        }
        let rows = order.compactMap { name -> String? in
            guard let quantity = all[name] else { return nil }
            let shape = (quantity["shape"] as? [Int] ?? []).map(String.init).joined(separator: " × ")
            let along = (quantity["along"] as? [String] ?? []).filter { !$0.isEmpty }.map { "`\($0)`" }.joined(separator: ", ")
            let cells = [
                "`\(name)`", quantity["title"] as? String ?? "", quantity["unit"] as? String ?? "",
                shape.isEmpty ? "a number" : shape, along,
            ]
            return "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
        }
        return "| name | what it is | unit | shape | along |\n|---|---|---|---|---|\n" + rows.joined(separator: "\n")
    }
}
