/// Text as it may stand inside an element or a quoted attribute of HTML and SVG.
///
/// The five characters with a meaning in markup become entities; control characters that XML forbids become U+FFFD, so
/// that a file stays readable whatever a user called a study.
public func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
        case "\u{0}"..<" ", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// Length of a text in the page's sans-serif font, in units of the font size, estimated on the generous side: an SVG
/// writer has no fonts to measure with, and too much room is better than overlap.
func estimatedWidth(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
        switch scalar {
        case "i", "j", "l", "I", "t", "f", "r", ".", ",", ":", ";", "|", "'", "!", " ", "(", ")", "·": width + 0.34
        case "m", "w", "M", "W", "—", "∞", "%", "@": width + 0.92
        case "A"..."Z": width + 0.70
        case "⁰", "¹", "²", "³", "⁴"..."⁹", "⁻", "ˡ": width + 0.40
        case "\u{300}"..."\u{36F}": width
        case "\u{1100}"...: scalar.value < 0x2E80 ? width + 0.62 : width + 1.05
        default: width + 0.58
        }
    }
}

/// The text itself where it fits, else its beginning and an ellipsis.
func fitted(_ text: String, size: Double, into width: Double) -> String {
    guard estimatedWidth(text) * size > width else { return text }
    var beginning = text
    while !beginning.isEmpty && estimatedWidth(beginning + "…") * size > width { beginning.removeLast() }
    return beginning.isEmpty ? "" : beginning + "…"
}

/// A length in a drawing: one decimal is a tenth of a pixel.
func coordinate(_ x: Double) -> String {
    let tenths = Int((x * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
}
