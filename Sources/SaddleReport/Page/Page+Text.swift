extension Page {
    /// The page as plain text for a terminal: everything but pictures and what is folded away.
    public var text: String {
        var lines = [title]
        if !subtitle.isEmpty { lines.append(subtitle) }
        lines += lead.flatMap(Self.lines)
        for section in sections {
            let content = section.blocks.flatMap(Self.lines)
            if !content.isEmpty { lines += ["", section.title] + content }
        }
        return lines.joined(separator: "\n")
    }

    private static func lines(_ block: Block) -> [String] {
        switch block {
        case .paragraph(let text): ["", text]
        case .callout(_, let title, let text): ["", text.isEmpty ? title : "\(title): \(text)"]
        case .highlights(let items):
            [""] + aligned(items.map { [$0.name, $0.remark.isEmpty ? $0.value : "\($0.value)  (\($0.remark))"] })
        case .facts(let facts): [""] + aligned(facts.map { [$0.name, $0.value] })
        case .list(let items): items.map { "  - \($0)" }
        case .table(let table): [""] + table.lines
        case .code(let text): text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        case .figure, .folded: []
        }
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let width = rows.map { $0[0].count }.max() ?? 0
        return rows.map { "  " + $0[0] + String(repeating: " ", count: width - $0[0].count) + "  " + $0[1] }
    }
}

extension Table {
    /// The table as text: numbers to the right, words to the left.
    var lines: [String] {
        let cells = [columns.map(\.title)] + rows
        let widths = columns.indices.map { i in cells.map { $0[i].count }.max()! }
        let body = cells.map { row in
            var line = " "
            for (i, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[i] - cell.count)
                line += " " + (columns[i].isNumeric ? space + cell : cell + space) + " "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        return (caption.isEmpty ? [] : [caption]) + body
    }
}
