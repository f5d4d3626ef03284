import SaddleNumerics

/// Losses against two resources: the size of the model and the amount of data.
public struct ResourceTable: Sendable {
    /// One trained model.
    public struct Row: Sendable, Equatable {
        /// Line of the file.
        public let line: Int
        /// N, D and the compute, 6ND unless the table has it.
        public let size, data, compute, loss: Double
        /// What is held out together; empty without groups.
        public var group = ""

        /// `compute` nil stands for 6ND; `line` is that of the file, for messages.
        public init(line: Int, size: Double, data: Double, compute: Double? = nil, loss: Double, group: String = "") {
            (self.line, self.size, self.data, self.loss, self.group) = (line, size, data, loss, group)
            self.compute = compute ?? 6 * size * data
        }
    }

    /// Names or numbers of columns, as far as they were asked for, and which rows to leave out.
    public struct Wanted: Sendable {
        /// Nil: found by the usual names; for `group`: none.
        public var size, data, compute, loss, group: String?
        /// Rows with less data, or with less data for each parameter, are left out.
        public var leastData, leastRatio: Double?

        /// All columns are found, and no row is left out, unless told.
        public init(
            size: String? = nil, data: String? = nil, compute: String? = nil, loss: String? = nil, group: String? = nil,
            leastData: Double? = nil, leastRatio: Double? = nil
        ) {
            (self.size, self.data, self.compute, self.loss, self.group) = (size, data, compute, loss, group)
            (self.leastData, self.leastRatio) = (leastData, leastRatio)
        }
    }

    /// Rows that are fitted, in the order of the file.
    public let rows: [Row]
    /// Headers of the columns, or "N", "D" and "loss".
    public let sizeName, dataName, lossName: String
    /// Header of the column of groups; nil without groups.
    public let groupName: String?
    /// Whether the table has a column of compute.
    public let hasCompute: Bool
    /// What was decided without being told, and what was left out.
    public let remarks: [String]

    /// Rows that are in no table.
    public init(_ rows: [Row]) {
        (self.rows, sizeName, dataName, lossName, groupName) = (rows, "N", "D", "loss", nil)
        (hasCompute, remarks) = (false, [])
    }

    /// Whether a table without any other word is one of two resources: its columns say so by name.
    public static func isOne(_ csv: CSV, _ wanted: Wanted) -> Bool {
        if wanted.data != nil || wanted.compute != nil { return true }
        if wanted.size != nil || wanted.loss != nil { return false }
        guard let size = ColumnRole.modelSize.column(of: csv), let loss = ColumnRole.loss.column(of: csv) else { return false }
        return ColumnRole.dataSize.column(of: csv, besides: [size, loss]) != nil
            || ColumnRole.compute.column(of: csv, besides: [size, loss]) != nil
    }

    /// - Throws: ``FileError``, ``LossFileError``.
    public init(_ csv: CSV, _ wanted: Wanted) throws {
        guard let size = try csv.asked(wanted.size, or: .modelSize) else {
            throw LossFileError.column(
                key: "size_column",
                reason: "no column of \(csv.file) is called N, params or model_size; expected \(csv.columnNames)")
        }
        guard let loss = try csv.asked(wanted.loss, or: .loss, besides: [size]) else {
            throw LossFileError.column(
                key: "loss_column", reason: "no column of \(csv.file) is called loss; expected \(csv.columnNames)")
        }
        let compute = try csv.asked(wanted.compute, or: .compute, besides: [size, loss])
        let data = try csv.asked(wanted.data, or: .dataSize, besides: [size, loss])
        guard data != nil || compute != nil else {
            throw LossFileError.column(
                key: "data_column",
                reason: "no column of \(csv.file) is called D, tokens or compute; expected \(csv.columnNames)")
        }
        let group = try wanted.group.map { try csv.asked("hold_out", $0) }
        let needed = [size, loss] + [data, compute].compactMap { $0 }
        if Set(needed).count < needed.count {
            throw LossFileError.column(
                key: "data_column", reason: "one column is to be two of size, data, compute and loss; expected different ones")
        }
        var remarks = csv.remarks
        let diverged = csv.divergedRows(loss), left = Set(diverged)
        let (kept, remark) = try csv.completeRows(
            needed, texts: group.map { [$0] } ?? [], among: csv.lines.indices.filter { !left.contains($0) })
        remarks += [csv.divergedRemark(diverged, loss), remark].compactMap { $0 }
        func numbers(_ column: Int) throws -> [Double] {
            let found = try csv.numbers(column, rows: kept)
            for remark in found.remarks where !remarks.contains(remark) { remarks.append(remark) }
            if let bad = found.values.firstIndex(where: { !($0 > 0) || !(1e-100...1e100).contains($0) }) {
                throw csv.malformed(
                    kept[bad], column,
                    "\(NumberText.exponent(found.values[bad])); expected a number above 0 (the fit works on logarithms)")
            }
            return found.values
        }
        let (n, l) = (try numbers(size), try numbers(loss))
        let c = try compute.map(numbers), d = try data.map(numbers) ?? zip(n, c!).map { $1 / (6 * $0) }
        if data == nil { remarks.append("data are computed from \(csv.label(compute!)) of \(csv.file) as C/6N") }
        var rows = kept.indices.map { i in
            Row(
                line: csv.lines[kept[i]], size: n[i], data: d[i], compute: c?[i], loss: l[i],
                group: group.map { csv.text(kept[i], $0) } ?? "")
        }
        for (least, words, value): (Double?, String, (Row) -> Double) in [
            (wanted.leastData, "data", { $0.data }), (wanted.leastRatio, "data for each parameter", { $0.data / $0.size }),
        ] {
            guard let least else { continue }
            let left = rows.filter { value($0) < least }
            rows.removeAll { value($0) < least }
            if left.count > 0 {
                remarks.append(
                    "\(left.count) row\(left.count == 1 ? "" : "s") with \(words) below \(NumberText.short(least)) \(left.count == 1 ? "is" : "are") left out "
                        + "as asked (line\(left.count == 1 ? "" : "s") \(left.map { "\($0.line)" }.brief(10)))")
            }
        }
        if rows.isEmpty { throw LossFileError.table(csv.file, reason: "no row is left; expected some to fit") }
        func title(_ column: Int?, _ other: String) -> String {
            column.flatMap { c in csv.header.flatMap { $0[c].isEmpty ? nil : $0[c] } } ?? other
        }
        self.rows = rows
        (sizeName, dataName, lossName) = (title(size, "N"), title(data, "D"), title(loss, "loss"))
        groupName = group.map { title($0, "group") }
        hasCompute = compute != nil
        self.remarks = remarks
    }
}
