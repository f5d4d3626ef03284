/// A table of known numbers, written in a random one of the ways in which people write tables, and then perhaps damaged.
///
/// Numbers are whole hundredths, so that their texts and their values follow from one integer without any conversion of texts.
public struct WrittenTable {
    public enum Damage: CaseIterable, Sendable {
        case none, garbage, missing, ragged, openQuote, bytes
    }

    /// Hundredths, by column and row.
    public let hundredths: [[Int]]
    /// Names of the columns of numbers, and their numbers from 1 in the file.
    public let names: [String]
    public let numbers: [Int]
    public let hasHeader: Bool
    public let damage: Damage
    /// Which row (from 0) and line (from 1) is damaged, and what stands there.
    public private(set) var damagedRow = 0
    public private(set) var damagedLine = 0
    public private(set) var damagedText = ""
    public private(set) var bytes: [UInt8] = []

    /// Values of a column, without the damaged row if asked.
    public func values(_ column: Int, withoutDamagedRow: Bool = false) -> [Double] {
        hundredths[column].indices.filter { !(withoutDamagedRow && $0 == damagedRow) }.map {
            Double(hundredths[column][$0]) / 100
        }
    }

    /// - Parameters:
    ///   - word: random bits.
    ///   - isPositive: whether all numbers are above 0.
    public init(_ damage: Damage, isPositive: Bool = false, word: () -> UInt64) {
        func below(_ n: Int) -> Int { Int(word() % UInt64(n)) }
        func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
        let (rows, columns, texts) = (5 + below(8), 2 + below(4), below(3))
        self.damage = damage
        let separator = pick([",", ";", "\t", " ", "|"])
        let decimal = pick([".", ","])
        let group = pick(["", decimal == "." ? "," : ".", "'", separator == " " ? "" : " "])
        let style = (0..<columns).map { _ in pick(["plain", "plain", "per cent", "thousands", "exponent"]) }
        let needsQuotes = { (text: String) in text.contains(separator) }
        func quoted(_ text: String) -> String {
            needsQuotes(text) || below(8) == 0 ? "\"\(text)\"" : text
        }
        hundredths = (0..<columns).map { _ in
            (0..<rows).map { _ in (isPositive || below(2) == 0 ? 1 : -1) * (1 + below(20_000_000)) }
        }
        func written(_ value: Int, _ style: String) -> String {
            let sign = value < 0 ? pick(["-", "\u{2212}"]) : ""
            func fixed(_ digits: Int, _ places: Int, groups: Bool) -> String {
                var scale = 1
                for _ in 0..<places { scale *= 10 }
                var whole = String(digits / scale)
                if groups && !group.isEmpty {
                    var parts: [Substring] = []
                    while whole.count > 3 {
                        parts.insert(whole.suffix(3), at: 0)
                        whole = String(whole.dropLast(3))
                    }
                    whole = ([whole[...]] + parts).joined(separator: group)
                }
                let fraction = String(String(scale + digits % scale).dropFirst())
                return whole + decimal + fraction
            }
            switch style {
            case "per cent": return sign + fixed(abs(value), 0, groups: false).dropLast(1) + "%"
            case "thousands": return sign + fixed(abs(value), 5, groups: false) + "k"
            case "exponent": return sign + fixed(abs(value), 4, groups: false) + "e+2"
            default: return sign + fixed(abs(value), 2, groups: true)
            }
        }
        // Where the columns of texts stand.
        var order = Array(0..<(columns + texts))
        for i in order.indices.reversed() { order.swapAt(i, below(i + 1)) }
        let kept = order
        numbers = (0..<columns).map { k in kept.firstIndex(of: k)! + 1 }
        names = (0..<columns).map { "n\($0)" }
        hasHeader = damage != .none || below(3) > 0
        let words = ["red", "dark blue", "a;b", "x, y", "", "tab\there", "1st"]
        var lines: [String] = []
        if pick([true, false]) && separator != " " { lines.append("sep=\(separator)") }
        if below(4) == 0 { lines.append("# written by hand") }
        if hasHeader { lines.append(kept.map { quoted($0 < columns ? "n\($0)" : "text \($0)") }.joined(separator: separator)) }
        damagedRow = below(rows)
        let garbage = pick([
            "x", "1.2.3", "12%%", "0x1F", "1e", "\u{221E}", "3,4,5", "twelve", "1±", String(repeating: "9x", count: 999),
        ])
        let gap = pick(["", "nan", "NA", "-", "?", "None"])
        let victim = below(columns)
        for row in 0..<rows {
            if below(6) == 0 { lines.append("") }
            var cells = kept.map { k -> String in
                guard k < columns else {
                    let text = pick(words)
                    return separator == " " || !needsQuotes(text) && below(8) == 0 || needsQuotes(text) ? "\"\(text)\"" : text
                }
                guard row == damagedRow && k == victim && (damage == .garbage || damage == .missing) else {
                    return quoted(written(hundredths[k][row], style[k]))
                }
                damagedText = damage == .garbage ? garbage : gap
                return needsQuotes(damagedText) || damagedText.isEmpty && separator == " " ? "\"\(damagedText)\"" : damagedText
            }
            if row == damagedRow {
                damagedLine = lines.count + 1
                if damage == .ragged { cells.removeLast() }
                if damage == .openQuote { cells[below(cells.count)] = "\"1" }
            }
            lines.append(cells.joined(separator: separator))
        }
        let text = lines.joined(separator: pick(["\n", "\r\n"])) + pick(["", "\n"])
        switch below(4) {
        case 0:
            bytes = [0xff, 0xfe]
            for unit in text.utf16 { bytes += [UInt8(unit % 256), UInt8(unit / 256)] }
        case 1: bytes = [0xef, 0xbb, 0xbf] + Array(text.utf8)
        default: bytes = Array(text.utf8)
        }
        if damage == .bytes {
            for _ in 0...below(4) where !bytes.isEmpty {
                switch below(3) {
                case 0: bytes[below(bytes.count)] = UInt8(below(256))
                case 1: bytes.remove(at: below(bytes.count))
                default: bytes.removeLast(below(1 + bytes.count / 4))
                }
            }
        }
    }
}
