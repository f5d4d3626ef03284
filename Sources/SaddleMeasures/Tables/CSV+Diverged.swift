import SaddleNumerics

extension CSV {
    /// Whether a cell says that a run blew up: it is infinite or not a number, or says so.
    package func isDiverged(_ row: Int, _ column: Int) -> Bool {
        let word = text(row, column).lowercased().drop { $0 == "-" || $0 == "+" }
        return ["inf", "infinity", "nan", "∞", "diverged", "overflow"].contains(word)
    }

    /// Rows whose loss says that a run diverged, where it cannot mean that nothing was logged ("nan" may).
    func divergedRows(_ column: Int, among considered: [Int]? = nil) -> [Int] {
        (considered ?? Array(lines.indices)).filter { isDiverged($0, column) && !isMissing($0, column) }
    }

    /// A sentence that names rows that are left out since their runs diverged; nil without any.
    func divergedRemark(_ rows: [Int], _ column: Int) -> String? {
        if rows.isEmpty { return nil }
        let isOne = rows.count == 1
        return
            "\(rows.count) row\(isOne ? "" : "s") of \(file) whose \(label(column)) \(isOne ? "is" : "are") infinite \(isOne ? "is" : "are") left out: "
            + "\(isOne ? "that run" : "those runs") diverged (line\(isOne ? "" : "s") \(rows.map { "\(lines[$0])" }.brief(10)))"
    }
}
