/// The cells of a table in a text: where each begins and ends.
///
/// Records end at line ends outside quotes. A quote opens only at the start of a cell; inside, two quotes stand for one. Lines that
/// start with "#" are comments; lines without any content are no records.
struct TableFields {
    /// Bytes between cells; nil for blanks, of which several count as one.
    typealias Separator = UInt8

    /// First byte of each cell, and one behind its last, without blanks and quotes around it; record by record.
    private(set) var starts: [UInt32] = []
    private(set) var ends: [UInt32] = []
    /// The number of cells of a record; 0 without records.
    private(set) var width = 0
    /// The line (from 1) on which each record begins.
    private(set) var lines: [Int] = []
    /// Lines that hold nothing but separators.
    private(set) var emptyLines: [Int] = []

    /// Why a text is no table. Lines count from 1.
    enum Failure: Error { case openQuote(line: Int), textAfterQuote(line: Int), otherWidth(line: Int, count: Int, width: Int) }

    /// - Parameters:
    ///   - start: where the first line begins, and its number.
    ///   - limit: stop after so many records.
    init(
        _ text: [UInt8], separator: Separator?, start: (byte: Int, line: Int) = (0, 1), limit: Int = .max
    ) throws(Failure) {
        let newline: UInt8 = text.contains(0x0a) ? 0x0a : 0x0d
        func isBlank(_ byte: UInt8) -> Bool {
            byte == 0x20 || (byte == 0x0d && newline != 0x0d) || (byte == 0x09 && separator != 0x09)
        }
        func isSeparator(_ byte: UInt8) -> Bool { separator.map { byte == $0 } ?? (byte == 0x20 || byte == 0x09) }
        var (i, line) = (start.byte, start.line)
        while i < text.count && lines.count < limit {
            if text[i] == 0x23 {
                while i < text.count && text[i] != newline { i += 1 }
                (i, line) = (i + 1, line + 1)
                continue
            }
            let (first, firstLine) = (starts.count, line)
            var isEnd = false
            while !isEnd {
                while i < text.count && isBlank(text[i]) { i += 1 }
                if separator == nil && (i == text.count || text[i] == newline) { break }
                var (from, to) = (i, i)
                var isClosed = false
                if i < text.count && text[i] == 0x22 {
                    let opened = line
                    from = i + 1
                    (to, isClosed) = try Self.closingQuote(text, i, newline, &line, opened)
                    i = to + 1
                    while i < text.count && isBlank(text[i]) && !(separator == nil && isSeparator(text[i])) { i += 1 }
                    // Else the next quote, wherever it is, would close one that is missing here, and rows would merge.
                    if i < text.count && text[i] != newline && !isSeparator(text[i]) { throw .textAfterQuote(line: line) }
                }
                while i < text.count && text[i] != newline && !isSeparator(text[i]) { i += 1 }
                if !isClosed { to = i }
                while to > from && (isBlank(text[to - 1]) || text[to - 1] == newline) { to -= 1 }
                while isClosed && from < to && (isBlank(text[from]) || text[from] == newline) { from += 1 }
                starts.append(UInt32(from))
                ends.append(UInt32(to))
                isEnd = i >= text.count || text[i] == newline
                if !isEnd { i += 1 }
            }
            (i, line) = (i + 1, line + 1)
            let count = starts.count - first
            if (first..<starts.count).allSatisfy({ starts[$0] == ends[$0] }) {
                if count > 1 { emptyLines.append(firstLine) }
                starts.removeLast(count)
                ends.removeLast(count)
                continue
            }
            if width != 0 && count != width { throw .otherWidth(line: firstLine, count: count, width: width) }
            width = count
            lines.append(firstLine)
        }
    }

    /// Where the quote that opens at `start` is closed; counts the lines on the way.
    private static func closingQuote(
        _ text: [UInt8], _ start: Int, _ newline: UInt8, _ line: inout Int, _ opened: Int
    ) throws(Failure) -> (Int, Bool) {
        var i = start + 1
        while i < text.count {
            if text[i] == 0x22 {
                if i + 1 < text.count && text[i + 1] == 0x22 { i += 1 } else { return (i, true) }
            } else if text[i] == newline {
                line += 1
            }
            i += 1
        }
        throw .openQuote(line: opened)
    }

    /// Where the cell lies in the text.
    subscript(row: Int, column: Int) -> Range<Int> {
        let cell = row * width + column
        return Int(starts[cell])..<Int(ends[cell])
    }

    mutating func removeFirstRecord() {
        starts.removeFirst(width)
        ends.removeFirst(width)
        lines.removeFirst()
    }
}

extension TableFields {
    /// What separates the cells: what a first line `sep=;` says, else the candidate by which all of the first records have equally
    /// many cells and the largest share of them are numbers; if there is none, what the first line holds.
    ///
    /// - Returns: nil for blanks; where the table begins.
    static func separator(of text: [UInt8]) -> (separator: Separator?, start: (byte: Int, line: Int)) {
        let first = text.prefix { $0 != 0x0a && $0 != 0x0d }
        let words = first.filter { $0 != 0x22 }
        if words.count == 5, words.starts(with: Array("sep=".utf8)) {
            let end = text.dropFirst(first.count).prefix(2).elementsEqual([0x0d, 0x0a]) ? 2 : 1
            return (words[4] == 0x20 ? nil : words[4], (min(first.count + end, text.count), 2))
        }
        let candidates: [Separator?] = [0x09, 0x3b, 0x7c, 0x2c, nil]
        var best: (share: Double, separator: Separator?)?
        for candidate in candidates {
            guard let fields = try? TableFields(text, separator: candidate, limit: sampled), fields.width > 1 else { continue }
            var (numbers, cells) = (0, 0)
            for row in fields.lines.indices {
                for column in 0..<fields.width {
                    let cell = text[fields[row, column]]
                    if MissingCell.isMissing(cell) { continue }
                    cells += 1
                    if WrittenNumber.isNumber(cell) { numbers += 1 }
                }
            }
            let share = Double(numbers) / Double(max(cells, 1))
            if best.map({ share > $0.share }) ?? true { best = (share, candidate) }
        }
        if let best { return (best.separator, (0, 1)) }
        let line = text.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }).first {
            $0.first != 0x23 && !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        }
        let held = candidates.first { $0.map { line?.contains($0) == true } ?? (line?.contains(0x20) == true) }
        return (held ?? 0x2c, (0, 1))
    }

    /// How many records are looked at.
    private static let sampled = 50
}

/// Cells that say that there is no number.
enum MissingCell {
    private static let words: Set = [
        "na", "n/a", "#n/a", "nan", "-nan", "+nan", "null", "none", "<na>", "-", "--", "?", ".",
    ]

    static func isMissing(_ cell: ArraySlice<UInt8>) -> Bool {
        guard let first = cell.first else { return true }
        // Nearly all cells are numbers, which begin with a digit, or with a sign and a digit.
        if cell.count > 4 || (first >= 0x30 && first <= 0x39) { return false }
        return words.contains(String(decoding: cell, as: UTF8.self).lowercased())
    }

    /// In a column of texts, "none" and "-" may well be names.
    static func isMissingText(_ cell: ArraySlice<UInt8>) -> Bool {
        cell.isEmpty || ["na", "nan"].contains(String(decoding: cell.prefix(4), as: UTF8.self).lowercased())
    }
}
