import SaddleNumerics

extension TableFormat {
    /// The keys that every section with a table has.
    init(_ section: StudySection) {
        self.init(
            header: section.optionalFlag("header"),
            decimal: section.optionalChoice("decimal", of: DecimalMark.allCases.map(\.rawValue)).flatMap(DecimalMark.init),
            missing: section.optionalChoice("missing", of: Missing.allCases.map(\.rawValue)).flatMap(Missing.init))
    }

    /// Keys that are set, with their values.
    var entries: [(key: String, value: String)] {
        [("header", header.map { "\($0)" }), ("decimal", decimal?.rawValue), ("missing", missing?.rawValue)].compactMap {
            key, value in
            value.map { (key, $0) }
        }
    }
}

extension StudySection {
    /// Columns of a table by name or number: one, or a list.
    func columns(_ key: String) -> [String]? {
        value(key, expected: "the name of a column, or its number from 1, or a list of them") { node in
            let nodes = node.sequence.map(Array.init) ?? [node]
            let names = nodes.compactMap { $0.scalar?.string }
            return names.isEmpty || names.count < nodes.count || names.contains("") || Set(names).count < names.count
                ? nil : names
        }
    }
}
