/// What a table does not say of itself, and a user may.
public struct TableFormat: Sendable, Equatable {
    /// What stands before decimals: 3.14 or 3,14.
    public enum DecimalMark: String, Sendable, CaseIterable { case point, comma }

    /// What becomes of rows in which a cell that is needed is missing.
    /// `error` refuses the table and names the cell; `drop` leaves the rows out.
    public enum Missing: String, Sendable, CaseIterable { case error, drop }

    /// Whether the first line names the columns. If nil, the table decides: see ``CSV``.
    public var header: Bool?
    /// The decimal mark. If nil, each column decides.
    public var decimal: DecimalMark?
    /// If nil, ``Missing/error``.
    public var missing: Missing?
    /// Whether errors name options of the command line, as `--decimal comma`, instead of keys of a study, as `decimal: comma`.
    public var namesOptions = false

    /// What the user told; nil: the table decides.
    public init(header: Bool? = nil, decimal: DecimalMark? = nil, missing: Missing? = nil) {
        (self.header, self.decimal, self.missing) = (header, decimal, missing)
    }

    /// How a user sets a value.
    package func setting(_ key: String, _ value: String) -> String {
        namesOptions ? "`--\(key.replacing("_", with: "-")) \(value)`" : "`\(key): \(value)`"
    }
}

extension StringProtocol {
    /// In quotes, for a message: cut to a sane length, control characters replaced.
    package var quotedBriefly: String {
        let brief = prefix(40)
        let clean = String(String.UnicodeScalarView(brief.unicodeScalars.map { $0.properties.isPrintable ? $0 : "\u{FFFD}" }))
        return "'\(clean)\(brief.endIndex == endIndex ? "" : "…")'"
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

extension Sequence where Element == String {
    /// The first few, for a message.
    package func brief(_ count: Int = 6) -> String {
        let first = Array(prefix(count + 1))
        return first.prefix(count).joined(separator: ", ") + (first.count > count ? ", …" : "")
    }
}
