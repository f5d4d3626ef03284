import ArgumentParser
import SaddleStudies

struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, filter, compare and remove runs.",
        discussion: """
            Reads the run folders below a folder ('runs'), also the points of sweeps. What is known of them is kept in .catalogue.sqlite there, which \
            may be deleted at any time.

            EXAMPLES
              saddle runs
              saddle runs --where 'network.richness>=1' --where verdict=agrees --show learning_rate,test_loss
              saddle runs --sort test_loss --show test_loss,test_loss_limit --limit 10
              saddle runs compare runs/digits runs/digits-2
              saddle runs remove runs/digits-2
            """,
        subcommands: [RunsList.self, RunsCompare.self, RunsRemove.self], defaultSubcommand: RunsList.self)
}

struct RunsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Which runs there are (the default).",
        discussion: """
            EXAMPLES
              saddle runs
              saddle runs --where 'network.richness>=1' --show learning_rate,test_loss
            """)

    @Argument(help: "The folder in which runs are.", completion: .directory)
    var folder = "runs"

    @Option(
        name: .customLong("where"), parsing: .singleValue,
        help: ArgumentHelp(
            "A condition such as 'network.richness>=1', verdict=agrees or name~digits. May be repeated.", valueName: "condition"))
    var conditions: [String] = []

    @Option(help: ArgumentHelp("Keys of studies or results to show.", valueName: "keys"))
    var show: String?

    @Option(
        help: ArgumentHelp("A key by whose numbers runs are sorted, ascending. (default: the latest first)", valueName: "key"))
    var sort: String?

    @Option(help: ArgumentHelp("How many to list at most.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Print JSON on the standard output, for other programs.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); expected 1 or more") }
    }

    func run() throws {
        let shown = (show ?? "test_loss,test_loss_limit,verdict").split(separator: ",").map(String.init)
        var (runs, keys): ([Catalogue.Run], [String]) = try badInput {
            let catalogue = try Catalogue(folder)
            // What is shown unless asked otherwise need not be there.
            let keys = try shown.compactMap { show == nil ? try? catalogue.key($0) : try catalogue.key($0) }
            return (try catalogue.runs(where: conditions, showing: keys, sortedBy: sort), keys)
        }
        let all = runs.count
        if let limit { runs = Array(runs.prefix(limit)) }
        if json { return Terminal.output.print(try Catalogue.json(runs), terminator: "") }
        if runs.isEmpty {
            return Terminal.output.print("No runs\(conditions.isEmpty ? "" : " that meet all conditions") in \(folder).")
        }
        keys = keys.filter { key in show != nil || runs.contains { $0.values[key] != nil } }
        Terminal.output.print(
            TextTable.lines(
                columns: ["folder"] + keys + ["contents", "finished"],
                rows: runs.map { run in
                    [run.folder] + keys.map { TextTable.short(run.values[$0] ?? "") } + [run.contents, run.finished]
                }
            ).joined(separator: "\n"))
        if all > runs.count { Terminal.output.print("… and \(all - runs.count) more") }
    }
}

struct RunsCompare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "What differs between runs: keys and results side by side.",
        discussion: """
            EXAMPLES
              saddle runs compare runs/digits runs/digits-2
            """)

    @Argument(help: "Two run folders or more.", completion: .directory)
    var folders: [String]

    func validate() throws {
        if folders.count < 2 { throw ValidationError("one run has nothing to be compared with; expected two folders or more") }
    }

    func run() throws {
        let (keys, cells) = try badInput { try Catalogue.comparison(of: folders) }
        if keys.isEmpty { return Terminal.output.print("The runs do not differ, and have no results.") }
        Terminal.output.print(
            TextTable.lines(columns: [""] + folders, rows: zip(keys, cells).map { [$0] + $1.map(TextTable.short) }).joined(
                separator: "\n"))
    }
}

struct RunsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove run folders, and nothing else.",
        discussion: """
            EXAMPLES
              saddle runs remove runs/digits-2
              saddle runs remove runs/digits-sweep --yes
            """)

    @Argument(help: "Run folders, or folders of sweeps.", completion: .directory)
    var folders: [String]

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        if !yes {
            guard Terminal.error.isInteractive else {
                throw ValidationError("nobody can be asked here; expected --yes to remove \(folders.joined(separator: ", "))")
            }
            Terminal.error.print("Remove \(folders.joined(separator: ", ")) for good? [y/N] ", terminator: "")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                return Terminal.output.print("Nothing was removed.")
            }
        }
        try badInput { try Catalogue.remove(folders) }
        Terminal.output.print("Removed \(folders.joined(separator: ", ")).")
    }
}

/// Columns of text, aligned.
enum TextTable {
    static func lines(columns: [String], rows: [[String]]) -> [String] {
        let widths = columns.indices.map { k in ([columns] + rows).map { $0[k].count }.max()! }
        let lines = ([columns] + rows).map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
        return [Terminal.output.styled(lines[0], .dim)] + lines.dropFirst()
    }

    /// Numbers to four digits.
    static func short(_ text: String) -> String { Double(text).map { Catalogue.short($0) } ?? text }
}
