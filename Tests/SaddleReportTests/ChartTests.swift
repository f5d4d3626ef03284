import Foundation
import SaddleNumerics
import SaddleReport
import Testing

// What charts do with numbers that no axis holds, and what readers can tell apart. They would catch a divergence drawn as a finite peak
// or left out without a word, a band where nothing can be, and two series in colours that look the same.

@Suite struct ChartTests {
    private func chart(_ y: [Double], _ scale: Scale = .logarithmic) -> Chart {
        Chart(
            "Error", x: .init("P/N"), y: .init("E", scale),
            marks: [.line([0, 1, 2, 3, 4], y, .series(0), label: "without ridge")])
    }

    private func html(_ chart: Chart) -> String {
        Page(title: "t", sections: [.init("s", [.figure(Figure("f", caption: "Caption.", panels: [chart]))])]).html()
    }

    /// The vertical places of a line's corners, from the top of the frame.
    private func heights(_ svg: String) throws -> [Double] {
        let path = try #require(svg.components(separatedBy: "class=\"line s0\" d=\"M").last?.components(separatedBy: "\"").first)
        return path.components(separatedBy: "L").map { Double($0.components(separatedBy: " ")[1])! }
    }

    @Test(arguments: [Scale.logarithmic, .linear]) func infinityLeavesTheAxis(_ scale: Scale) throws {
        let diverging = chart([1, 2, .infinity, 2, 1], scale)
        let corners = try heights(diverging.body())
        // One line, not two pieces: up to the edge of the frame, where everything finite stays well below.
        #expect(corners.count == 5 && corners[2] == 0)
        #expect(corners[1] > 20 && corners[3] > 20)
        #expect(diverging.body().contains("∞</text>"))
        #expect(diverging.unplaced == 0)
        let page = html(diverging)
        #expect(page.contains("Infinite, and leaving the axis where marked ∞: “without ridge” at 2 (P/N)."), "\(page)")
        // A peak of 2, or a gap, is not what is drawn.
        let peak = chart([1, 2, 2, 2, 1], scale), gap = chart([1, 2, .nan, 2, 1], scale)
        #expect(try heights(peak.body())[2] > 5)
        #expect(!peak.body().contains("∞") && peak.remarks.isEmpty)
        #expect(gap.unplaced == 1 && gap.remarks.isEmpty)
        #expect(html(gap).contains("1 number is not shown"))
    }

    @Test func minusInfinityLeavesBelow() throws {
        let falling = chart([3, 1, -.infinity, 1, 3], .linear)
        let corners = try heights(falling.body())
        #expect(corners[2] == corners.max() && corners[2] - corners[1] > 20)
        #expect(falling.body().contains("−∞</text>"))
    }

    /// The axis, and so every finite point, is where it is without the infinite one but for the room above.
    @Test func pointsAndStepsAreMarkedToo() {
        let points = Chart(
            "", x: .init("x"), y: .init("y"),
            marks: [.points([1, 2], [1, .infinity], errors: [0.1, 0.1], .series(1), label: "m")])
        #expect(points.body().contains("∞</text>") && points.unplaced == 0)
        let steps = Chart(
            "", x: .init("x"), y: .init("y"), marks: [.steps(edges: [0, 1, 2], [1, .infinity], .series(1), label: "h")])
        #expect(steps.body().contains("∞</text>"))
    }

    /// A variance of 1 ± 3 has a band from 0 to 4.
    @Test func bandsEndWhereNothingCanBe() {
        func chart(_ lowest: Double?) -> Chart {
            Chart(
                "", x: .init("x"), y: .init("N·variance", lowest: lowest),
                marks: [
                    .band([0, 1], low: [-2, -2], high: [4, 4], .series(0), label: "theory"),
                    .points([0.5], [1], errors: [3], .series(1), label: "networks"),
                ])
        }
        let cut = chart(0), free = chart(nil)
        #expect(!cut.body().contains(">−2<") && !cut.body().contains(">−1<"))
        #expect(free.body().contains(">−2<"))
        #expect(cut.remarks == ["Bands and error bars end at 0: the quantity has no smaller value."])
        #expect(free.remarks.isEmpty)
    }

    /// Machado, Oliveira and Fernandes (2009), full strength; distances in CIELAB under D65.
    @Test func anyTwoColoursDiffer() {
        let vision: [(String, [[Double]])] = [
            ("all", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
            (
                "protanopia",
                [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
            ),
            (
                "deuteranopia",
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
            ),
            ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
        ]
        for (series, others, ground) in [
            (FigureStyle.light, ["#1d2430", "#8a93a0"], "#ffffff"), (FigureStyle.dark, ["#eef1f5", "#8d97a5"], "#14181f"),
        ] {
            let colours = series + others
            for (name, matrix) in vision {
                let places = colours.map { lab(linear($0).transformed(matrix)) }
                for i in places.indices {
                    for j in 0..<i {
                        let distance = zip(places[i], places[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                        #expect(distance > 12, "\(colours[i]) and \(colours[j]) with \(name): \(distance)")
                    }
                }
            }
            for colour in series {
                let (a, b) = (luminance(linear(colour)), luminance(linear(ground)))
                #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) > 3, "\(colour) on \(ground)")
            }
        }
        // What the test catches: vermillion and olive, one colour for a reader without red receptors.
        let pair = ["#cc5200", "#8a6a00"].map { lab(linear($0).transformed(vision[1].1)) }
        #expect(zip(pair[0], pair[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() < 2)
    }

    /// From the seventh series on colours come again, with another line.
    @Test func seriesBeyondThePaletteDifferByTheirLine() {
        let chart = Chart(
            "", x: .init("x"), y: .init("y"),
            marks: (0..<8).map { .line([0, 1], [Double($0), 1], .series($0), label: "\($0)") })
        #expect(chart.body().contains("class=\"line s0\"") && chart.body().contains("class=\"line s0 again\""))
        #expect(html(chart).contains(".again"))
    }

    /// A table of many columns becomes cards on a narrow screen: every cell knows its heading.
    @Test func wideTablesCarryTheirHeadings() {
        let columns = (0..<8).map { Table.Column.number("column \($0)") }
        let page = Page(title: "t", sections: [.init("s", [.table(Table(columns, rows: [columns.map(\.title)]))])]).html()
        #expect(page.contains("<table class=\"wide\">"))
        #expect(page.contains("<td class=\"number\" data-title=\"column 7\">column 7</td>"))
    }

    @Test func peaksDoNotDependOnTheGrid() {
        for grid in [[1.0, 3, 10], [2.0, 7, 20, 50]] {
            let fine = resolving(grid, poles: [5])
            #expect(fine.contains(5) && fine.contains(5 * 0.99) && fine.contains(5 * 1.01))
            #expect(fine == fine.sorted() && grid.allSatisfy(fine.contains))
        }
        #expect(resolving([1, 2], poles: [5]) == [1, 2])
    }
}

private func linear(_ hex: String) -> [Double] {
    let value = Int(hex.dropFirst(), radix: 16)!
    return [value >> 16, value >> 8 & 255, value & 255].map {
        let c = Double($0) / 255
        return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
}

extension [Double] {
    fileprivate func transformed(_ matrix: [[Double]]) -> [Double] {
        matrix.map { row in Swift.min(Swift.max(zip(row, self).reduce(0) { $0 + $1.0 * $1.1 }, 0), 1) }
    }
}

private func luminance(_ c: [Double]) -> Double { 0.2126729 * c[0] + 0.7151522 * c[1] + 0.072175 * c[2] }

private func lab(_ c: [Double]) -> [Double] {
    let x = 0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2], z = 0.0193339 * c[0] + 0.119192 * c[1] + 0.9503041 * c[2]
    let f = [x / 0.95047, luminance(c), z / 1.08883].map { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
}
