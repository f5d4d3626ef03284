/// A table from a text file: cells separated by commas, semicolons, tabs, bars or blanks, with or without a line of column names.
///
/// Cells are texts until somebody asks for numbers: what stands in other columns does no harm.
///
/// The first line names the columns if none of its cells is a number; if it counts 0, 1, 2, …, as pandas calls columns without names
/// (whether 0, 1 does so is not guessed); or if it has a text above a column of numbers.
public struct CSV: Sendable {
    /// What errors call the file.
    public let file: String
    /// Names of the columns, if the first line has them.
    public let header: [String]?
    /// What the user told about the table.
    public let format: TableFormat
    /// What was decided without being told.
    public private(set) var remarks: [String] = []
    let text: [UInt8]
    private(set) var fields: TableFields

    /// The number of columns.
    public var width: Int { fields.width }
    /// The line of the file (from 1) on which each row begins.
    public var lines: [Int] { fields.lines }

    /// Reads a file, gzip-compressed or not.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, or is no table.
    public static func read(_ path: String, _ format: TableFormat = TableFormat()) throws(FileError) -> CSV {
        try CSV(Gzip.read(path), file: path, format)
    }

    /// Reads the bytes of a table.
    ///
    /// - Parameter file: what errors call them.
    /// - Throws: ``FileError`` for bytes that are no text, unbalanced quotes, rows of different widths, or no rows.
    public init(_ bytes: [UInt8], file: String, _ format: TableFormat = TableFormat()) throws(FileError) {
        let encoding: TextEncoding
        (text, encoding) = try TextEncoding.decode(bytes, file: file)
        if text.count >= UInt32.max { throw .malformed(file: file, reason: "a table of 4 GiB or more; expected a smaller one") }
        if encoding == .latin1 { remarks.append("\(file) is not in UTF-8 and is read as Latin-1") }
        (self.file, self.format) = (file, format)
        let (separator, start) = TableFields.separator(of: text)
        do throws(TableFields.Failure) {
            fields = try TableFields(text, separator: separator, start: start)
        } catch {
            switch error {
            case .openQuote(let line):
                throw .malformed(file: "\(file), line \(line)", reason: "unbalanced quotes: one that opens here is not closed")
            case .textAfterQuote(let line):
                throw .malformed(
                    file: "\(file), line \(line)",
                    reason: "unbalanced quotes: there is text between one that closes and the next cell")
            case .otherWidth(let line, let count, let width):
                let hint =
                    separator == 0x2c && count > width ? " (numbers with commas need quotes, or semicolons between them)" : ""
                throw .malformed(
                    file: "\(file), line \(line)",
                    reason: "\(count) column\(count == 1 ? "" : "s") where the lines before have \(width)\(hint)")
            }
        }
        if let line = fields.emptyLines.first {
            remarks.append(
                "\(fields.emptyLines.count) lines of \(file) hold nothing but separators and are skipped (the first: \(line))")
        }
        header = try Self.header(text, fields, file: file, format)
        if let header {
            if format.header == nil, fields.width > 1, (0..<width).contains(where: { WrittenNumber.isNumber(cell(0, $0)) }) {
                remarks.append(
                    "the first line of \(file), \(header.map { String($0.prefix(60)) }.brief()), names the columns; "
                        + "\(format.setting("header", "false")) makes it a sample")
            }
            fields.removeFirstRecord()
        }
        if lines.isEmpty { throw .malformed(file: file, reason: "no rows in it") }
    }

    func cell(_ row: Int, _ column: Int) -> ArraySlice<UInt8> { text[fields[row, column]] }

    /// What stands in a cell, without blanks and quotes around it.
    public func text(_ row: Int, _ column: Int) -> String { Self.string(cell(row, column)) }

    private static func string(_ cell: ArraySlice<UInt8>) -> String {
        String(decoding: cell, as: UTF8.self).replacing("\"\"", with: "\"")
    }

    package func isEmpty(_ row: Int, _ column: Int) -> Bool { cell(row, column).isEmpty }

    /// Whether a cell holds no number and says so: it is empty, or holds `nan`, `NA`, `-` and the like.
    package func isMissing(_ row: Int, _ column: Int) -> Bool { MissingCell.isMissing(cell(row, column)) }

    /// An error about one cell.
    package func malformed(_ row: Int, _ column: Int, _ reason: String) -> FileError {
        .malformed(file: "\(file), line \(lines[row]), \(label(column))", reason: reason)
    }

    // MARK: Columns by name

    /// What a reader calls a column: its number from 1 and, if it has one, its name.
    public func label(_ column: Int) -> String {
        "column \(column + 1)" + (header.flatMap { $0[column].isEmpty ? nil : " (\($0[column].quotedBriefly))" } ?? "")
    }

    /// Why a name does not tell a column.
    /// No column is called so, or several are.
    public enum NameError: Error, Equatable { case unknown, ambiguous }

    /// The column of that name or, unless names are numbers, of that number from 1.
    public func column(_ name: String) throws(NameError) -> Int {
        let named = header.map { names in names.indices.filter { names[$0] == name } } ?? []
        if named.count > 1 { throw .ambiguous }
        if let column = named.first { return column }
        guard !hasNumbersAsNames, let number = Int(name), (1...width).contains(number) else { throw .unknown }
        return number - 1
    }

    /// What `column` accepts, for errors.
    public var columnNames: String {
        let names = (header ?? []).filter { !$0.isEmpty }.map { String($0.prefix(60)) }.brief(12)
        if hasNumbersAsNames { return "one of \(names)" }
        return "a number from 1 to \(width)" + (names.isEmpty ? "" : " or one of \(names)")
    }

    private var hasNumbersAsNames: Bool { header?.contains { Int($0) != nil } == true }

    // MARK: pandas

    /// What pandas writes above its row numbers, at once and when it has read them back.
    private static let rowNumberNames: Set = ["", "Unnamed: 0"]

    /// Whether the first column has no name, as pandas' row numbers have none.
    public var firstColumnHasNoName: Bool { header?.first.map(Self.rowNumberNames.contains) == true }

    /// Whether the first column counts 0, 1, 2, …, or from another start.
    public func firstColumnCounts(from start: Int = 0) -> Bool {
        lines.indices.allSatisfy { PlainNumber(cell($0, 0))?.value == Double($0 + start) }
    }

    // MARK: The first line

    private static func header(
        _ text: [UInt8], _ fields: TableFields, file: String, _ format: TableFormat
    ) throws(FileError) -> [String]? {
        if fields.lines.isEmpty { return nil }
        let cells = (0..<fields.width).map { text[fields[0, $0]] }
        let names = cells.map(string)
        guard format.header == nil else { return format.header == true ? names : nil }
        if names == ["0", "1"] {
            throw .malformed(
                file: "\(file), line \(fields.lines[0])",
                reason:
                    "0, 1 may be a sample or pandas' names of two columns; give the columns other names, or say which it is with "
                    + "\(format.setting("header", "true")) or \(format.setting("header", "false"))")
        }
        let areTexts = cells.map { !MissingCell.isMissing($0) && !WrittenNumber.isNumber($0) }
        let isHeader =
            !cells.contains(where: WrittenNumber.isNumber) || count(names)
            || areTexts.indices.contains { areTexts[$0] && isBelowNumeric(text, fields, $0) }
        return isHeader ? names : nil
    }

    /// Whether all cells of a column but the first are numbers, or missing, and one is a number.
    private static func isBelowNumeric(_ text: [UInt8], _ fields: TableFields, _ column: Int) -> Bool {
        var hasNumber = false
        for row in fields.lines.indices.dropFirst() {
            let cell = text[fields[row, column]]
            if WrittenNumber.isNumber(cell) { hasNumber = true } else if !MissingCell.isMissing(cell) { return false }
        }
        return hasNumber
    }

    /// Whether fields are 0, 1, 2, …, perhaps after an empty one above row numbers.
    private static func count(_ fields: [String]) -> Bool {
        let hasRowNumbers = fields.first.map(rowNumberNames.contains) == true
        let names = hasRowNumbers ? fields.dropFirst() : fields[...]
        return names.count >= (hasRowNumbers ? 1 : 3) && names.elementsEqual(names.indices.map { "\($0 - names.startIndex)" })
    }
}
