import Foundation
import SaddleNumerics

/// The runs below a folder, in an SQLite file in it: which they are, their keys and results.
///
/// The run folders are the truth. Whenever the catalogue is opened it reads those again whose manifest has changed since and forgets those that are
/// gone; if it is lost or damaged it is made anew.
public final class Catalogue {
    private let database: Database
    private let root: String

    private static let file = ".catalogue.sqlite"
    /// Of the tables below.
    private static let form = 2

    /// - Throws: `StudyFileError` if there is no such folder.
    public init(_ root: String = "runs") throws {
        guard Directory.names(root) != nil else {
            throw StudyFileError(
                file: root,
                "there is no folder of that name; expected one with run folders, such as 'runs', which 'saddle run' makes")
        }
        self.root = root
        let path = "\(root)/\(Self.file)"
        do { database = try Self.opened(path) } catch {
            // A damaged catalogue holds nothing that the folders do not. A folder that takes no file is listed all the same.
            unlink(path)
            database = try (try? Self.opened(path)) ?? Self.opened(":memory:")
        }
        try refresh()
    }

    private static func opened(_ path: String) throws -> Database {
        let database = try Database(path)
        if try database.run("PRAGMA user_version") != [[.integer(Int64(form))]] {
            try database.transaction {
                for table in ["run", "value"] { try database.run("DROP TABLE IF EXISTS \(table)") }
                try database.run(
                    "CREATE TABLE run (folder TEXT PRIMARY KEY, stamp TEXT, name TEXT, version TEXT, finished TEXT, contents TEXT)"
                )
                try database.run("CREATE TABLE value (folder TEXT, key TEXT, number REAL, text TEXT, PRIMARY KEY (folder, key))")
                try database.run("CREATE INDEX value_key ON value (key, number)")
                try database.run("PRAGMA user_version = \(form)")
            }
        }
        return database
    }

    private func refresh() throws {
        let present = RunSearch(root).found
        let known = Dictionary(
            try database.run("SELECT folder, stamp FROM run").compactMap { row -> (String, String)? in
                if case .text(let folder) = row[0], case .text(let stamp) = row[1] { (folder, stamp) } else { nil }
            }, uniquingKeysWith: { $1 })
        let gone = Set(known.keys).subtracting(present.map(\.folder)), changed = present.filter { known[$0.folder] != $0.stamp }
        if gone.isEmpty && changed.isEmpty { return }
        try database.transaction {
            for folder in gone.union(changed.map(\.folder)) { try forget(folder) }
            for (folder, stamp) in changed {
                guard let record = RunRecord(folder) else { continue }
                try database.run(
                    "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)",
                    [folder, stamp, record.name, record.version, record.finished, record.contents].map { .text($0) })
                for (key, value) in record.values {
                    let number = Double(value).map { Database.Value.real($0) } ?? .null
                    try database.run(
                        "INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?)", [.text(folder), .text(key), number, .text(value)])
                }
            }
        }
    }

    private func forget(_ folder: String) throws {
        for table in ["run", "value"] { try database.run("DELETE FROM \(table) WHERE folder = ?", [.text(folder)]) }
    }
}

extension Catalogue {
    public struct Run: Codable, Sendable {
        public let folder, name, version, finished, contents: String
        /// What was asked to be shown.
        public let values: [String: String]
    }

    /// Runs that meet all conditions, the latest first unless sorted by a key.
    ///
    /// - Parameters:
    ///   - conditions: such as `network.richness>=1`, `verdict=disagrees`, `name~digits`.
    ///   - shown: keys of studies or results.
    ///   - order: a key; its numbers ascend, those without come last.
    public func runs(where conditions: [String] = [], showing shown: [String] = [], sortedBy order: String? = nil) throws -> [Run]
    {
        let parsed = try conditions.map(RunCondition.init), shown = try shown.map(key)
        var values: [Database.Value] = []
        let clauses = try parsed.map { condition -> String in
            let (clause, own) = condition.clause(try key(condition.key))
            values += own
            return clause
        }
        let rows = try database.run(
            "SELECT folder, name, version, finished, contents FROM run"
                + (clauses.isEmpty ? "" : " WHERE " + clauses.joined(separator: " AND ")) + " ORDER BY finished DESC, folder",
            values)
        var shared = SharedWork.below(root, depth: RunSearch.depth)
        var runs = try rows.map { row -> Run in
            let texts = row.map { if case .text(let text) = $0 { text } else { "" } }
            let own = try shown.compactMap { key in try value(key, of: texts[0]).map { (key, $0) } }
            let work = shared.firstIndex { $0.folder == texts[0] }.map { shared.remove(at: $0) }
            return Run(
                folder: texts[0], name: texts[1], version: texts[2], finished: texts[3],
                contents: [texts[4], work?.text ?? ""].filter { !$0.isEmpty }.joined(separator: ", "),
                values: Dictionary(own, uniquingKeysWith: { $1 }))
        }
        // Sweeps that are not put together have no results that a condition could be about.
        if conditions.isEmpty {
            runs =
                shared.map { Run(folder: $0.folder, name: $0.name, version: "", finished: "", contents: $0.text, values: [:]) }
                + runs
        }
        if let order = try order.map(key) {
            let numbers = try Dictionary(uniqueKeysWithValues: runs.map { ($0.folder, try value(order, of: $0.folder)) })
            func number(_ run: Run) -> Double { numbers[run.folder].flatMap { $0 }.flatMap(Double.init) ?? .infinity }
            runs.sort { (number($0), $0.folder) < (number($1), $1.folder) }
        }
        return runs
    }

    /// Every value of a run, by key.
    public func values(of folder: String) throws -> [String: String] {
        let rows = try database.run("SELECT key, text FROM value WHERE folder = ?", [.text(folder)])
        return Dictionary(
            rows.compactMap { row in
                if case .text(let key) = row[0], case .text(let text) = row[1] { (key, text) } else { nil }
            }, uniquingKeysWith: { $1 })
    }

    private func value(_ key: String, of folder: String) throws -> String? {
        let rows = try database.run("SELECT text FROM value WHERE folder = ? AND key = ?", [.text(folder), .text(key)])
        if case .text(let text)? = rows.first?.first { return text }
        return nil
    }

    /// The full name of a key that may be given by its last part.
    ///
    /// - Throws: `StudyFileError` with the nearest ones if no run has it.
    public func key(_ name: String) throws -> String {
        if ["name", "folder", "finished", "version"].contains(name) { return name }
        let known = try database.run("SELECT DISTINCT key FROM value").compactMap { row -> String? in
            if case .text(let key) = row[0] { key } else { nil }
        }
        // Of results none may be there yet.
        if known.contains(name) || Self.results.contains(name) { return name }
        let main = ["data.", "network.", "training.", "predict.", "simulate."]
        let short = known.filter { key in key.hasSuffix(".\(name)") && main.contains { key.hasPrefix($0) } }
        if short.count == 1 { return short[0] }
        throw StudyFileError(
            file: root,
            short.isEmpty
                ? "no run has a key '\(shortened(name))'\(suggestion(for: name, among: known + known.compactMap { $0.split(separator: ".").last.map(String.init) })); expected a key of "
                    + "a study, or one of \(Self.results.joined(separator: ", "))"
                : "'\(name)' is the key of several sections; expected one of \(short.sorted().joined(separator: ", "))")
    }

    static let results = [
        "name", "verdict", "test_loss", "test_loss_limit", "train_loss", "train_loss_limit", "accuracy", "seconds", "finished",
    ]
}

/// `KEY OP VALUE`.
struct RunCondition {
    let key, operation, value: String

    init(_ text: String) throws {
        let operations = [">=", "<=", "!=", "=", "<", ">", "~"]
        let found = operations.compactMap { sign in text.range(of: sign).map { (sign, $0) } }
            .min { ($0.1.lowerBound, -$0.0.count) < ($1.1.lowerBound, -$1.0.count) }
        guard let (sign, range) = found else { throw Self.problem(text) }
        key = text[..<range.lowerBound].trimmingCharacters(in: .whitespaces)
        value = text[range.upperBound...].trimmingCharacters(in: .whitespaces)
        operation = sign
        if key.isEmpty || value.isEmpty { throw Self.problem(text) }
        if ["<", ">", "<=", ">="].contains(sign), Double(value) == nil, key != "finished" { throw Self.problem(text) }
    }

    private static func problem(_ text: String) -> StudyFileError {
        StudyFileError(
            file: "--where",
            "'\(shortened(text))' is no condition; expected KEY=VALUE, KEY!=VALUE, KEY~PART, or KEY<NUMBER, >, <=, >=, such as 'network.richness>=1'"
        )
    }

    /// SQL, with its values.
    func clause(_ key: String) -> (String, [Database.Value]) {
        let isColumn = ["name", "folder", "finished", "version"].contains(key)
        let number = Double(value)
        let comparison: (String, Database.Value) =
            switch operation {
            case "~": ("instr(\(isColumn ? key : "text"), ?) > 0", .text(value))
            case "=", "!=":
                number.map { isColumn ? ("\(key) = ?", .text(value)) : ("number = ?", .real($0)) }
                    ?? ("\(isColumn ? key : "text") = ?", .text(value))
            default: isColumn ? ("\(key) \(operation) ?", .text(value)) : ("number \(operation) ?", .real(number ?? .nan))
            }
        let positive =
            isColumn
            ? comparison.0 : "folder IN (SELECT folder FROM value WHERE key = ? AND \(comparison.0))"
        return (operation == "!=" ? "NOT (\(positive))" : positive, (isColumn ? [] : [.text(key)]) + [comparison.1])
    }
}
