import SaddleNumerics

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
