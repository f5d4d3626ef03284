extension Page {
    /// The whole file.
    public func html() -> String {
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(escaped(title))</title>
            <style>
            \(PageStyle.sheet)
            \(FigureStyle.sheet)</style>
            </head>
            <body>
            <header>
            <h1>\(escaped(title))</h1>

            """
        if !subtitle.isEmpty { html += "<p class=\"subtitle\">\(escaped(subtitle))</p>\n" }
        html += "</header>\n<main>\n"
        html += lead.map(Self.html).joined()
        if sections.count > 2 {
            let links = sections.enumerated().map { "<a href=\"#section-\($0 + 1)\">\(escaped($1.title))</a>" }
            html += "<nav aria-label=\"Contents\">\(links.joined(separator: "\n"))</nav>\n"
        }
        for (i, section) in sections.enumerated() {
            html += "<section id=\"section-\(i + 1)\">\n<h2>\(escaped(section.title))</h2>\n"
            html += section.blocks.map(Self.html).joined() + "</section>\n"
        }
        html += "</main>\n"
        if !footer.isEmpty { html += "<footer>\(escaped(footer))</footer>\n" }
        return html + "</body>\n</html>\n"
    }

    private static func html(_ block: Block) -> String {
        switch block {
        case .paragraph(let text): return "<p>\(escaped(text))</p>\n"
        case .callout(let tone, let title, let text):
            return "<div class=\"callout \(tone.rawValue)\"><strong>\(escaped(title))</strong><p>\(escaped(text))</p></div>\n"
        case .highlights(let items):
            let tiles = items.map {
                "<div><dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))"
                    + ($0.remark.isEmpty ? "" : "<small>\(escaped($0.remark))</small>") + "</dd></div>\n"
            }
            return "<dl class=\"highlights\">\n\(tiles.joined())</dl>\n"
        case .facts(let facts):
            let rows = facts.map { "<div><dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd></div>\n" }
            return "<dl class=\"facts\">\n\(rows.joined())</dl>\n"
        case .list(let items): return "<ul>\n" + items.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
        case .table(let table): return table.html()
        case .figure(let figure): return figure.html()
        case .code(let text): return "<pre><code>\(escaped(text))</code></pre>\n"
        case .folded(let title, let blocks):
            return "<details><summary>\(escaped(title))</summary>\n\(blocks.map(html).joined())</details>\n"
        }
    }
}
