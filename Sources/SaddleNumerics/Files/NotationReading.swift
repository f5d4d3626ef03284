/// How one column of a table writes its numbers, decided by all its cells.
struct NotationReading {
    private let table: CSV
    private let column: Int
    private let rows: [Int]
    /// As if the point were the decimal mark.
    private(set) var values: [Double] = []
    /// Places in `rows` of cells that are not written as programs do.
    private var special: [Int] = []
    /// Places of the first cells that tell the decimal mark, and of the first that hold a mark and do not tell.
    private var (point, comma, perhapsPoint, perhapsComma): (Int?, Int?, Int?, Int?) = (nil, nil, nil, nil)

    init(_ table: CSV, _ column: Int, _ rows: [Int]) {
        (self.table, self.column, self.rows) = (table, column, rows)
        values.reserveCapacity(rows.count)
    }

    /// Reads all cells, and what they tell of the decimal mark.
    mutating func read() throws(FileError) {
        for (place, row) in rows.enumerated() {
            let cell = table.cell(row, column)
            if let plain = PlainNumber(cell) {
                values.append(plain.value)
                if plain.point == .decimal { point = point ?? place }
                if plain.point == .perhapsGroup { perhapsPoint = perhapsPoint ?? place }
                continue
            }
            special.append(place)
            let (a, b) = (WrittenNumber(cell, decimal: 0x2e), WrittenNumber(cell, decimal: 0x2c))
            switch (a != nil, b != nil) {
            case (false, false): throw table.malformed(row, column, Self.noNumber(table.text(row, column)))
            case (true, false): point = point ?? place
            case (false, true): comma = comma ?? place
            case (true, true):
                if cell.contains(0x2c) { perhapsComma = perhapsComma ?? place }
                if cell.contains(0x2e) { perhapsPoint = perhapsPoint ?? place }
            }
            values.append(a?.value ?? .nan)
        }
    }

    private static func noNumber(_ text: String) -> String { "\(text.quotedBriefly); expected a finite number" }

    /// Whether anything but plain numbers was found, or something that a decimal comma elsewhere in the table would make ambiguous.
    var needsNotation: Bool { !special.isEmpty || (perhapsPoint != nil && point == nil) || table.format.decimal != nil }

    /// The decimal mark, and a sentence if another column decided.
    func decimalMark() throws(FileError) -> (mark: UInt8, remark: String?) {
        if let decimal = table.format.decimal { return (decimal == .comma ? 0x2c : 0x2e, nil) }
        if let point, let comma {
            throw table.malformed(
                rows[comma], column,
                "\(text(comma)) has a decimal comma, and \(text(point)) (line \(table.lines[rows[point]])) a decimal point; expected one "
                    + "of them throughout a column")
        }
        if point != nil { return (0x2e, nil) }
        if comma != nil { return (0x2c, nil) }
        guard let unclear = perhapsComma ?? perhapsPoint else { return (0x2e, nil) }
        let others = table.decimalMarks(besides: column)
        if others.count == 1, perhapsComma == nil || perhapsPoint == nil {
            let mark = others.first!
            // A point where nothing says that it may be anything else.
            if mark == 0x2e && perhapsComma == nil { return (mark, nil) }
            let isGroup = (perhapsComma != nil) == (mark == 0x2e)
            return (
                mark,
                "\(table.label(column)) of \(table.file): \(text(unclear)) is read with a decimal \(mark == 0x2c ? "comma" : "point"), as "
                    + "other columns have it\(isGroup ? ": a number of thousands" : ""); \(table.format.setting("decimal", "comma")) or "
                    + "\(table.format.setting("decimal", "point")) says which"
            )
        }
        if others.isEmpty && perhapsComma == nil { return (0x2e, nil) }
        throw table.malformed(
            rows[unclear], column,
            "\(text(unclear)) has a decimal mark or one between thousands, and no cell of the column tells which; expected "
                + "\(table.format.setting("decimal", "comma")) or \(table.format.setting("decimal", "point"))")
    }

    private func text(_ place: Int) -> String { table.text(rows[place], column).quotedBriefly }

    /// Reads what is not plain with the decimal mark, and checks that the column is of one kind.
    func readAgain(_ decimal: UInt8, into numbers: inout CSV.Numbers) throws(FileError) {
        var (errors, percent, suffix, milli): ([Int: Double], Int, Bool, Int?) = ([:], 0, false, nil)
        let places = decimal == 0x2c ? Array(rows.indices) : special
        var plain: Int?
        for place in places {
            let row = rows[place]
            guard let number = WrittenNumber(table.cell(row, column), decimal: decimal) else {
                let mark = decimal == 0x2c ? "comma" : "point"
                throw table.malformed(row, column, "\(text(place)); expected a finite number with a decimal \(mark)")
            }
            numbers.values[place] = number.value
            errors[place] = number.error
            if number.isPercent { percent += 1 } else { plain = plain ?? place }
            suffix = suffix || (number.hasSuffix && !number.hasLowercaseM)
            if number.hasLowercaseM { milli = milli ?? place }
        }
        if let milli, !suffix {
            throw table.malformed(
                rows[milli], column, "\(text(milli)): m may be milli or mega; expected M for millions, or an exponent")
        }
        if percent > 0 {
            if percent < rows.count {
                let place = plain ?? Set(rows.indices).subtracting(special).min()!
                throw table.malformed(
                    rows[place], column,
                    "\(text(place)) is not in per cent, and other cells are; expected one of them throughout a column")
            }
            numbers.remarks.append("\(table.label(column)) of \(table.file) is in per cent: its numbers are divided by 100")
        }
        if errors.isEmpty { return }
        if let place = rows.indices.first(where: { errors[$0] == nil }) {
            throw table.malformed(
                rows[place], column,
                "\(text(place)) has no error (±), and other cells have one; expected one of them throughout a column")
        }
        if let place = rows.indices.first(where: { !errors[$0]!.isFinite }) {
            throw table.malformed(rows[place], column, "\(text(place)); expected a finite number and a finite error")
        }
        numbers.errors = rows.indices.map { errors[$0]! }
    }
}

extension CSV {
    /// The decimal marks of which cells in other columns tell.
    func decimalMarks(besides column: Int) -> Set<UInt8> {
        var marks: Set<UInt8> = []
        for other in 0..<width where other != column {
            var found: Set<UInt8> = []
            var isNumeric = true
            for row in lines.indices {
                let cell = cell(row, other)
                if let plain = PlainNumber(cell) {
                    if plain.point == .decimal { found.insert(0x2e) }
                } else if !MissingCell.isMissing(cell) {
                    let (a, b) = (WrittenNumber(cell, decimal: 0x2e) != nil, WrittenNumber(cell, decimal: 0x2c) != nil)
                    if a != b { found.insert(a ? 0x2e : 0x2c) }
                    if !a && !b {
                        isNumeric = false
                        break
                    }
                }
            }
            if isNumeric { marks.formUnion(found) }
        }
        return marks
    }
}
