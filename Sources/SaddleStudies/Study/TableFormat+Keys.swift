import SaddleNumerics
import Yams

extension Key {
    /// The keys that every section with a table has.
    static func table(
        _ header: WritableKeyPath<Root, Bool?> & Sendable, _ decimal: WritableKeyPath<Root, TableFormat.DecimalMark?> & Sendable,
        _ missing: WritableKeyPath<Root, TableFormat.Missing?> & Sendable
    ) -> [Key] {
        [
            Key("header", header, .optional(.flag), "Of a table: whether the first line names the columns."),
            Key("decimal", decimal, .optional(.choice), "Of a table: the decimal mark, where the table does not tell."),
            Key(
                "missing", missing, .optional(.choice),
                "Of a table: what becomes of rows in which a number is missing; error unless given."),
        ]
    }
}

extension Kind where Value == String {
    /// The path of a table, or `-`, which in YAML may also stand as a list of nothing.
    static func tableFile(_ content: String) -> Kind {
        var kind = Kind(
            "the path of a CSV file with \(content), or - (standard input)",
            read: { node, file in
                if let nodes = node.sequence { return nodes.count == 1 && nodes[0].scalar?.string.isEmpty == true ? "-" : nil }
                return StudySection.text(node).flatMap {
                    $0.isEmpty ? nil : $0 == "-" ? $0 : StudySection.resolve($0, besides: file)
                }
            }, write: YAMLText.scalar)
        kind.isFile = true
        return kind
    }
}
