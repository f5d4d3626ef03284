/// A number as people write it.
///
///     −1 234.5e-3    1,234.5    1.234,5    1'234    70M    1.5 B    12 %    0.50±0.02    0.50 +- 0.02
///
/// Digits in groups of three may be set apart by blanks, apostrophes, underscores, or by whichever of comma and point is not the decimal
/// mark. `k`, `M`, `B` or `G`, and `T` are thousands, millions, 10⁹ and 10¹². Per cent are hundredths.
struct WrittenNumber {
    var value: Double
    /// What stands behind ±.
    var error: Double?
    var isPercent = false
    /// Whether it ends in a letter for a power of ten, and whether that is "m", which may be milli or mega.
    var hasSuffix = false
    var hasLowercaseM = false

    /// Whether a cell is a number, whichever mark is decimal.
    static func isNumber(_ cell: ArraySlice<UInt8>) -> Bool {
        PlainNumber(cell) != nil || WrittenNumber(cell, decimal: 0x2e) != nil || WrittenNumber(cell, decimal: 0x2c) != nil
    }

    /// - Parameter decimal: the decimal mark, a point or a comma.
    /// - Returns: nil if the cell is no number with this mark. Numbers beyond the range of float64 are infinite.
    init?(_ cell: ArraySlice<UInt8>, decimal: UInt8) {
        if cell.count > Self.longest { return nil }
        var rest = Self.ascii(cell)[...]
        func skipBlanks() { while rest.first == 0x20 { rest.removeFirst() } }
        func percent() -> Bool {
            skipBlanks()
            guard rest.first == 0x25 else { return false }
            rest.removeFirst()
            skipBlanks()
            return true
        }
        guard var text = Self.part(&rest, decimal: decimal, isSigned: true) else { return nil }
        var suffix = Self.suffix(&rest)
        var isPercent = percent()
        var error: String?
        if let sign = ["+-", "+/-"].first(where: { rest.starts(with: Array($0.utf8)) }) {
            rest.removeFirst(sign.utf8.count)
            skipBlanks()
            guard let found = Self.part(&rest, decimal: decimal, isSigned: false) else { return nil }
            let own = Self.suffix(&rest)
            // "12 ± 1 %" and "12 % ± 1 %", "7 ± 1 M" and "7M ± 1M" are the same.
            let isOwnPercent = percent()
            if (suffix != nil && own == nil) || (isPercent && !isOwnPercent) { return nil }
            if suffix == nil { suffix = own }
            error = found + "e\((own?.power ?? 0) - (isOwnPercent ? 2 : 0))"
            isPercent = isOwnPercent
        }
        if !rest.isEmpty || (suffix != nil && isPercent) { return nil }
        text += "e\((suffix?.power ?? 0) - (isPercent ? 2 : 0))"
        guard let value = Self.number(text) else { return nil }
        self.value = value
        if let error {
            guard let number = Self.number(error) else { return nil }
            self.error = number
        }
        self.isPercent = isPercent
        (hasSuffix, hasLowercaseM) = (suffix != nil, suffix?.letter == 0x6d)
    }

    /// More characters than any number needs; what is longer is a text.
    private static let longest = 400

    /// Mantissa and exponent, without blanks and marks of groups, as "-12.5e3"; the exponent may be missing.
    private static func part(_ rest: inout ArraySlice<UInt8>, decimal: UInt8, isSigned: Bool) -> String? {
        var text = ""
        if isSigned, let sign = rest.first, sign == 0x2d || sign == 0x2b {
            if sign == 0x2d { text = "-" }
            rest.removeFirst()
        }
        var groups = [digits(&rest)]
        var mark: UInt8?
        while groups[0].count >= 1, let next = rest.first, next != decimal, [0x20, 0x27, 0x5f, 0x2c, 0x2e].contains(next),
            mark == nil || mark == next
        {
            var tail = rest.dropFirst()
            let group = digits(&tail)
            if group.count != 3 { break }
            (mark, rest) = (next, tail)
            groups.append(group)
        }
        if groups.count > 1 && (groups[0].count > 3 || groups[0].first == "0") { return nil }
        let whole = groups.joined()
        var fraction = ""
        if rest.first == decimal {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        if whole.isEmpty && fraction.isEmpty { return nil }
        text += (whole.isEmpty ? "0" : whole) + "." + (fraction.isEmpty ? "0" : fraction)
        if let letter = rest.first, [0x65, 0x45, 0x64, 0x44].contains(letter) {
            var tail = rest.dropFirst()
            var exponent = ""
            if let sign = tail.first, sign == 0x2d || sign == 0x2b {
                if sign == 0x2d { exponent = "-" }
                tail.removeFirst()
            }
            let number = digits(&tail)
            // Numbers in groups have no exponent.
            if number.isEmpty || groups.count > 1 { return nil }
            rest = tail
            text += "e" + exponent + number
        }
        while rest.first == 0x20 { rest.removeFirst() }
        return text
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> String {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest[digits.endIndex...]
        return String(decoding: digits, as: UTF8.self)
    }

    private static func suffix(_ rest: inout ArraySlice<UInt8>) -> (letter: UInt8, power: Int)? {
        let powers: [UInt8: Int] = [
            0x6b: 3, 0x4b: 3, 0x6d: 6, 0x4d: 6, 0x62: 9, 0x42: 9, 0x47: 9, 0x54: 12,
        ]
        guard let letter = rest.first, let power = powers[letter] else { return nil }
        rest.removeFirst()
        while rest.first == 0x20 { rest.removeFirst() }
        return (letter, power)
    }

    /// Of "-12.5e3e-2": powers of ten add up, and one conversion rounds.
    private static func number(_ text: String) -> Double? {
        let parts = text.split(separator: "e")
        var power = 0
        for part in parts.dropFirst() {
            // Exponents beyond any range stay beyond it.
            guard let exponent = Int(part.suffix(12)) else { return nil }
            power += part.count > 12 ? (part.first == "-" ? -1_000_000 : 1_000_000) : exponent
        }
        return Double("\(parts[0])e\(power)")
    }

    /// Signs and blanks beyond ASCII by those of ASCII.
    private static func ascii(_ cell: ArraySlice<UInt8>) -> [UInt8] {
        if cell.allSatisfy({ $0 < 0x80 }) { return Array(cell) }
        var text = String(decoding: cell, as: UTF8.self)
        for (sign, plain) in [
            ("\u{2212}", "-"), ("\u{00B1}", "+-"), ("\u{00A0}", " "), ("\u{202F}", " "), ("\u{2009}", " "), ("\u{2019}", "'"),
        ] {
            text = text.replacing(sign, with: plain)
        }
        while text.first == " " { text.removeFirst() }
        return Array(text.utf8)
    }
}

/// A number as programs write it, which nearly all are: sign, digits, perhaps a point, perhaps an exponent.
struct PlainNumber {
    let value: Double
    /// What a decimal comma would make of the point: nothing, a mark of groups of three, or an error.
    let point: Point
    enum Point { case none, perhapsGroup, decimal }

    init?(_ cell: ArraySlice<UInt8>) {
        var (mantissa, digits, whole, hasPoint, hasExponent) = (0, 0, 0, false, false)
        var power = 1
        var i = cell.startIndex
        if i < cell.endIndex, cell[i] == 0x2d || cell[i] == 0x2b { i += 1 }
        let first = i
        while i < cell.endIndex {
            let byte = cell[i]
            if byte >= 0x30 && byte <= 0x39 {
                digits += 1
                if digits <= 15 {
                    mantissa = 10 * mantissa + Int(byte - 0x30)
                    if hasPoint { power *= 10 }
                }
                if !hasPoint { whole += 1 }
            } else if byte == 0x2e && !hasPoint {
                hasPoint = true
            } else {
                break
            }
            i += 1
        }
        if digits == 0 { return nil }
        if i < cell.endIndex {
            guard cell[i] == 0x65 || cell[i] == 0x45 else { return nil }
            i += 1
            if i < cell.endIndex, cell[i] == 0x2d || cell[i] == 0x2b { i += 1 }
            guard i < cell.endIndex, cell[i...].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            hasExponent = true
        }
        if digits <= 15 && !hasExponent {
            // Integer and power of ten are exact, so that one division rounds correctly.
            let size = Double(mantissa) / Double(power)
            value = cell.first == 0x2d ? -size : size
        } else {
            guard let number = Double(String(decoding: cell.first == 0x2b ? cell.dropFirst() : cell, as: UTF8.self)) else {
                return nil
            }
            value = number
        }
        let isGroup =
            digits - whole == 3 && (1...3).contains(whole) && cell[first] != 0x30 && !hasExponent
        point = !hasPoint ? .none : isGroup ? .perhapsGroup : .decimal
    }
}
