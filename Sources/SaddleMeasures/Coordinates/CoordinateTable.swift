import SaddleNumerics

/// Sizes of what modules compute in networks of several widths, from a table.
///
/// A size is a mean over coordinates and samples, root mean square or mean magnitude: both have the same exponent of the width. A table is long,
/// with a row for each size, or wide, with a column for each module, as loggers write them.
public struct CoordinateTable: Sendable {
    /// What the sizes are of.
    public enum Kind: String, Sendable, CaseIterable {
        /// What a module computes.
        case activations
        /// The change of that since initialisation, on the same inputs.
        case updates
    }

    /// One module at one step.
    public struct Series: Sendable {
        /// Name of the module, as the table has it.
        public let module: String
        /// Whether the sizes are of activations or of their updates.
        public let kind: Kind
        /// Nil: the table has no steps.
        public let step: Int?
        /// Width and size above 0 of each row, in its order: at three widths or more.
        public let points: [(size: Double, value: Double)]
        /// Which network each point is of; nil where the table does not tell.
        let networks: [String]?
    }

    /// Modules in the order of the table, steps ascending.
    public let series: [Series]
    /// Different widths, ascending.
    public let widths: [Double]
    /// Header of the column of sizes, or "size".
    public let valueName: String
    /// Values that are no finite numbers: those networks diverged.
    public let diverged: Int
    /// What was decided without being told.
    public let remarks: [String]

    /// Names or numbers of columns, as far as they were asked for.
    public struct Columns: Sendable {
        /// Nil: found by the usual names.
        public var width, step, module, value, seed, kind: String?

        /// All columns are found by their names.
        public init() {}
    }

    /// - Parameter kind: of values, where no column says it.
    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Columns = .init(), kind given: Kind? = nil) throws {
        var columns = TableColumns(csv)
        let width = try columns.require(.width, wanted.width)
        let step = try columns.find(.step, wanted.step), seed = try columns.find(.seed, wanted.seed)
        let kind = try given == nil ? Self.kindColumn(&columns, wanted.kind) : nil
        let module = try columns.find(.module, wanted.module)
        let values: [Int]
        if module != nil {
            values = [try columns.require(.value, wanted.value)]
        } else {
            values = try wanted.value.map { _ in [try columns.require(.value, wanted.value)] } ?? columns.others()
            if values.isEmpty { throw LossFileError.table(csv.file, reason: "no column of sizes; expected one for each module") }
            columns.add(
                "columns of \(csv.file) are modules: \(values.map { columns.title($0, "\($0 + 1)") }.brief(12))")
        }
        var rows: [Row] = []
        var diverged = 0
        let words = try kind.map { column in try Self.kinds(csv, column) }
        for column in values {
            // Loggers leave cells empty where nothing was logged; what is no number there has diverged.
            let considered = csv.lines.indices.filter { !csv.isEmpty($0, column) }
            let finite = considered.filter { !csv.isDiverged($0, column) }
            diverged += considered.count - finite.count
            if finite.isEmpty { continue }
            let needed = [width, column] + (step.map { [$0] } ?? [])
            let (kept, remark) = try csv.completeRows(needed, among: finite)
            columns.add(remark)
            let widths = try columns.numbers(width, rows: kept), sizes = try columns.numbers(column, rows: kept)
            let steps = try step.map { try columns.numbers($0, rows: kept) }
            for (i, row) in kept.enumerated() {
                if !(widths[i] > 0) { throw csv.malformed(row, width, "is \(widths[i]); expected a width above 0") }
                if sizes[i] < 0 {
                    throw csv.malformed(
                        row, column,
                        "is \(sizes[i]); expected a size: a root mean square or a mean magnitude, which is at least 0")
                }
                if let steps, !(steps[i] >= 0 && steps[i] == steps[i].rounded() && steps[i] < 1e15) {
                    throw csv.malformed(row, step!, "is \(steps[i]); expected a whole number, at least 0")
                }
                rows.append(
                    Row(
                        line: row, module: module.map { csv.text(row, $0) } ?? columns.title(column, "column \(column + 1)"),
                        kind: words?[row] ?? given ?? .activations, step: steps.map { Int($0[i]) }, width: widths[i],
                        seed: seed.map { csv.text(row, $0) }, value: sizes[i]))
            }
        }
        if rows.isEmpty { throw LossFileError.table(csv.file, reason: "no sizes in it") }
        if given == nil && words == nil {
            columns.add(
                "values of \(csv.file) are taken for sizes of activations; --of updates says that they are those of their change")
        }
        try Self.checkRepetitions(rows, csv, values[0], hasSeeds: seed != nil)
        (series, widths) = try Self.series(rows, csv, &columns)
        let names = Set(TableColumns.words(columns.title(values[0], "")))
        if module != nil, !names.isDisjoint(with: ["norm", "l2"]), names.isDisjoint(with: ["mean", "rms"]) {
            columns.add(
                "values of \(csv.file) are called \(columns.title(values[0], "").quotedBriefly); expected are means over coordinates, as root mean "
                    + "squares are: a norm has an exponent that is larger by ½")
        }
        valueName = module == nil ? "size" : columns.title(values[0], "size")
        self.diverged = diverged
        remarks = columns.remarks
    }

    private struct Row {
        let line: Int
        let module: String
        let kind: Kind
        let step: Int?
        let width: Double
        let seed: String?
        let value: Double
        var key: Key { Key(module: module, kind: kind, step: step) }
    }
    private struct Key: Hashable {
        let module: String
        let kind: Kind
        let step: Int?
    }

    private static func series(
        _ rows: [Row], _ csv: CSV, _ columns: inout TableColumns
    ) throws -> (series: [Series], widths: [Double]) {
        let widths = Set(rows.map(\.width)).sorted()
        if widths.count < SizeSlope.fewest {
            throw LossFileError.table(
                csv.file,
                reason:
                    "\(widths.count) width\(widths.count == 1 ? "" : "s"); expected \(SizeSlope.fewest) or more: a line through two "
                    + "leaves no scatter to judge it by")
        }
        var order: [String: Int] = [:]
        for row in rows where order[row.module] == nil { order[row.module] = order.count }
        var (zeros, short): ([String], [String]) = ([], [])
        let groups = Dictionary(grouping: rows, by: \.key).sorted {
            (order[$0.key.module]!, $0.key.kind.rawValue, $0.key.step ?? 0)
                < (order[$1.key.module]!, $1.key.kind.rawValue, $1.key.step ?? 0)
        }
        let series = try groups.compactMap { key, rows -> Series? in
            let place = "\(key.module)\(key.step.map { " at step \($0)" } ?? "")"
            if rows.allSatisfy({ $0.value == 0 }) {
                if !(key.kind == .updates && key.step == 0) { zeros.append(place) }
                return nil
            }
            if let zero = rows.first(where: { $0.value == 0 }) {
                throw FileError.malformed(
                    file: "\(csv.file), line \(csv.lines[zero.line])",
                    reason: "the size of \(place) is 0, and is not 0 in other rows; expected numbers above 0, or 0 in all")
            }
            guard Set(rows.map(\.width)).count >= SizeSlope.fewest else {
                short.append(place)
                return nil
            }
            let networks = rows.map { "\($0.width) \($0.seed ?? "")" }
            return Series(
                module: key.module, kind: key.kind, step: key.step, points: rows.map { ($0.width, $0.value) },
                networks: Set(networks).count == networks.count ? networks : nil)
        }
        if !zeros.isEmpty { columns.add("0 at every width, which has no slope: \(zeros.brief())") }
        if !short.isEmpty { columns.add("at fewer than \(SizeSlope.fewest) widths, too few for a slope: \(short.brief())") }
        if series.isEmpty {
            throw LossFileError.table(csv.file, reason: "no module has sizes above 0 at \(SizeSlope.fewest) widths")
        }
        return (series, widths)
    }

    private static func checkRepetitions(_ rows: [Row], _ csv: CSV, _ column: Int, hasSeeds: Bool) throws {
        guard hasSeeds else { return }
        var seen: Set<[String]> = []
        for row in rows {
            let place = [row.module, row.kind.rawValue, row.step.map { "\($0)" } ?? "", "\(row.width)", row.seed ?? ""]
            if !seen.insert(place).inserted {
                throw csv.malformed(
                    row.line, column,
                    "for the second time \(row.module)\(row.step.map { " at step \($0)" } ?? "") of width \(NumberText.exponent(row.width)), seed "
                        + "\(row.seed ?? ""); expected one value of each seed")
            }
        }
    }
}
