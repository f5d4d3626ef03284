/// Tables as text: cells between commas, in quotes where they hold commas, quotes or breaks.
package enum CSVText {
    package static func bytes(_ rows: [[String]]) -> [UInt8] {
        [UInt8](rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined().utf8)
    }

    private static func quoted(_ cell: String) -> String {
        cell.contains { ",\"\n".contains($0) } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }
}
