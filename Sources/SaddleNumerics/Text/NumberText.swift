#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers as a reader wants them: as many digits as mean something, a true minus sign, powers of ten with superscripts.
public enum NumberText {
    /// A number with the given count of significant digits, such as `0.123`, `−45`, `6780` or `1.23·10⁻⁶`.
    ///
    /// Powers of ten appear below 10⁻³ and from 10⁵ on. Digits in front of the decimal point are never rounded away.
    public static func short(_ x: Double, digits: Int = 3) -> String {
        guard x.isFinite else { return x.isNaN ? "not a number" : x < 0 ? "−∞" : "∞" }
        guard x != 0 else { return "0" }
        let (mantissa, exponent) = scientific(x, decimals: digits - 1)
        if exponent >= -3 && abs(x) < 1e5 { return fixed(x, decimals: max(digits - 1 - exponent, 0)) }
        return "\(mantissa)·\(powerOfTen(exponent))"
    }

    /// A number and its standard error, both to the digit that the error resolves, such as `0.1234 ± 0.0005`.
    ///
    /// The error keeps one significant digit, or two if the first is a 1. Without a finite positive error the number
    /// stands alone with four digits; with one below a billionth of it, which is rounding, with ten.
    public static func withError(_ x: Double, _ error: Double) -> String {
        guard x.isFinite, error.isFinite, error > 0 else { return short(x, digits: 4) }
        if error < 1e-9 * abs(x) { return short(x, digits: 10) }
        let one = scientific(error, decimals: 0), two = scientific(error, decimals: 1)
        // The place of the last digit shown: 0.97 becomes 1.0 and 0.16 stays, 0.199 becomes 0.2.
        let exponent = one.mantissa == "1" ? one.exponent - 1 : two.mantissa.hasPrefix("1") ? two.exponent - 1 : one.exponent
        // The power of ten in front of both numbers: that of the larger one.
        let leading = scientific(max(abs(x), error), decimals: 0).exponent
        if leading >= -3 && leading < 6 {
            return "\(rounded(x, toPower: exponent)) ± \(rounded(error, toPower: exponent))"
        }
        let scale = pow(10, Double(leading))
        let decimals = max(leading - exponent, 0)
        return "(\(fixed(x / scale, decimals: decimals)) ± \(fixed(error / scale, decimals: decimals)))·\(powerOfTen(leading))"
    }

    /// A probability, which is not 0: one that floating-point numbers cannot hold is below the least that they can.
    public static func probability(_ p: Double, digits: Int = 3) -> String {
        p < .leastNormalMagnitude ? "< \(short(.leastNormalMagnitude, digits: 1))" : short(p, digits: digits)
    }

    /// A mean and its standard error, likewise.
    public static func withError(_ estimate: Estimate) -> String { withError(estimate.mean, estimate.standardError) }

    /// A number to the decimal place of 10^exponent: decimals for a negative exponent, zeros at the end for a positive one.
    private static func rounded(_ x: Double, toPower exponent: Int) -> String {
        if exponent <= 0 { return fixed(x, decimals: -exponent) }
        let unit = pow(10, Double(exponent))
        return fixed((x / unit).rounded() * unit, decimals: 0)
    }

    /// A number with a fixed count of decimals and a true minus sign; never `−0.00`.
    public static func fixed(_ x: Double, decimals: Int) -> String {
        let text = printed("%.*f", decimals, abs(x))
        let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
        return (x < 0 && !isZero ? "−" : "") + text
    }

    /// An exponent or another number that is often whole or simple: at most four decimals, none that are zero. As by ``short(_:digits:)``
    /// from 10¹⁵ on, where they would be more digits than a double has.
    public static func exponent(_ x: Double) -> String {
        guard abs(x) < 1e15 else { return short(x) }
        var text = fixed(x, decimals: 4)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// A length of time: `0.42 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
    public static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return short(seconds) }
        if seconds < 1e-3 { return seconds == 0 ? "0 s" : "under 1 ms" }
        if seconds < 10 { return short(seconds, digits: 2) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// A fraction in per cent, with one decimal below ten: `0.4 %`, `9.4 %`, `12 %`.
    public static func percent(_ x: Double) -> String {
        if !x.isFinite || abs(x) >= 1e4 { return short(100 * x) + " %" }
        return abs(x) < 0.0995 ? "\((x * 1000).rounded() / 10) %" : "\(Int((x * 100).rounded())) %"
    }

    /// Whole numbers with thin spaces between groups of three digits: `12 345`.
    public static func count(_ n: Int) -> String {
        let digits = String(abs(n))
        guard digits.count > 4 else { return (n < 0 ? "−" : "") + digits }
        var grouped = ""
        for (i, digit) in digits.enumerated() {
            if i > 0 && (digits.count - i) % 3 == 0 { grouped += "\u{202F}" }
            grouped.append(digit)
        }
        return (n < 0 ? "−" : "") + grouped
    }

    /// `10⁻³` and the like; `10` and `1` stay plain.
    public static func powerOfTen(_ exponent: Int) -> String {
        if exponent == 0 { return "1" }
        if exponent == 1 { return "10" }
        let superscripts: [Character: Character] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
        ]
        return "10" + String(String(exponent).map { superscripts[$0]! })
    }

    /// Mantissa and exponent after rounding: 9.996 with two decimals is ("10.0" → "1.00", 1).
    private static func scientific(_ x: Double, decimals: Int) -> (mantissa: String, exponent: Int) {
        let text = printed("%.*e", decimals, abs(x))
        let parts = text.split(separator: "e")
        return ((x < 0 ? "−" : "") + parts[0], Int(parts[1])!)
    }

    private static func printed(_ format: String, _ decimals: Int, _ x: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([Int32(decimals), x]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(decoding: buffer[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
