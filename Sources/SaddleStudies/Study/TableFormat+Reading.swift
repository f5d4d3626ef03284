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
