/// Pieces of YAML text.
package enum YAMLText {
    /// As people write it: 5, not 5.0.
    package static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
    }

    package static func list(_ values: [Int]) -> String { "[\(values.map(String.init).joined(separator: ", "))]" }
    package static func list(_ values: [Double]) -> String { "[\(values.map { "\($0)" }.joined(separator: ", "))]" }
    package static func list(_ values: [String]) -> String { "[\(values.map(scalar).joined(separator: ", "))]" }

    /// A text, in quotes unless it cannot be mistaken for anything else.
    package static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || "_/.".contains($0)) } == true && text.last != " "
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " _-./".contains($0)) }
            && Double(text) == nil && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
        return isPlain ? text : quoted(text)
    }

    /// A text in quotes.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
