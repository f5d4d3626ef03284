import Foundation
import SaddleReport
import Testing

/// Whatever text a user gives stays text, and what is written is well-formed XML by an independent parser. Catches script
/// injection through names, broken attributes, and unbalanced elements.
@Suite struct MarkupTests {
    static let nasty = "<script>alert('x')</script> & \"quoted\" \u{1}\u{0} ∞ 数字"

    @Test func escaping() {
        #expect(escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;")
        #expect(escaped("a\u{0}b\u{1B}c\nd\te") == "a\u{FFFD}b\u{FFFD}c\nd\te")
        #expect(escaped("Φ¹ ∞ 数字") == "Φ¹ ∞ 数字")
    }

    @Test func nastyNamesEverywhere() {
        let t = Self.nasty
        let chart = Chart(
            t, x: .init(t), y: .init(t),
            marks: [
                .points([1, 2], [1, 2], errors: [0.1, 0.1], .series(1), label: t),
                .line([1, 2], [1, 2], .muted, label: t + t, hints: [t, t]),
            ])
        let map = HeatMap(t, rows: 2, columns: 2, values: [1, 2, 3, 4], colours: .sequential(0, 4), groups: [.init(t, count: 2)])
        let figure = Figure("f", caption: t, panels: [chart, map])
        let page = Page(
            title: t, subtitle: t,
            lead: [
                .callout(.bad, title: t, text: t), .paragraph(t), .facts([.init(t, t)]), .highlights([.init(t, t, remark: t)]),
                .list([t]), .code(t),
            ],
            sections: (0..<3).map { _ in
                .init(t, [.table(Table([.text(t)], rows: [[t]], caption: t)), .figure(figure), .folded(t, [.code(t)])])
            },
            footer: t)
        let html = page.html()
        #expect(!html.contains("<script"))
        #expect(!html.unicodeScalars.contains("\u{1}") && !html.unicodeScalars.contains("\u{0}"))
        #expect(isBalanced(figure.svg()))
        #expect(isBalanced(html, voids: ["meta", "!DOCTYPE"]))
        // Nothing is fetched from anywhere: the only addresses are pictures within the file and the SVG name space.
        for piece in html.components(separatedBy: "href=\"").dropFirst() {
            #expect(piece.hasPrefix("#") || piece.hasPrefix("data:"))
        }
        #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("url("))
    }

    /// Every element is closed in order, and no `<` or bare `&` stands in text or attributes.
    private func isBalanced(_ text: String, voids: Set<String> = []) -> Bool {
        var open: [String] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else { return false }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.contains("<") || tag.count(where: { $0 == "\"" }) % 2 != 0 { return false }
            let name = String(tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" })
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { return false }
            } else if !tag.hasSuffix("/") && !voids.contains(name) {
                open.append(name)
            }
        }
        return open.isEmpty
    }

    @Test func emptyAndDegenerateCharts() {
        let none = Chart("none", x: .init("x"), y: .init("y"), marks: [])
        #expect(none.body().contains("no data"))
        let one = Chart(
            "one", x: .init("x", .logarithmicFromZero), y: .init("y", .logarithmic),
            marks: [.line([5], [2], .reference, label: "a")])
        #expect(one.body().contains("<circle class=\"point ink\""))
        // Numbers without a place on the axes are counted, not dropped in silence.
        let bad = Chart(
            "bad", x: .init("x"), y: .init("y", .logarithmic), marks: [.line([1, 2, 3, 4], [0, .nan, 1, -2], .reference)])
        #expect(bad.unplaced == 3)
        #expect(Figure("f", caption: "C.", panels: [bad]).svg().contains("3 numbers are not shown"))
        for text in [none.body(), one.body(), bad.body()] { #expect(!text.contains("nan") && !text.contains("inf")) }
    }
}
