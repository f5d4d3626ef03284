import SaddleNumerics
import SaddleReport

extension Sweep {
    /// One column of the table: the same name in all rows.
    struct Column {
        let name, title: String
        var isText: Bool
        let cells: [SweepRow.Cell?]

        var values: [Double] { cells.map { $0?.value ?? .nan } }
        var errors: [Double]? { cells.contains { $0?.error != nil } ? cells.map { $0?.error ?? .nan } : nil }
        var words: [String] { cells.map { cell in cell.map { $0.word ?? $0.value.map { "\($0)" } ?? "" } ?? "" } }
    }

    /// Which point each line of the table belongs to.
    func owners(_ rows: [SweepRow]) -> [Int] { rows.enumerated().flatMap { i, row in row.lines.map { _ in i } } }

    /// What came of each line; nil where all have their result.
    func statuses(_ rows: [SweepRow]) -> [SweepRow.Status]? {
        let all = rows.flatMap { $0.lines.map(\.status) }
        return all.allSatisfy { $0 == .done } ? nil : all
    }

    /// In the order in which they first appear.
    func columns(_ rows: [SweepRow]) -> [Column] {
        let lines = rows.flatMap { row in row.lines.map { Dictionary($0.cells.map { ($0.name, $0) }, uniquingKeysWith: { $1 }) } }
        var order: [(name: String, title: String)] = []
        for cell in rows.flatMap({ $0.lines.flatMap(\.cells) }) where !order.contains(where: { $0.name == cell.name }) {
            order.append((cell.name, cell.title))
        }
        return order.map { name, title in
            let cells = lines.map { $0[name] }
            return Column(name: name, title: title, isText: cells.contains { $0?.word != nil }, cells: cells)
        }
    }

    /// The table as text: a line for each point and width, keys first; errors stand beside their numbers as `NAME_error`.
    func csv(_ rows: [SweepRow]) -> [UInt8] {
        let columns = columns(rows), owners = owners(rows)
        let statuses = statuses(rows)
        var names = axes.map(\.path)
        for column in columns { names += [column.name] + (column.errors == nil ? [] : ["\(column.name)_error"]) }
        let lines = owners.indices.map { line -> [String] in
            var cells = points[owners[line]].values
            for column in columns {
                cells.append(column.isText ? column.words[line] : number(column.values[line]))
                if let errors = column.errors { cells.append(number(errors[line])) }
            }
            return cells + (statuses.map { [$0[line].rawValue] } ?? []) + [number(rows[owners[line]].seconds)]
        }
        return CSVText.bytes([names + (statuses == nil ? [] : ["status"]) + ["seconds"]] + lines)
    }

    private func number(_ x: Double) -> String { x.isNaN ? "" : x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)" }
}
