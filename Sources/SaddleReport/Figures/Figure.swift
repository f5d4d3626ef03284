import SaddleNumerics

/// One or more drawings side by side with a common legend and a caption.
public struct Figure: Sendable {
    /// Name of the stand-alone file and anchor within a page: lower-case letters, digits and hyphens.
    public var name: String
    public var caption: String
    public var panels: [any FigurePanel]
    /// Drawings in a row where there is room.
    public var columns: Int

    public init(_ name: String, caption: String, columns: Int = 2, panels: [any FigurePanel]) {
        self.name = name
        self.caption = caption
        self.columns = max(1, min(columns, panels.count))
        self.panels = panels
    }

    var legend: [LegendEntry] { LegendEntry.merged(panels.flatMap(\.legend)) }

    /// The caption, with a remark if numbers could not be shown.
    var fullCaption: String {
        let hidden = panels.reduce(0) { $0 + $1.unplaced }
        var remarks: [String] = []
        for remark in panels.flatMap(\.remarks) where !remarks.contains(remark) { remarks.append(remark) }
        let caption = ([caption] + remarks).filter { !$0.isEmpty }.joined(separator: " ")
        guard hidden > 0 else { return caption }
        let what = hidden == 1 ? "1 number is" : "\(NumberText.count(hidden)) numbers are"
        return caption + " (\(what) not shown: not finite, or not positive on a logarithmic axis.)"
    }

    /// The figure as a file of its own.
    public func svg() -> String {
        let gap = 24.0, margin = 16.0
        let columnWidth = panels.map(\.width).max() ?? 100
        let total = Double(columns) * (columnWidth + gap) - gap
        var y = margin
        var content = ""
        (content, y) = legendRows(width: total, top: y)
        for row in stride(from: 0, to: panels.count, by: columns).map({ Array(panels[$0..<min($0 + columns, panels.count)]) }) {
            for (k, panel) in row.enumerated() {
                let x = Double(k) * (columnWidth + gap)
                content += "<g transform=\"translate(\(coordinate(x)) \(coordinate(y)))\">\n\(panel.body())</g>\n"
            }
            y += (row.map(\.height).max() ?? 0) + gap
        }
        let (w, h) = (coordinate(total + 2 * margin), coordinate(y - gap + margin))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="fig" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)" role="img">
            <title>\(escaped(panels.map(\.title).joined(separator: "; ")))</title>
            <desc>\(escaped(fullCaption))</desc>
            <style>
            \(FigureStyle.sheet)</style>
            <rect class="ground" width="100%" height="100%"/>
            <g transform="translate(\(coordinate(margin)) 0)">
            \(content)</g>
            </svg>

            """
    }

    private func legendRows(width: Double, top: Double) -> (svg: String, bottom: Double) {
        var svg = "", x = 0.0, y = top
        for entry in legend {
            let length = LegendEntry.keyWidth + 6 + estimatedWidth(entry.label) * FigureStyle.fontSize + 18
            if x > 0 && x + length > width { (x, y) = (0, y + 20) }
            svg += "<g transform=\"translate(\(coordinate(x)) \(coordinate(y)))\">\(entry.key())"
            svg += "<text x=\"34\" y=\"11\">\(escaped(entry.label))</text></g>\n"
            x += length
        }
        return (svg, legend.isEmpty ? top : y + 28)
    }

    /// The figure as part of a page; the page holds the style sheet.
    func html() -> String {
        var html = "<figure id=\"figure-\(escaped(name))\">\n"
        if !legend.isEmpty {
            html += "<ul class=\"legend\">\n"
            for entry in legend {
                html +=
                    "<li><svg class=\"fig\" width=\"28\" height=\"14\" viewBox=\"0 0 28 14\" aria-hidden=\"true\">\(entry.key())</svg>"
                html += "\(escaped(entry.label))</li>\n"
            }
            html += "</ul>\n"
        }
        html += "<div class=\"panels columns\(min(columns, 4))\">\n"
        for panel in panels {
            let (w, h) = (coordinate(panel.width), coordinate(panel.height))
            html +=
                "<svg class=\"fig\" viewBox=\"0 0 \(w) \(h)\" role=\"img\" aria-label=\"\(escaped("\(panel.title). \(panel.summary)"))\">\n"
            html += panel.body() + "</svg>\n"
        }
        html += "</div>\n"
        if !fullCaption.isEmpty { html += "<figcaption>\(escaped(fullCaption))</figcaption>\n" }
        return html + "</figure>\n"
    }
}
