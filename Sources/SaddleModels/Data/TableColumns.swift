import SaddleNumerics

/// Which columns of a table are features and which one is the label, found once for the training samples and kept for the test
/// samples.
struct TableColumns {
    let label: Int
    let features: [Int]
    private let names: [String]?
    private let width: Int
    /// What was decided without being told.
    private(set) var remarks: [String] = []

    /// Names that only a label has.
    private static let labelNames: Set = ["label", "labels", "target", "targets", "y", "class"]

    /// - Parameters:
    ///   - labelColumn: name or number of the label's column, if the user says.
    ///   - header: whether the user says that the first line has names.
    init(_ table: CSV, file: String, labelColumn: String?, header: Bool?) throws(DataError) {
        (names, width) = (table.header, table.values.shape[1])
        if header == nil, let names, names.contains(where: { Int($0) != nil }) {
            remarks.append("the first line of \(file), \(Self.list(names)), names the columns; `header: false` makes it a sample")
        }
        label = try Self.label(table, file: file, labelColumn, &remarks)
        var hasRowNumbers = false
        if label != 0, table.firstColumnHasNoName {
            let name = names?.first ?? ""
            guard table.firstColumnCounts else {
                throw .array(
                    file,
                    reason:
                        "column 1 \(name.isEmpty ? "has no name" : "is called '\(name)'") and does not count 0, 1, 2, …: is it row "
                        + "numbers or a feature? Give a feature a name in the first line, and leave row numbers out of the file "
                        + "(pandas: to_csv(…, index=False))")
            }
            hasRowNumbers = true
            remarks.append(
                "column 1 of \(file) has no name and counts 0, 1, 2, …: row numbers, as pandas writes them; they are no feature")
        } else if names == nil, label != 0, width >= 3, table.lines.count >= 3, table.firstColumnCounts {
            remarks.append("column 1 of \(file) counts 0, 1, 2, … and is used as a feature; if it is row numbers, remove it")
        }
        let label = label
        features = (0..<width).filter { $0 != label && !(hasRowNumbers && $0 == 0) }
        if features.isEmpty {
            throw .array(
                file, reason: "\(width) column\(width == 1 ? "" : "s"), none of them a feature; expected features and a label")
        }
    }

    /// Whether a second table has the same columns in the same order, as far as it names them.
    func check(_ table: CSV, file: String) throws(DataError) {
        if let names, let others = table.header, names != others {
            throw .array(
                file,
                reason: "columns \(Self.list(others)); those of the training samples are \(Self.list(names)): expected the same")
        }
        if table.values.shape[1] != width {
            throw .array(file, reason: "\(table.values.shape[1]) columns; the training samples have \(width)")
        }
    }

    /// What a reader calls the label.
    var labelName: String { names.map { "'\($0[label])'" } ?? "column \(label + 1)" }

    private static func label(
        _ table: CSV, file: String, _ wanted: String?, _ remarks: inout [String]
    ) throws(DataError) -> Int {
        let last = table.values.shape[1] - 1
        if let wanted {
            if table.header.map({ names in names.count { $0 == wanted } > 1 }) == true {
                throw .key("label_column", reason: "several columns of \(file) are called '\(wanted)'; expected different names")
            }
            guard let column = table.column(wanted) else {
                throw .key("label_column", reason: "no column '\(wanted)'; expected \(table.columnNames)")
            }
            return column
        }
        let choice = "`label_column` chooses another"
        guard let names = table.header else {
            remarks.append("\(file) names no columns; the label is taken from the last, number \(last + 1); \(choice)")
            return last
        }
        let found = names.indices.filter { labelNames.contains(names[$0].lowercased()) }
        if found.count > 1 {
            throw .key(
                "label_column",
                reason: "missing: columns \(list(found.map { names[$0] })) of \(file) may each be the label; expected one of them"
            )
        }
        if let column = found.first {
            if column != last {
                remarks.append("the label is column \(column + 1) of \(file), '\(names[column])', by its name; \(choice)")
            }
            return column
        }
        remarks.append(
            "no column of \(file) is called label, target, y or class; the label is the last, '\(names[last])'; \(choice)")
        return last
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
    }
}

extension SamplePool {
    init(_ table: CSV, file: String, _ columns: TableColumns) throws {
        let (width, elements) = (table.values.shape[1], table.values.elements)
        let labels = Tensor(shape: [table.lines.count], elements: table[column: columns.label])
        // The reader has refused everything that is not finite.
        try self.init(
            name: file, count: table.lines.count, axes: [columns.features.count], labels: (file, labels), isInteger: true
        ) { row in
            columns.features.map { elements[row * width + $0] }
        }
    }
}
