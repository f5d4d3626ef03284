import SaddleNumerics

extension CoordinateTable {
    /// A column that says of each row what its value is, if there is one with such words.
    static func kindColumn(_ columns: inout TableColumns, _ wanted: String?) throws -> Int? {
        if let wanted { return try columns.find(.kind, wanted) }
        var attempt = columns
        guard let column = try attempt.find(.kind), let words = try? kinds(columns.csv, column),
            words.contains(where: { $0 != nil })
        else { return nil }
        columns = attempt
        return column
    }

    /// - Throws: ``FileError`` at the first cell that says neither.
    static func kinds(_ csv: CSV, _ column: Int) throws -> [Kind?] {
        try csv.lines.indices.map { row in
            let word = csv.text(row, column).lowercased()
            switch word {
            case "activations", "activation", "act", "acts", "value", "output", "h": return .activations
            case "updates", "update", "delta", "change", "dh", "diff": return .updates
            default:
                throw csv.malformed(
                    row, column, "\(word.quotedBriefly); expected \(Kind.allCases.map(\.rawValue).joined(separator: " or "))")
            }
        }
    }
}
