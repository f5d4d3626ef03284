import SaddleNumerics

/// Why a file holds no losses that can be fitted. Trouble with the file or one of its cells is a `FileError`.
public enum LossFileError: Error, Equatable, CustomStringConvertible {
    /// The choice of a column: `size_column`, `loss_column` or `error_column`.
    case column(key: String, reason: String)
    /// The file has no column or row that could be read as losses.
    case table(_ file: String, reason: String)

    public var description: String {
        switch self {
        case .column(let key, let reason): "\(key): \(reason)"
        case .table(let file, let reason): "\(file): \(reason)"
        }
    }
}

/// Losses in a table: a row for each, or an export of a training log.
///
/// Exports of TensorBoard (`Wall time`, `Step`, `Value`) and of Weights & Biases (a column for each run, beside `__MIN` and `__MAX`;
/// the history of a run; a row for each run) are recognised. In logs, empty cells are steps at which nothing was logged.
public struct LossFile: Sendable {
    /// The losses by size.
    public let table: LossTable
    /// Headers of the columns, or "size" and "loss"; of a log's export, the quantity logged.
    public let sizeName, lossName: String
    /// What was decided without being told.
    public let remarks: [String]

    /// - Parameters:
    ///   - size: name or number (from 1) of the column with sizes; likewise of losses and of their standard errors. Without errors, those
    ///     behind ± are taken.
    /// - Throws: ``FileError``, ``LossFileError``; ``LossTableError/tooFewPoints(count:)``.
    public init(_ csv: CSV, size: String? = nil, loss: String? = nil, error: String? = nil) throws {
        let columns = try LossColumns(csv, .init(size: size, loss: loss, error: error))
        var remarks = csv.remarks + (columns.remark.map { [$0] } ?? [])
        func add(_ remark: String?) { if let remark, !remarks.contains(remark) { remarks.append(remark) } }
        var (sizes, losses, errors): ([Double], [Double], [Double]) = ([], [], [])
        var places: [(row: Int, column: Int)] = []
        var (gaps, starts) = (0, 0)
        for column in columns.losses {
            let needed = [columns.size, column] + (columns.error.map { [$0] } ?? [])
            var logged: [Int]?
            if columns.isLog {
                logged = csv.lines.indices.filter { row in !needed.contains { csv.isEmpty(row, $0) } }
                gaps += csv.lines.count - logged!.count
                if logged == [] { continue }
            }
            let diverged = csv.divergedRows(column, among: logged)
            if !diverged.isEmpty {
                add(csv.divergedRemark(diverged, column))
                let left = Set(diverged)
                logged = (logged ?? Array(csv.lines.indices)).filter { !left.contains($0) }
            }
            let (rows, remark) = try csv.completeRows(needed, among: logged)
            add(remark)
            let size = try csv.numbers(columns.size, rows: rows), loss = try csv.numbers(column, rows: rows)
            for remark in size.remarks + loss.remarks { add(remark) }
            if size.errors != nil { add("\(csv.label(columns.size)) of \(csv.file) has errors (±), which are not used") }
            var error = loss.errors
            if let other = columns.error {
                if error != nil {
                    throw LossFileError.column(
                        key: "error_column",
                        reason: "\(csv.label(column)) of \(csv.file) has errors of its own (±); expected one of them")
                }
                error = try csv.numbers(other, rows: rows).values
            }
            let kept = rows.indices.filter { !(columns.isLog && size.values[$0] == 0) }
            starts += rows.count - kept.count
            sizes += kept.map { size.values[$0] }
            losses += kept.map { loss.values[$0] }
            if let error { errors += kept.map { error[$0] } }
            places += kept.map { (rows[$0], column) }
        }
        if gaps > 0 {
            add(
                "\(gaps) cell\(gaps == 1 ? "" : "s") of \(csv.file) \(gaps == 1 ? "is" : "are") empty: nothing was logged there"
            )
        }
        if starts > 0 {
            add(
                "\(starts) loss\(starts == 1 ? "" : "es") at size 0 of \(csv.file) \(starts == 1 ? "is" : "are") left out: the fit works on "
                    + "logarithms")
        }
        if sizes.isEmpty { throw LossFileError.table(csv.file, reason: "no losses in it") }
        if !errors.isEmpty && errors.count != losses.count {
            throw LossFileError.table(csv.file, reason: "some runs have errors (±) and others none; expected all or none")
        }
        do {
            table = try LossTable(sizes: sizes, losses: losses, errors: errors.isEmpty ? nil : errors)
        } catch {
            guard let row = error.row else { throw error }
            let column =
                switch error.subject {
                case .size: columns.size
                case .error: columns.error ?? places[row].column
                case .loss: places[row].column
                }
            throw csv.malformed(places[row].row, column, error.reason)
        }
        sizeName = csv.header.flatMap { $0[columns.size].isEmpty ? nil : $0[columns.size] } ?? "size"
        lossName =
            columns.lossName ?? csv.header.flatMap { $0[columns.losses[0]].isEmpty ? nil : $0[columns.losses[0]] } ?? "loss"
        self.remarks = remarks
    }
}
