import SaddleNumerics
import Yams

extension Kind where Value == [String] {
    /// A list of texts, or one text; nothing where the key is left out.
    static func texts(_ accepted: String, _ isAccepted: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }) -> Kind {
        var kind = Kind(
            accepted, isList: true,
            read: { node, _ in
                let texts = node.sequence.map { $0.compactMap(StudySection.text) } ?? StudySection.text(node).map { [$0] } ?? []
                let isWhole = node.sequence.map { $0.count == texts.count } ?? true
                return isWhole && texts.allSatisfy(isAccepted) ? texts : nil
            }, write: { $0.isEmpty ? nil : YAMLText.list($0) })
        kind.isText = true
        return kind
    }
}

extension Kind where Value == String? {
    /// A column of a table.
    static var column: Kind { .optional(.text("the name of a column, or its number from 1")) }
}

extension Key {
    /// A key that names a column of a table.
    static func column(_ name: String, _ path: WritableKeyPath<Root, String?> & Sendable, _ content: String) -> Key {
        Key(
            name, path, .column,
            "Name or number of the column with \(content), where its name does not tell.")
    }
}
