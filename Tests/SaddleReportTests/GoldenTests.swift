import Foundation
import SaddleReport
import Testing

/// A small figure and a small page, compared with stored text. Catches every unintended change of what is written.
///
/// When the change is meant: delete the stored file, run again (the run writes a new file and fails), look at the file in a
/// browser, and run once more.
@Suite struct GoldenTests {
    private var figure: Figure {
        let chart = Chart(
            "Loss", x: .init("step", .logarithmicFromZero), y: .init("mean loss"),
            marks: [
                .band([0, 1, 10], low: [0.4, 0.3, 0.1], high: [0.6, 0.5, 0.2], .series(0), label: "N = 64"),
                .line([0, 1, 10], [0.5, 0.4, 0.15], .reference, label: "infinite width"),
                .points([0, 1, 10], [0.51, .nan, 0.16], errors: [0.02, 0.02, 0.01], .series(0), label: "N = 64"),
            ])
        let map = HeatMap(
            "Φ¹", rows: 2, columns: 2, values: [1, -0.5, -0.5, 1], colours: .diverging(upTo: 1),
            groups: [.init("zero", count: 1), .init("one", count: 1)])
        return Figure("sample", caption: "A chart & a picture.", panels: [chart, map])
    }

    @Test func svg() throws { try expectGolden(figure.svg(), "figure.svg") }

    @Test func html() throws {
        let page = Page(
            title: "A <study>", subtitle: "small", lead: [.callout(.good, title: "Agrees", text: "All of it.")],
            sections: [
                .init(
                    "One",
                    [.paragraph("Text."), .highlights([.init("Loss", "0.1", remark: "± 0.01")]), .facts([.init("Width", "64")])]),
                .init(
                    "Two",
                    [
                        .figure(figure),
                        .table(Table([.text("Stage"), .number("Time")], rows: [["Theory", "1 s"]], caption: "Times")),
                    ]),
                .init("Three", [.list(["a", "b"]), .folded("More", [.code("x < y")])]),
            ], footer: "End.")
        try expectGolden(page.html(), "page.html")
    }

    /// Without the bytes of pictures, which versions of zlib compress differently (``PNGTests``, ``HeatMapTests``).
    private func expectGolden(_ page: String, _ name: String) throws {
        let text = page.replacing(#/(data:image\/png;base64,)[A-Za-z0-9+\/=]+/#) { "\($0.1)PICTURE" }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Golden/SaddleReport/\(name)")
        guard let stored = try? String(contentsOf: file, encoding: .utf8) else {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("no stored text for \(name): wrote one; look at it, then run again")
            return
        }
        let difference = zip(text.split(separator: "\n"), stored.split(separator: "\n")).first { $0 != $1 }
        #expect(text == stored, "first difference: \(difference.map { "\($0)\ninstead of\n\($1)" } ?? "length")")
    }
}
