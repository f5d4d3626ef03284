import SaddleNumerics

/// Which columns of a table are features and which are labels, found once for the training samples and kept for the test samples.
///
/// Without being told otherwise, every column of numbers that is no label is a feature; columns of texts and empty ones are left out.
struct TableColumns {
    /// Names or numbers of columns, as far as the description of the data has them.
    struct Wanted {
        var labels, features, left: [String]?
        /// Whether labels are classes in any case.
        var classes = false
        /// Whether without a name of one no column is the label.
        var isLabelOptional = false
    }

    let labels: [Int]
    let features: [Int]
    /// Whether the label is a text: the name of a class.
    let isNamed: Bool
    private let names: [String]?
    private let width: Int
    /// Whether the description names the features.
    let areChosen: Bool
    /// What was decided without being told.
    private(set) var remarks: [String] = []

    /// Names that only a label has.
    private static let labelNames: Set = ["label", "labels", "target", "targets", "y", "class"]

    init(_ table: CSV, _ wanted: Wanted = Wanted()) throws {
        (names, width) = (table.header, table.width)
        areChosen = wanted.features != nil
        if wanted.features != nil && wanted.left != nil {
            throw DataError.key("drop", reason: "does not apply together with 'columns', which names all features")
        }
        remarks = table.remarks
        labels = try Self.labels(table, wanted, &remarks)
        if let chosen = wanted.features {
            features = try Self.find(table, chosen, key: "columns")
            if let both = features.first(where: labels.contains) {
                throw DataError.key("columns", reason: "\(table.label(both)) of \(table.file) is the label; expected features")
            }
            for column in features where table.holdsNoNumbers(column) {
                throw DataError.key(
                    "columns", reason: "\(table.label(column)) of \(table.file) holds \(table.content(column)); expected numbers")
            }
        } else {
            let left = try Self.find(table, wanted.left ?? [], key: "drop")
            if let both = left.first(where: labels.contains) {
                throw DataError.key(
                    "drop", reason: "\(table.label(both)) of \(table.file) is the label; `label_column` chooses another")
            }
            features = try Self.features(table, without: labels + left, &remarks)
        }
        if features.isEmpty {
            throw DataError.array(
                table.file,
                reason:
                    "\(width) column\(width == 1 ? "" : "s"), none of them a feature; expected features in numbers and a label")
        }
        isNamed = try Self.isNamed(table, labels, wanted)
    }

    /// Whether a second table has the same columns in the same order, as far as it names them.
    func check(_ table: CSV) throws(DataError) {
        if let names, let others = table.header, names != others {
            throw .array(
                table.file,
                reason: "columns \(others.brief()); those of the training samples are \(names.brief()): expected the same")
        }
        if table.width != width {
            throw .array(
                table.file,
                reason: "\(table.width) column\(table.width == 1 ? "" : "s"); the training samples have \(width)")
        }
    }

    /// What a reader calls the label.
    var labelName: String { labels.map { column in names.map { "'\($0[column])'" } ?? "column \(column + 1)" }.brief() }

    // MARK: Finding columns

    static func advice(_ table: CSV, _ column: Int) -> String {
        " (`drop: [\(table.header.map { String($0[column].prefix(60)) } ?? "\(column + 1)")]` leaves the column out)"
    }

    private static func find(_ table: CSV, _ wanted: [String], key: String) throws(DataError) -> [Int] {
        var found: [Int] = []
        for name in wanted {
            do throws(CSV.NameError) {
                found.append(try table.column(name))
            } catch {
                switch error {
                case .unknown: throw .key(key, reason: "no column \(name.quotedBriefly); expected \(table.columnNames)")
                case .ambiguous:
                    throw .key(
                        key, reason: "several columns of \(table.file) are called \(name.quotedBriefly); expected different names"
                    )
                }
            }
        }
        if let twice = found.first(where: { column in found.count { $0 == column } > 1 }) {
            throw .key(key, reason: "\(table.label(twice)) is named twice; expected different columns")
        }
        return found
    }

    private static func features(_ table: CSV, without others: [Int], _ remarks: inout [String]) throws -> [Int] {
        var features = (0..<table.width).filter { !others.contains($0) }
        let counts = [0, 1].first { table.firstColumnCounts(from: $0) }
        if features.first == 0, table.firstColumnHasNoName, !table.holdsNoNumbers(0) {
            let name = table.header?.first ?? ""
            guard let counts else {
                throw DataError.array(
                    table.file,
                    reason:
                        "column 1 \(name.isEmpty ? "has no name" : "is called '\(name)'") and does not count 0, 1, 2, …: is it row "
                        + "numbers or a feature? Give a feature a name in the first line, and leave row numbers out of the file "
                        + "(pandas: to_csv(…, index=False)), or with `drop: [1]`")
            }
            features.removeFirst()
            remarks.append(
                "column 1 of \(table.file) has no name and counts \(counts == 0 ? "0, " : "")1, 2, …: row numbers, as "
                    + "\(counts == 0 ? "pandas writes" : "R writes") them; they are no feature")
        } else if features.first == 0, table.header == nil, table.width >= 3, table.lines.count >= 3, counts == 0 {
            remarks.append(
                "column 1 of \(table.file) counts 0, 1, 2, … and is used as a feature; if it is row numbers, remove it")
        }
        let texts = features.filter(table.holdsNoNumbers)
        if !texts.isEmpty {
            features.removeAll(where: texts.contains)
            remarks.append(
                "\(texts.count == 1 ? "a column" : "\(texts.count) columns") of \(table.file) without numbers "
                    + "\(texts.count == 1 ? "is no feature" : "are no features"): \(texts.map(table.label).brief())")
        }
        return features
    }

    private static func labels(_ table: CSV, _ wanted: Wanted, _ remarks: inout [String]) throws(DataError) -> [Int] {
        let last = table.width - 1
        if let labels = wanted.labels { return try find(table, labels, key: "label_column") }
        let choice = "`label_column` chooses another"
        guard let names = table.header else {
            if wanted.isLabelOptional { return [] }
            remarks.append("\(table.file) names no columns; the label is taken from the last, number \(last + 1); \(choice)")
            return [last]
        }
        let found = names.indices.filter { labelNames.contains(names[$0].lowercased()) }
        if found.count > 1 {
            throw .key(
                "label_column",
                reason:
                    "missing: columns \(found.map { names[$0] }.brief()) of \(table.file) may each be the label; expected one of them, "
                    + "or a list of targets")
        }
        if let column = found.first {
            if column != last {
                remarks.append("the label is column \(column + 1) of \(table.file), '\(names[column])', by its name; \(choice)")
            }
            return [column]
        }
        if wanted.isLabelOptional { return [] }
        remarks.append(
            "no column of \(table.file) is called label, target, y or class; the label is the last, \(names[last].quotedBriefly); \(choice)"
        )
        return [last]
    }

    /// Whether the label is a text, which then must name classes.
    private static func isNamed(_ table: CSV, _ labels: [Int], _ wanted: Wanted) throws -> Bool {
        let texts = labels.filter { column in
            if case .mixed = table.kind(column) { return wanted.classes }
            return table.kind(column) == .texts
        }
        guard let column = texts.first else { return false }
        if labels.count > 1 {
            throw DataError.key(
                "label_column",
                reason:
                    "\(table.label(column)) of \(table.file) holds \(table.content(column)); expected numbers in each of several targets"
            )
        }
        let rows = try table.completeRows([], texts: [column]).rows
        let names = Set(rows.map { table.text($0, column) })
        // Texts that hardly repeat are comments or names, not classes.
        if names.count > max(20, rows.count / 2) || (wanted.labels == nil && names.count == rows.count && rows.count > 2) {
            throw DataError.key(
                "label_column",
                reason:
                    "\(table.label(column)) of \(table.file) holds \(names.count) different texts in \(rows.count) rows, which are hardly "
                    + "classes; expected \(table.columnNames)")
        }
        return true
    }
}

extension CSV {
    /// Whether a column holds texts, or nothing.
    fileprivate func holdsNoNumbers(_ column: Int) -> Bool { !holdsNumbers(column) }

    /// What such a column holds, for errors.
    fileprivate func content(_ column: Int) -> String {
        let row = lines.indices.first { !isMissing($0, column) }
        return row.map { "texts, such as \(text($0, column).quotedBriefly)" } ?? "nothing"
    }
}
