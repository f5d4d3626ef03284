import SaddleNumerics

/// Finds the columns of a table by what they hold: as asked for, or by their usual names.
///
///     width, d_model, config/hidden_size …      step, iteration …      train/loss, final_test_loss …
///
/// A name fits a role if its words are those of one of the role's names or, where none is, end with them. Columns `…__MIN` and `…__MAX`, which Weights & Biases puts beside
/// means over a group, have no role.
public struct TableColumns: Sendable {
    /// The table whose columns are sought.
    public let csv: CSV
    /// What was decided without being told.
    public private(set) var remarks: [String]
    /// Columns that have a role.
    public private(set) var taken: [Int] = []
    private let words: [[String]]

    /// No column has a role yet; remarks begin with those of the table.
    public init(_ csv: CSV) {
        self.csv = csv
        remarks = csv.remarks
        words = (csv.header ?? []).map(Self.words)
    }

    /// "config/hiddenSize" is config, hidden, size.
    static func words(_ name: String) -> [String] {
        var (words, last) = ([String](), "")
        var previous: Character = " "
        for character in name {
            let isBreak = character.isUppercase && (previous.isLowercase || previous.isNumber)
            if isBreak || !(character.isLetter || character.isNumber) {
                if !last.isEmpty { words.append(last) }
                last = ""
            }
            if character.isLetter || character.isNumber { last += character.lowercased() }
            previous = character
        }
        return last.isEmpty ? words : words + [last]
    }

    /// Columns that are called as a role's are, whatever stands between words, with the rank of the name; those that only end so come after all
    /// that are called exactly so.
    static func candidates(_ role: ColumnRole, _ words: [[String]]) -> [(column: Int, rank: Int)] {
        role.names.enumerated().flatMap { rank, name -> [(column: Int, rank: Int)] in
            let ending = Self.words(name), plain = ending.joined()
            return words.enumerated().compactMap { column, words in
                if words.joined() == plain { return (column, rank) }
                let ends = words.count > ending.count && words.suffix(ending.count).elementsEqual(ending) && plain.count > 1
                return ends ? (column, role.names.count + rank) : nil
            }
        }
    }

    /// Once, however often it is added.
    public mutating func add(_ remark: String?) { if let remark, !remarks.contains(remark) { remarks.append(remark) } }

    /// - Parameter wanted: the column's name or number from 1, if it was asked for.
    /// - Returns: nil if no column is called so.
    /// - Throws: ``LossFileError/column(key:reason:)`` if a column that was asked for is not there, or if several may be meant.
    public mutating func find(_ role: ColumnRole, _ wanted: String? = nil) throws -> Int? {
        if let wanted {
            let column = try named(role, wanted)
            if taken.contains(column) {
                throw LossFileError.column(
                    key: role.key, reason: "\(csv.label(column)) of \(csv.file) has another role already; expected another column"
                )
            }
            taken.append(column)
            return column
        }
        let found = Self.candidates(role, words).filter { !taken.contains($0.column) && !isBeside($0.column) }
        guard let best = found.min(by: { $0.rank < $1.rank }) else { return nil }
        let rivals = Set(found.filter { $0.rank == best.rank }.map(\.column))
        if rivals.count > 1 {
            throw LossFileError.column(
                key: role.key,
                reason:
                    "several columns of \(csv.file) may hold \(role.title): \(names(rivals)); expected the name of one of them")
        }
        let others = Set(found.map(\.column)).subtracting(rivals)
        if !others.isEmpty {
            add("\(role.title) of \(csv.file) are \(csv.label(best.column)); \(names(others)) might hold them too")
        }
        taken.append(best.column)
        return best.column
    }

    /// - Throws: as ``find(_:_:)``; also if there is none.
    public mutating func require(_ role: ColumnRole, _ wanted: String? = nil) throws -> Int {
        if let column = try find(role, wanted) { return column }
        throw LossFileError.column(
            key: role.key,
            reason:
                "no column of \(csv.file) is called as \(role.title) are (\(role.names.brief(6))); expected \(csv.columnNames)")
    }

    /// Columns of numbers that have no role yet: those of a table with one column for each module or run.
    public func others() -> [Int] {
        (0..<csv.width).filter { column in
            !taken.contains(column) && !isBeside(column) && csv.holdsNumbers(column)
                && !(column == 0 && csv.firstColumnHasNoName && [0, 1].contains { csv.firstColumnCounts(from: $0) })
                && !["_step", "_runtime", "_timestamp", "wall time", "relative time (wall)"].contains(
                    (csv.header?[column] ?? "").lowercased())
        }
    }

    /// The numbers of a column in rows where none is missing.
    public mutating func numbers(_ column: Int, rows: [Int]) throws -> [Double] {
        let numbers = try csv.numbers(column, rows: rows)
        for remark in numbers.remarks { add(remark) }
        if numbers.errors != nil { add("\(csv.label(column)) of \(csv.file) has errors (±), which are not used") }
        return numbers.values
    }

    /// The header of a column, or `other` where it has none.
    public func title(_ column: Int, _ other: String) -> String {
        csv.header.flatMap { $0[column].isEmpty ? nil : $0[column] } ?? other
    }

    private func isBeside(_ column: Int) -> Bool {
        csv.header.map { $0[column].hasSuffix("__MIN") || $0[column].hasSuffix("__MAX") } ?? false
    }

    private func names(_ columns: Set<Int>) -> String { columns.sorted().map { csv.header?[$0] ?? "\($0 + 1)" }.brief() }

    private func named(_ role: ColumnRole, _ name: String) throws -> Int {
        do throws(CSV.NameError) { return try csv.column(name) } catch {
            throw LossFileError.column(
                key: role.key,
                reason: error == .unknown
                    ? "no column \(name.quotedBriefly) in \(csv.file); expected \(csv.columnNames)"
                    : "several columns of \(csv.file) are called \(name.quotedBriefly); expected different names")
        }
    }
}
