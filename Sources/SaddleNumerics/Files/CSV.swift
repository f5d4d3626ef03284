/// A table of numbers from a text file, separated by commas, semicolons or tabs, with or without a line of column names.
public struct CSV: Sendable {
    /// Names of the columns, if the first line has them.
    public let header: [String]?
    /// Rows × columns.
    public let values: Tensor
    /// The line of the file (from 1) on which each row stands.
    public let lines: [Int]

    /// Reads a file, gzip-compressed or not.
    ///
    /// - Parameter header: whether the first line names the columns. If nil, it does if none of its fields is a number, or if they
    ///   count 0, 1, 2, …, as pandas calls columns without names; whether 0, 1 does so is not guessed.
    /// - Throws: ``FileError`` if the file cannot be read, naming the line and column of what is not a finite number.
    public static func read(_ path: String, header: Bool? = nil) throws(FileError) -> CSV {
        try CSV(Gzip.read(path), file: path, header: header)
    }

    /// - Parameter file: what errors call the text.
    public init(_ text: [UInt8], file: String, header hasHeader: Bool? = nil) throws(FileError) {
        func malformed(_ line: Int, _ reason: String) -> FileError { .malformed(file: "\(file), line \(line)", reason: reason) }
        var header: [String]?
        var width: Int?
        var separator: UInt8?
        var elements: [Double] = []
        var lines: [Int] = []
        var number = 0
        let start = text.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0  // byte order mark
        for line in text[start...].split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy(\.isBlank) || line.first == 0x23 { continue }  // "#": a comment
            if separator == nil { separator = [0x09, 0x3b].first(where: line.contains) ?? 0x2c }
            guard let fields = Self.fields(of: line, separator: separator!) else { throw malformed(number, "unbalanced quotes") }
            if let width, fields.count != width {
                throw malformed(number, "\(fields.count) columns where the lines before have \(width)")
            }
            let isFirst = width == nil
            width = fields.count
            let numbers = fields.map(Self.number)
            if isFirst {
                let texts = fields.map { String(decoding: $0, as: UTF8.self) }
                if hasHeader == nil && texts == ["0", "1"] {
                    throw malformed(
                        number,
                        "0, 1 may be a sample or pandas' names of two columns; give the columns other names, or say which it is "
                            + "with 'header: true' or 'header: false'")
                }
                if hasHeader ?? (numbers.allSatisfy({ $0 == nil }) || Self.count(texts)) {
                    header = texts
                    continue
                }
            }
            if let column = numbers.firstIndex(where: { $0?.isFinite != true }) {
                let found = fields[column].isEmpty ? "is empty" : "'\(String(decoding: fields[column], as: UTF8.self))'"
                throw malformed(
                    number,
                    "column \(column + 1) \(found); expected a finite number"
                        + (isFirst ? ", or a header, in which no column is a number" : ""))
            }
            elements += numbers.lazy.map { $0! }
            lines.append(number)
        }
        guard let width, !lines.isEmpty else { throw .malformed(file: file, reason: "no numbers in it") }
        self.header = header
        self.lines = lines
        values = Tensor(shape: [lines.count, width], elements: elements)
    }

    /// The column of that name or, unless names are numbers, of that number from 1; nil if there is none.
    public func column(_ name: String) -> Int? {
        if let named = header?.firstIndex(of: name) { return named }
        if hasNumbersAsNames { return nil }
        return Int(name).flatMap { (1...values.shape[1]).contains($0) ? $0 - 1 : nil }
    }

    /// What `column` accepts, for errors.
    public var columnNames: String {
        if hasNumbersAsNames { return "one of \(header!.filter { !$0.isEmpty }.joined(separator: ", "))" }
        return "a number from 1 to \(values.shape[1])" + (header.map { " or one of \($0.joined(separator: ", "))" } ?? "")
    }

    /// What pandas writes above its row numbers, at once and when it has read them back.
    private static let rowNumberNames: Set = ["", "Unnamed: 0"]

    /// Whether the first column has no name, as pandas' row numbers have none.
    public var firstColumnHasNoName: Bool { header?.first.map(Self.rowNumberNames.contains) == true }

    /// Whether the first column counts 0, 1, 2, ….
    public var firstColumnCounts: Bool {
        let values = self[column: 0]
        return values.indices.allSatisfy { values[$0] == Double($0) }
    }

    private var hasNumbersAsNames: Bool { header?.contains { Int($0) != nil } == true }

    /// Whether fields are 0, 1, 2, …, perhaps after an empty one above row numbers.
    private static func count(_ fields: [String]) -> Bool {
        let hasRowNumbers = fields.first.map(rowNumberNames.contains) == true
        let names = hasRowNumbers ? fields.dropFirst() : fields[...]
        return names.count >= (hasRowNumbers ? 1 : 3) && names.elementsEqual(names.indices.map { "\($0 - names.startIndex)" })
    }

    /// The numbers of a column.
    public subscript(column column: Int) -> [Double] {
        let width = values.shape[1]
        return lines.indices.map { values.elements[$0 * width + column] }
    }

    /// Cuts a line at separators outside quotes; trims blanks and quotes. Nil if a quote is not closed.
    private static func fields(of line: ArraySlice<UInt8>, separator: UInt8) -> [ArraySlice<UInt8>]? {
        var fields: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        var isQuoted = false
        for i in line.startIndex...line.endIndex {
            if i == line.endIndex || (line[i] == separator && !isQuoted) {
                fields.append(trimmed(line[start..<i]))
                start = i + 1
            } else if line[i] == 0x22 {
                isQuoted.toggle()
            }
        }
        return isQuoted ? nil : fields
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var field = field
        while field.last?.isBlank == true { field.removeLast() }
        while field.first?.isBlank == true { field.removeFirst() }
        return field.count >= 2 && field.first == 0x22 && field.last == 0x22 ? field.dropFirst().dropLast() : field
    }

    /// The number that the field is, correctly rounded.
    private static func number(_ field: ArraySlice<UInt8>) -> Double? {
        // Up to 15 digits and a point: integer and power of ten are exact, so that one division rounds correctly.
        if field.count <= 17 {
            var (mantissa, digits, power, seesPoint) = (0, 0, 1, false)
            var isSimple = true
            for (i, byte) in field.enumerated() {
                if byte >= 0x30 && byte <= 0x39 {
                    mantissa = 10 * mantissa + Int(byte - 0x30)
                    digits += 1
                    if seesPoint { power *= 10 }
                } else if byte == 0x2e && !seesPoint {
                    seesPoint = true
                } else if !(byte == 0x2d && i == 0) {
                    isSimple = false
                }
            }
            if isSimple && digits > 0 && digits <= 15 {
                let value = Double(mantissa) / Double(power)
                return field.first == 0x2d ? -value : value
            }
        }
        return Double(String(decoding: field.first == 0x2b ? field.dropFirst() : field, as: UTF8.self))
    }
}

extension UInt8 {
    /// Space, tab or carriage return.
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0d }
}
