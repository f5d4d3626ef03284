import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Losses of networks of several widths, each trained with several learning rates, once or with a few seeds.
///
/// A table is long, with a row for each run, or wide, with a row for each rate and a column for each width, whose name has it: `64` or `width_64`.
/// A loss that is empty, infinite or no number is a run that diverged.
public struct TransferTable: Sendable {
    /// One training: its width, learning rate and loss.
    public struct Run: Sendable {
        /// Width of the network and learning rate, both above 0.
        public let width, rate: Double
        /// Nil: the table does not tell seeds.
        public let seed: String?
        /// Nil: diverged.
        public let loss: Double?

        /// `loss` is nil for a run that diverged.
        public init(width: Double, rate: Double, seed: String? = nil, loss: Double?) {
            (self.width, self.rate, self.seed, self.loss) = (width, rate, seed, loss)
        }
    }

    /// In the order of the table; of curves the last records.
    public let runs: [Run]
    /// Headers of the columns, or "learning rate" and "loss".
    public let rateName, lossName: String
    /// What was decided without being told.
    public let remarks: [String]

    /// Runs that are in no table.
    public init(runs: [Run], rateName: String, lossName: String) {
        (self.runs, self.rateName, self.lossName, remarks) = (runs, rateName, lossName, [])
    }

    /// Names or numbers of columns, as far as they were asked for.
    public struct Columns: Sendable {
        /// Nil: found by the usual names.
        public var width, rate, loss, seed, step: String?

        /// All columns are found by their names.
        public init() {}
    }

    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Columns = .init()) throws {
        var columns = TableColumns(csv)
        let rate = try columns.require(.rate, wanted.rate)
        let seed = try columns.find(.seed, wanted.seed), step = try columns.find(.step, wanted.step)
        var losses: [(column: Int, width: Double?)] = []
        var width = try columns.find(.width, wanted.width)
        if let column = width, wanted.width == nil, Self.width(in: columns.title(column, "")) != nil {
            // "width_64" is a column of losses.
            width = nil
            columns = TableColumns(csv)
            _ = try columns.require(.rate, wanted.rate)
            _ = (try columns.find(.seed, wanted.seed), try columns.find(.step, wanted.step))
        }
        if width != nil {
            losses = [(try columns.require(.loss, wanted.loss), nil)]
        } else {
            losses = columns.others().compactMap { column in
                Self.width(in: columns.title(column, "")).map { (column, $0) }
            }
            if losses.isEmpty { _ = try columns.require(.width) }
            columns.add("columns of \(csv.file) are widths: \(losses.map { NumberText.exponent($0.width!) }.brief(12))")
        }
        var rows: [Row] = []
        for (column, own) in losses {
            let needed = [rate] + (width.map { [$0] } ?? []) + (step.map { [$0] } ?? [])
            let (kept, remark) = try csv.completeRows(needed)
            columns.add(remark)
            let finite = kept.filter { !csv.isMissing($0, column) && !csv.isDiverged($0, column) }
            let numbers = Dictionary(
                uniqueKeysWithValues: zip(finite, finite.isEmpty ? [] : try columns.numbers(column, rows: finite)))
            let rates = try columns.numbers(rate, rows: kept), widths = try width.map { try columns.numbers($0, rows: kept) }
            let steps = try step.map { try columns.numbers($0, rows: kept) }
            for (i, row) in kept.enumerated() {
                let size = own ?? widths![i]
                if !(size > 0) { throw csv.malformed(row, width ?? column, "is \(size); expected a width above 0") }
                let value = try Self.rate(rates[i], columns.title(rate, ""), csv, row, rate)
                rows.append(
                    Row(
                        line: row, step: steps?[i],
                        run: Run(width: size, rate: value, seed: seed.map { csv.text(row, $0) }, loss: numbers[row])))
            }
        }
        if step != nil { rows = Self.last(rows, &columns) }
        var seen: Set<[String]> = []
        for row in rows where seed != nil {
            if !seen.insert([row.run.seed ?? "", "\(row.run.width)", "\(row.run.rate)"]).inserted {
                throw csv.malformed(
                    row.line, losses[0].column,
                    "for the second time seed \(row.run.seed ?? "") at width \(NumberText.exponent(row.run.width)), rate \(NumberText.short(row.run.rate)); "
                        + "expected one loss of each")
            }
        }
        runs = rows.map(\.run)
        rateName = Self.base(of: columns.title(rate, "rate")) == nil ? columns.title(rate, "rate") : "learning rate"
        lossName = width == nil ? "loss" : columns.title(losses[0].column, "loss")
        remarks = columns.remarks
    }

    private struct Row {
        let line: Int
        let step: Double?
        let run: Run
    }

    /// Of curves their last records: a run that ends earlier than others has its own last record.
    private static func last(_ rows: [Row], _ columns: inout TableColumns) -> [Row] {
        var kept: [[String]: Row] = [:]
        for row in rows {
            let place = ["\(row.run.width)", "\(row.run.rate)", row.run.seed ?? ""]
            if (kept[place]?.step ?? -.infinity) < (row.step ?? 0) { kept[place] = row }
        }
        if kept.count < rows.count { columns.add("of each run its last step is used") }
        return kept.values.sorted { $0.line < $1.line }
    }

    /// 64 of "64", "width_64" and "w64".
    private static func width(in name: String) -> Double? {
        let words = TableColumns.words(name)
        let digits = name.filter(\.isNumber)
        guard let number = Double(digits), number > 0, words.count <= 2, name.firstRange(of: digits) != nil else { return nil }
        let letters = name.lowercased().filter(\.isLetter)
        return ["", "width", "w", "n", "d", "dmodel"].contains(letters) ? number : nil
    }

    /// The base of logarithms that a column's name says it holds.
    private static func base(of name: String) -> Double? {
        let words = TableColumns.words(name)
        if words.contains(where: { ["log2", "log2lr"].contains($0) }) { return 2 }
        if words.contains(where: { ["log10", "log10lr"].contains($0) }) { return 10 }
        return words.contains("ln") ? exp(1) : nil
    }

    private static func rate(_ value: Double, _ name: String, _ csv: CSV, _ row: Int, _ column: Int) throws -> Double {
        if let base = base(of: name) { return pow(base, value) }
        if !(value > 0) {
            throw csv.malformed(
                row, column,
                "is \(NumberText.short(value)); expected a rate above 0, or logarithms in a column called log2_lr or log10_lr")
        }
        return value
    }
}
