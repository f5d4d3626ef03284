/// Rows of text under column headings.
public struct Table: Sendable {
    public struct Column: Sendable {
        public var title: String
        public var isNumeric: Bool

        public static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }
        public static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    }

    public var columns: [Column]
    public var rows: [[String]]
    public var caption: String

    public init(_ columns: [Column], rows: [[String]], caption: String = "") {
        for row in rows { precondition(row.count == columns.count, "\(row.count) cells in a table of \(columns.count) columns") }
        self.columns = columns
        self.rows = rows
        self.caption = caption
    }

    func html() -> String {
        // Many columns become cards on a narrow screen, where each cell carries its heading.
        let isWide = columns.count > 4
        func cell(_ tag: String, _ text: String, _ column: Column) -> String {
            let heading = isWide && tag == "td" ? " data-title=\"\(escaped(column.title))\"" : ""
            return "<\(tag)\(column.isNumeric ? " class=\"number\"" : "")\(heading)>\(escaped(text))</\(tag)>"
        }
        var html = "<div class=\"scroll\"><table\(isWide ? " class=\"wide\"" : "")>\n"
        if !caption.isEmpty { html += "<caption>\(escaped(caption))</caption>\n" }
        html += "<thead><tr>" + columns.map { cell("th", $0.title, $0) }.joined() + "</tr></thead>\n<tbody>\n"
        for row in rows { html += "<tr>" + zip(row, columns).map { cell("td", $0, $1) }.joined() + "</tr>\n" }
        return html + "</tbody>\n</table></div>\n"
    }
}
