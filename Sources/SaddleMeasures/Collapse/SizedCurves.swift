import SaddleNumerics

/// Loss curves of runs of several sizes, with seeds and learning rates as far as a table has them.
public struct SizedCurves: Sendable {
    /// One run; steps ascend.
    public struct Run: Sendable, Equatable {
        /// Of the network: parameters or width.
        public let size: Double
        /// As the table has them; empty where it does not.
        public let seed, schedule: String
        /// Steps, ascending, and the losses at them; losses are empty for a schedule that is asked about.
        public let steps, losses: [Double]
        /// Learning rates at the steps; empty if the table has none.
        public let rates: [Double]

        /// Losses and rates are empty or as many as steps.
        public init(
            size: Double, seed: String = "", schedule: String = "", steps: [Double], losses: [Double], rates: [Double] = []
        ) {
            precondition(losses.isEmpty || losses.count == steps.count, "\(losses.count) losses at \(steps.count) steps")
            precondition(rates.isEmpty || rates.count == steps.count, "\(rates.count) rates at \(steps.count) steps")
            (self.size, self.seed, self.schedule) = (size, seed, schedule)
            (self.steps, self.losses, self.rates) = (steps, losses, rates)
        }
    }

    /// Runs with losses, in the order of the table.
    public let runs: [Run]
    /// Runs with learning rates and no losses: schedules that are asked about.
    public let asked: [Run]
    /// Headers of the columns, or "step" and "loss".
    public let stepName, lossName: String
    /// What was decided without being told, and what was left out.
    public let remarks: [String]

    /// Names or numbers of columns, as far as they were asked for.
    public struct Columns: Sendable {
        /// Nil: found by the usual names.
        public var step, size, loss, seed, rate, schedule: String?

        /// All columns are found by their names unless told.
        public init(
            step: String? = nil, size: String? = nil, loss: String? = nil, seed: String? = nil, rate: String? = nil,
            schedule: String? = nil
        ) {
            (self.step, self.size, self.loss, self.seed, self.rate, self.schedule) = (step, size, loss, seed, rate, schedule)
        }
    }

    static let fewest = 8

    /// Curves that come from no table.
    public init(runs: [Run], asked: [Run] = []) {
        (self.runs, self.asked, stepName, lossName, remarks) = (runs, asked, "step", "loss", [])
    }

    /// Reads a table with a row for each record, or with a column for each run whose name has its size.
    ///
    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Columns) throws {
        guard let step = try csv.asked(wanted.step, or: .step) else {
            throw LossFileError.column(
                key: "step_column", reason: "no column of \(csv.file) is called step or iteration; expected \(csv.columnNames)")
        }
        let size = try csv.asked(wanted.size, or: .modelSize, besides: [step])
        let loss = try csv.asked(wanted.loss, or: .loss, besides: [step])
        guard let size, let loss else {
            if wanted.size == nil, wanted.loss == nil, let wide = try Self.wide(csv, step: step) {
                self = wide
                return
            }
            throw LossFileError.column(
                key: size == nil ? "size_column" : "loss_column",
                reason:
                    "\(csv.file) has no column that is called \(size == nil ? "size, params or width" : "loss"), and no columns named after sizes "
                    + "(70M, width_256); expected \(csv.columnNames)")
        }
        let rate = try csv.asked(wanted.rate, or: .rate, besides: [step, size, loss])
        let taken = [step, size, loss] + (rate.map { [$0] } ?? [])
        let seed = try csv.asked(wanted.seed, or: .seed, besides: taken)
        let schedule = try csv.asked(wanted.schedule, or: .schedule, besides: taken + (seed.map { [$0] } ?? []))
        var remarks = csv.remarks
        func add(_ new: [String]) { for remark in new where !remarks.contains(remark) { remarks.append(remark) } }
        // Without a loss: a step that is asked about, or one at which nothing was logged.
        let silent = csv.lines.indices.filter { csv.isMissing($0, loss) }
        // Of a run that diverged nothing is a curve.
        func run(_ row: Int) -> [String] { ([size] + [seed, schedule].compactMap { $0 }).map { csv.text(row, $0) } }
        let lost = Set(csv.divergedRows(loss).map(run))
        if !lost.isEmpty { add([Self.remark(lost.map { $0.joined(separator: ", ") }.sorted(), csv)]) }
        let (kept, remark) = try csv.completeRows(
            [step, size, loss] + (rate.map { [$0] } ?? []),
            among: csv.lines.indices.filter { !csv.isMissing($0, loss) && !lost.contains(run($0)) })
        add(remark.map { [$0] } ?? [])
        func read(_ column: Int, _ rows: [Int]) throws -> [Double] {
            let found = try csv.numbers(column, rows: rows)
            add(found.remarks)
            return found.values
        }
        func group(_ rows: [Int], losses: Bool) throws -> [Run] {
            let (t, n) = (try read(step, rows), try read(size, rows))
            let l = losses ? try read(loss, rows) : [], η = try rate.map { try read($0, rows) } ?? []
            for (column, values, least) in [(size, n, "above 0"), (loss, l, "above 0")] {
                if let bad = values.firstIndex(where: { !($0 > 0) }) {
                    throw csv.malformed(rows[bad], column, "\(NumberText.exponent(values[bad])); expected a number \(least)")
                }
            }
            if let bad = η.firstIndex(where: { $0 < 0 }) {
                throw csv.malformed(rows[bad], rate!, "\(NumberText.exponent(η[bad])); expected a learning rate of 0 or above")
            }
            struct Key: Hashable {
                let size: Double
                let seed, schedule: String
            }
            var order: [Key] = [], places: [Key: [Int]] = [:]
            for i in rows.indices {
                let key = Key(
                    size: n[i], seed: seed.map { csv.text(rows[i], $0) } ?? "",
                    schedule: schedule.map { csv.text(rows[i], $0) } ?? "")
                if places[key] == nil { order.append(key) }
                places[key, default: []].append(i)
            }
            return try order.map { key in
                let i = places[key]!.sorted { t[$0] < t[$1] }
                if let twice = zip(i, i.dropFirst()).first(where: { t[$0] == t[$1] }) {
                    throw csv.malformed(
                        rows[twice.1], step,
                        "\(NumberText.exponent(t[twice.1])) for the second time in a run; expected different steps (name the columns that tell runs "
                            + "apart: size, seed, schedule)")
                }
                return Run(
                    size: key.size, seed: key.seed, schedule: key.schedule, steps: i.map { t[$0] },
                    losses: losses ? i.map { l[$0] } : [],
                    rates: η.isEmpty ? [] : i.map { η[$0] })
            }
        }
        let measured = try group(kept, losses: true)
        let canBeAsked = rate != nil && !silent.isEmpty
        let open =
            canBeAsked
            ? try group(silent.filter { row in ![step, size, rate!].contains { csv.isMissing(row, $0) } }, losses: false) : []
        let known = Set(measured.map { "\($0.size) \($0.seed) \($0.schedule)" })
        asked = open.filter { !known.contains("\($0.size) \($0.seed) \($0.schedule)") && $0.steps.count >= 2 }
        let unused = silent.count - asked.reduce(0) { $0 + $1.steps.count }
        if unused > 0 { add(["\(unused) row\(unused == 1 ? "" : "s") of \(csv.file) without a loss are left out"]) }
        (runs, self.remarks) = try Self.long(measured, csv, remarks)
        stepName = csv.header?[step] ?? "step"
        lossName = csv.header?[loss] ?? "loss"
    }

    /// What is said of runs that diverged.
    private static func remark(_ runs: [String], _ csv: CSV) -> String {
        let isOne = runs.count == 1
        return
            "\(runs.count) run\(isOne ? "" : "s") of \(csv.file) diverge\(isOne ? "s" : "") and \(isOne ? "is" : "are") left out: "
            + runs.map(\.quotedBriefly).brief(8)
    }

    private static func long(_ runs: [Run], _ csv: CSV, _ remarks: [String]) throws -> ([Run], [String]) {
        let short = runs.filter { $0.steps.count < fewest }
        guard runs.count > short.count else {
            throw LossFileError.table(
                csv.file, reason: "no run has \(fewest) records or more; expected curves (name the columns that tell runs apart)")
        }
        let words =
            short.isEmpty
            ? [] : ["\(short.count) of \(runs.count) runs of \(csv.file) have fewer than \(fewest) records and are left out"]
        return (runs.filter { $0.steps.count >= fewest }, remarks + words)
    }

    // MARK: Wide tables

    private static func wide(_ csv: CSV, step: Int) throws -> SizedCurves? {
        let header = csv.header ?? []
        var columns: [(column: Int, size: Double)] = []
        for column in header.indices where column != step {
            let name = header[column]
            if name.hasSuffix("__MIN") || name.hasSuffix("__MAX") || !csv.holdsNumbers(column) { continue }
            if let size = size(in: name) { columns.append((column, size)) }
        }
        guard Set(columns.map(\.size)).count >= 2 else { return nil }
        var remarks = csv.remarks, runs: [Run] = []
        let lost = columns.filter { !csv.divergedRows($0.column).isEmpty }
        if !lost.isEmpty { remarks.append(remark(lost.map { header[$0.column] }, csv)) }
        columns.removeAll { column in lost.contains { $0.column == column.column } }
        guard Set(columns.map(\.size)).count >= 2 else {
            throw LossFileError.table(csv.file, reason: "runs of fewer than two sizes did not diverge; expected two or more")
        }
        for (column, size) in columns {
            let logged = csv.lines.indices.filter { !csv.isMissing($0, column) }
            let (rows, remark) = try csv.completeRows([step, column], among: logged)
            if let remark, !remarks.contains(remark) { remarks.append(remark) }
            let (t, l) = (try csv.numbers(step, rows: rows), try csv.numbers(column, rows: rows))
            for remark in t.remarks + l.remarks where !remarks.contains(remark) { remarks.append(remark) }
            if let bad = l.values.firstIndex(where: { !($0 > 0) }) {
                throw csv.malformed(rows[bad], column, "\(NumberText.exponent(l.values[bad])); expected a loss above 0")
            }
            let order = rows.indices.sorted { t.values[$0] < t.values[$1] }
            runs.append(
                Run(size: size, seed: header[column], steps: order.map { t.values[$0] }, losses: order.map { l.values[$0] }))
        }
        remarks.append(
            "the columns of \(csv.file) are runs: \(columns.count) curves of \(Set(columns.map(\.size)).count) sizes, read from their names"
        )
        let (kept, words) = try long(runs, csv, remarks)
        return SizedCurves(kept, stepName: header[step], remarks: words)
    }

    private init(_ runs: [Run], stepName: String, remarks: [String]) {
        (self.runs, asked, self.stepName, lossName, self.remarks) = (runs, [], stepName, "loss", remarks)
    }

    /// The first number of a name, with k, M, B or T behind it: "gpt-70M - loss", "width_256/seed1".
    static func size(in name: String) -> Double? {
        let text = Array(name)
        guard let start = text.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return nil }
        let digits = text[start...].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(String(digits)), value > 0 else { return nil }
        let end = start + digits.count
        let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "b": 1e9, "B": 1e9, "T": 1e12]
        guard end < text.count, let factor = factors[text[end]], end + 1 >= text.count || !text[end + 1].isLetter else {
            return value
        }
        return value * factor
    }
}
