import SaddleNumerics

extension SamplePool {
    /// The samples of a table: its rows, but for those that are left out since a cell is missing.
    init(_ table: CSV, _ columns: TableColumns, remarks: [String]) throws {
        let (rows, remark) = try table.completeRows(
            columns.features + (columns.isNamed ? [] : columns.labels), texts: columns.isNamed ? columns.labels : [])
        var remarks = remarks + (remark.map { [$0] } ?? [])
        let features = try columns.features.map { try columns.numbers(table, $0, rows, &remarks) }
        let labels: RawLabels?
        if columns.labels.isEmpty {
            labels = nil
        } else if columns.isNamed {
            labels = .names(rows.map { table.text($0, columns.labels[0]) })
        } else {
            let targets = try columns.labels.map { try columns.numbers(table, $0, rows, &remarks) }
            labels = .numbers(Matrix(rows: rows.count, columns: targets.count) { targets[$1][$0] })
        }
        try self.init(
            name: table.file, count: rows.count, axes: [features.count], rawLabels: labels.map { (table.file, $0) },
            isInteger: true
        ) { row in
            features.map { $0[row] }
        }
        (labelName, self.remarks) = (columns.labels.isEmpty ? nil : columns.labelName, remarks)
        place = { Place(inputs: table.file, labels: table.file, row: rows[$0]) }
    }
}

extension TableColumns {
    fileprivate func numbers(
        _ table: CSV, _ column: Int, _ rows: [Int], _ remarks: inout [String]
    ) throws(FileError) -> [Double] {
        do throws(FileError) {
            let numbers = try table.numbers(column, rows: rows)
            remarks += numbers.remarks
            if numbers.errors != nil {
                remarks.append("\(table.label(column)) of \(table.file) has errors (±), which are not used")
            }
            return numbers.values
        } catch {
            guard case .malformed(let file, let reason) = error, !areChosen, !labels.contains(column) else { throw error }
            throw .malformed(file: file, reason: reason + Self.advice(table, column))
        }
    }
}
