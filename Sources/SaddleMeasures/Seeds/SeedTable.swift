import Foundation
import SaddleNumerics

/// Losses, or scores, of runs that differ in their seed, in one group or several, and of ensembles of such runs.
///
/// A table is long, with a row for each run, or wide, with a column for each group and a row for each seed; with a column of targets and a column for
/// each network, it holds their outputs on a row of each sample.
public struct SeedTable: Sendable {
    /// Runs that differ in their seed alone.
    public struct Group: Sendable {
        /// As the table calls it; empty where there is one group without a name.
        public let name: String
        /// Finite ones, one a run.
        public let losses: [Double]
        /// Of each loss; nil: the table does not tell seeds.
        public let seeds: [String]?
        /// Runs without a finite loss.
        public let diverged: Int
    }

    /// Of single networks, or where the table does not tell how many are averaged.
    public let groups: [Group]
    /// Losses of ensembles of k networks, single ones among them, by group.
    public let ensembles: [(group: String, points: [(members: Double, loss: Double)])]
    /// Outputs on samples: targets, and for each network its outputs.
    public let outputs: (targets: [Double], networks: [[Double]])?
    /// Header of the column, or "loss".
    public let lossName: String
    /// What was decided without being told.
    public let remarks: [String]

    /// Names or numbers of columns, as far as they were asked for.
    public struct Columns: Sendable {
        /// Nil: found by the usual names.
        public var loss, seed, group, members, step, target: String?

        /// All columns are found by their names.
        public init() {}
    }

    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Columns = .init()) throws {
        var columns = TableColumns(csv)
        if let target = try columns.find(.target, wanted.target) {
            (groups, ensembles, lossName) = ([], [], "squared error")
            let networks = columns.others()
            guard networks.count >= 2 else {
                throw LossFileError.table(
                    csv.file,
                    reason:
                        "targets and \(networks.count) column\(networks.count == 1 ? "" : "s") of outputs; expected two networks or more"
                )
            }
            let (rows, remark) = try csv.completeRows([target] + networks)
            columns.add(remark)
            columns.add(
                "columns of \(csv.file) are outputs of networks: \(networks.map { columns.title($0, "\($0 + 1)") }.brief(12))")
            outputs = (
                try columns.numbers(target, rows: rows), try networks.map { try columns.numbers($0, rows: rows) }
            )
            remarks = columns.remarks
            return
        }
        outputs = nil
        let seed = try columns.find(.seed, wanted.seed), step = try columns.find(.step, wanted.step)
        let members = try columns.find(.members, wanted.members)
        let group = try Self.groupColumns(&columns, wanted.group)
        let losses = try Self.lossColumns(&columns, wanted.loss, isLong: !group.isEmpty || members != nil)
        var runs: [Run] = []
        for column in losses {
            let name = columns.title(column, "column \(column + 1)")
            runs += try Self.runs(
                csv, &columns, loss: column, group: group, name: losses.count > 1 ? name : "", seed: seed, members: members,
                step: step)
        }
        if runs.isEmpty { throw LossFileError.table(csv.file, reason: "no losses in it") }
        try Self.checkRepetitions(runs, csv, losses)
        if step != nil { runs = Self.last(runs, &columns) }
        (groups, ensembles) = Self.sorted(runs)
        lossName = losses.count > 1 ? "loss" : columns.title(losses[0], "loss")
        remarks = columns.remarks
    }

    private struct Run {
        let line: Int
        let group: String
        let seed: String?
        let members: Double?
        let step: Double?
        /// Nil: diverged.
        let loss: Double?
        var place: [String] { [group, seed ?? "\(line)", members.map { "\($0)" } ?? ""] }
    }

    /// The column that tells groups apart, or several of them, as in "width,lr".
    private static func groupColumns(_ columns: inout TableColumns, _ wanted: String?) throws -> [Int] {
        guard let wanted, wanted.contains(","), columns.csv.header?.contains(wanted) != true else {
            return try columns.find(.group, wanted).map { [$0] } ?? []
        }
        return try wanted.split(separator: ",").compactMap { part in
            try columns.find(.group, part.trimmingCharacters(in: .whitespaces))
        }
    }

    /// One column of losses, or one for each group.
    private static func lossColumns(_ columns: inout TableColumns, _ wanted: String?, isLong: Bool) throws -> [Int] {
        if wanted != nil || isLong { return [try columns.require(.outcome, wanted)] }
        var attempt = columns
        if let one = (try? attempt.find(.outcome)).flatMap({ $0 }) {
            columns = attempt
            return [one]
        }
        let others = columns.others()
        if others.isEmpty {
            throw LossFileError.table(columns.csv.file, reason: "no column of numbers; expected losses, one for each seed")
        }
        if others.count > 1 {
            columns.add("columns of \(columns.csv.file) are groups: \(others.map { columns.title($0, "\($0 + 1)") }.brief(12))")
        }
        return others
    }

    private static func runs(
        _ csv: CSV, _ columns: inout TableColumns, loss: Int, group: [Int], name: String, seed: Int?, members: Int?, step: Int?
    ) throws -> [Run] {
        // Groups of wide tables may have fewer seeds than others.
        let considered = csv.lines.indices.filter { !(csv.isEmpty($0, loss) && !name.isEmpty) }
        let finite = considered.filter { !csv.isDiverged($0, loss) }
        let needed = (members.map { [$0] } ?? []) + (step.map { [$0] } ?? [])
        let (kept, remark) = finite.isEmpty ? ([], nil) : try csv.completeRows([loss] + needed, among: finite)
        columns.add(remark)
        func values(_ column: Int?, _ rows: [Int]) throws -> [Int: Double] {
            guard let column, !rows.isEmpty else { return [:] }
            return Dictionary(uniqueKeysWithValues: zip(rows, try columns.numbers(column, rows: rows)))
        }
        let rows = (kept + considered.filter { csv.isDiverged($0, loss) }).sorted()
        let losses = try values(loss, kept), sizes = try values(members, rows), steps = try values(step, rows)
        if let bad = sizes.first(where: { !($0.value >= 1) }) {
            throw csv.malformed(bad.key, members!, "is \(bad.value); expected how many networks are averaged, 1 or more")
        }
        func groupName(_ row: Int) -> String {
            if group.count < 2 { return group.first.map { csv.text(row, $0) } ?? name }
            return group.map { "\(columns.title($0, "\($0 + 1)"))=\(csv.text(row, $0))" }.joined(separator: " ")
        }
        return rows.map { row in
            Run(
                line: row, group: groupName(row), seed: seed.map { csv.text(row, $0) },
                members: sizes[row],
                step: steps[row], loss: losses[row])
        }
    }

    /// Of curves their last records.
    private static func last(_ runs: [Run], _ columns: inout TableColumns) -> [Run] {
        var kept: [[String]: Run] = [:]
        let ends = Dictionary(grouping: runs, by: \.group).mapValues { $0.compactMap(\.step).max() ?? 0 }
        let hasSeeds = runs.contains { $0.seed != nil }
        for run in runs {
            if !hasSeeds {
                if run.step == ends[run.group] { kept[run.place] = run }
            } else if (kept[run.place]?.step ?? -.infinity) < (run.step ?? 0) {
                kept[run.place] = run
            }
        }
        if kept.count < runs.count { columns.add("of each run its last step is used") }
        return kept.values.sorted { $0.line < $1.line }
    }

    /// - Throws: ``FileError`` at the first loss of a seed that has one already, with the columns that may tell the two apart.
    private static func checkRepetitions(_ runs: [Run], _ csv: CSV, _ losses: [Int]) throws {
        var seen: [[String]: Int] = [:]
        for run in runs where run.seed != nil {
            let place = run.place + (run.step.map { ["\($0)"] } ?? [])
            guard let first = seen.updateValue(run.line, forKey: place) else { continue }
            let different = (csv.header ?? []).indices.filter {
                !losses.contains($0) && csv.text(first, $0) != csv.text(run.line, $0)
            }
            let advice =
                different.isEmpty
                ? "name the column that tells groups apart"
                : "\(different.map { csv.label($0) }.brief(6)) differ\(different.count == 1 ? "s" : ""): name what tells groups apart, as in "
                    + "--group-column \(different.map { csv.header![$0] }.joined(separator: ","))"
            throw csv.malformed(
                run.line, losses[0],
                "for the second time seed \(run.seed!)\(run.step.map { " at step \(NumberText.short($0))" } ?? "")"
                    + "\(run.group.isEmpty ? "" : " of \(run.group)"); expected one loss of each seed (\(advice))")
        }
    }

    private static func sorted(_ runs: [Run]) -> ([Group], [(group: String, points: [(members: Double, loss: Double)])]) {
        var names: [String] = []
        for run in runs where !names.contains(run.group) { names.append(run.group) }
        let groups = names.compactMap { name -> Group? in
            let own = runs.filter { $0.group == name && ($0.members ?? 1) == 1 }, finite = own.filter { $0.loss != nil }
            if own.isEmpty { return nil }
            return Group(
                name: name, losses: finite.map { $0.loss! },
                seeds: finite.contains { $0.seed == nil } ? nil : finite.map { $0.seed! },
                diverged: own.count - finite.count)
        }
        let ensembles = names.compactMap { name -> (group: String, points: [(members: Double, loss: Double)])? in
            let points = runs.filter { $0.group == name }.compactMap { run in
                run.members.flatMap { k in run.loss.map { (members: k, loss: $0) } }
            }
            return Set(points.map(\.members)).count > 1 ? (name, points) : nil
        }
        return (groups, ensembles)
    }
}
