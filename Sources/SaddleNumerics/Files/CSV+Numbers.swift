extension CSV {
    /// What a column holds, missing cells aside.
    public enum Kind: Equatable, Sendable {
        /// Nothing but missing cells; numbers alone; texts alone.
        case empty, numbers, texts
        /// Rows of the first number and of the first text.
        case mixed(number: Int, text: Int)
    }

    /// What the cells of a column hold, the line of names aside.
    public func kind(_ column: Int) -> Kind {
        var (number, text): (Int?, Int?) = (nil, nil)
        for row in lines.indices {
            let cell = cell(row, column)
            if PlainNumber(cell) != nil {
                number = number ?? row
            } else if !MissingCell.isMissing(cell) {
                if WrittenNumber.isNumber(cell) { number = number ?? row } else { text = text ?? row }
            }
            if let number, let text { return .mixed(number: number, text: text) }
        }
        return number != nil ? .numbers : text != nil ? .texts : .empty
    }

    /// Whether any cell of a column is a number.
    public func holdsNumbers(_ column: Int) -> Bool {
        lines.indices.contains { WrittenNumber.isNumber(cell($0, column)) }
    }

    /// The rows in which no cell of the given columns is missing, and a sentence on those that are left out.
    ///
    /// - Parameters:
    ///   - columns: those that are to be numbers.
    ///   - texts: those that are to be names.
    ///   - considered: the rows in question; all if nil.
    /// - Throws: ``FileError`` with the place of the first missing cell, unless the format says that such rows are dropped; also if
    ///   no row is left.
    public func completeRows(
        _ columns: [Int], texts: [Int] = [], among considered: [Int]? = nil
    ) throws(FileError) -> (rows: [Int], remark: String?) {
        var kept: [Int] = []
        var left: [Int] = []
        for row in considered ?? Array(lines.indices) {
            guard
                let column = columns.first(where: { MissingCell.isMissing(cell(row, $0)) })
                    ?? texts.first(where: { MissingCell.isMissingText(cell(row, $0)) })
            else {
                kept.append(row)
                continue
            }
            if format.missing != .drop {
                let cell = cell(row, column)
                throw malformed(
                    row, column,
                    "\(cell.isEmpty ? "is empty" : String(decoding: cell, as: UTF8.self).quotedBriefly); expected a "
                        + "\(texts.contains(column) ? "name" : "finite number") (\(format.setting("missing", "drop")) leaves such rows out)"
                )
            }
            left.append(row)
        }
        if left.isEmpty { return (kept, nil) }
        if kept.isEmpty { throw .malformed(file: file, reason: "in every row a cell that is needed is missing") }
        let places = left.map { "\(lines[$0])" }.brief(10)
        return (
            kept,
            "\(left.count) of \(lines.count) rows of \(file) are left out, since a cell that is needed is missing (line"
                + "\(left.count == 1 ? "" : "s") \(places))"
        )
    }

    /// A column as numbers.
    public struct Numbers: Sendable {
        /// One for each of the rows that were asked for.
        public var values: [Double]
        /// What stands behind ±, if all cells have it.
        public var errors: [Double]?
        /// Sentences on what was decided without being told.
        public var remarks: [String] = []
    }

    /// - Parameter rows: of which no cell is missing.
    /// - Throws: ``FileError`` with the place and the text of the first cell that is no finite number, or that may be several.
    public func numbers(_ column: Int, rows: [Int]) throws(FileError) -> Numbers {
        var reading = NotationReading(self, column, rows)
        try reading.read()
        var result = Numbers(values: reading.values)
        if reading.needsNotation {
            let decimal = try reading.decimalMark()
            if let remark = decimal.remark { result.remarks.append(remark) }
            try reading.readAgain(decimal.mark, into: &result)
        }
        if let bad = result.values.firstIndex(where: { !$0.isFinite }) {
            throw malformed(rows[bad], column, "\(text(rows[bad], column).quotedBriefly); expected a finite number")
        }
        return result
    }
}
