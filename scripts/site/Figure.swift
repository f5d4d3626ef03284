import Foundation

/// The first figure of a page that Saddle wrote, as one SVG file: its legend and up to two of its panels side by side.
struct Figure {
    let svg: String
    let caption: String

    init?(html: String) {
        guard let start = html.firstRange(of: "<figure"), let end = html[start.upperBound...].firstRange(of: "</figure>"),
            let style = html.firstRange(of: "<style>"), let styleEnd = html[style.upperBound...].firstRange(of: "</style>")
        else { return nil }
        let figure = html[start.lowerBound..<end.lowerBound]
        caption = Self.text(figure.firstMatch(of: /<figcaption>(.*?)<\/figcaption>/.dotMatchesNewlines())?.1 ?? "")
        guard let panelsStart = figure.firstRange(of: "<div class=\"panels") else { return nil }
        let panels = Self.drawings(figure[panelsStart.upperBound...]).prefix(2)
        if panels.isEmpty { return nil }
        var x = 0.0, height = 0.0, body = ""
        let entries = figure[..<panelsStart.lowerBound].matches(of: /<li>(<svg.*?<\/svg>)(.*?)<\/li>/.dotMatchesNewlines())
        var legendX = 0.0, legendY = 0.0
        let width = panels.reduce(0) { $0 + $1.width } + 24 * Double(panels.count - 1)
        for entry in entries {
            let label = Self.text(entry.2), space = 44 + 6.6 * Double(label.count)
            if legendX > 0, legendX + space > width { (legendX, legendY) = (0, legendY + 20) }
            body += Self.placed(String(entry.1), x: legendX, y: legendY + 3)
            body +=
                "<text class=\"fig\" x=\"\(legendX + 34)\" y=\"\(legendY + 14)\"><tspan class=\"label\">\(Self.escaped(label))</tspan></text>\n"
            legendX += space
        }
        let top = entries.isEmpty ? 0 : legendY + 30
        for panel in panels {
            body += Self.placed(panel.text, x: x, y: top, size: (panel.width, panel.height))
            (x, height) = (x + panel.width + 24, max(height, panel.height))
        }
        // What a pointer shows needs a page.
        body = body.replacing(/<circle class="touch".*?<\/circle>\n?/.dotMatchesNewlines(), with: "")
        svg = """
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 \(width) \(top + height)" width="\(width)" height="\(top + height)">
            <style>\(Self.rules(html[style.upperBound..<styleEnd.lowerBound])).label{fill:#3d4656}
            @media (prefers-color-scheme:dark){.label{fill:#c3cad4}}</style>
            \(body)</svg>

            """
    }

    /// Drawings at the outermost level.
    private static func drawings(_ text: Substring) -> [(text: String, width: Double, height: Double)] {
        var found: [(text: String, width: Double, height: Double)] = [], depth = 0, start = text.startIndex
        for tag in text.matches(of: /<svg[^>]*>|<\/svg>/) {
            if tag.0 == "</svg>" {
                depth -= 1
                guard depth == 0 else { continue }
                let drawing = text[start..<tag.range.upperBound]
                guard let box = drawing.firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/) else { continue }
                found.append((String(drawing), Double(box.1) ?? 0, Double(box.2) ?? 0))
            } else {
                if depth == 0 { start = tag.range.lowerBound }
                depth += 1
            }
        }
        return found
    }

    private static func placed(_ drawing: String, x: Double, y: Double, size: (Double, Double)? = nil) -> String {
        let place = "<svg x=\"\(x)\" y=\"\(y)\"" + (size.map { " width=\"\($0.0)\" height=\"\($0.1)\"" } ?? "")
        return drawing.replacing("<svg", with: place, maxReplacements: 1) + "\n"
    }

    /// The rules of drawings among those of the page.
    private static func rules(_ style: Substring) -> String {
        let lines = style.split(separator: "\n").drop { !$0.hasPrefix(".fig{") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ html: Substring) -> String {
        String(html).replacing(/<[^>]*>/, with: "").replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
            "&quot;", with: "\""
        ).replacing("&#39;", with: "’")
            .replacing("&amp;", with: "&").replacing("\n", with: " ")
    }

    private static func escaped(_ text: String) -> String {
        String(text.replacing("&", with: "&amp;").replacing("<", with: "&lt;"))
    }
}
