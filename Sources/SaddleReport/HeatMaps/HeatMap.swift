import SaddleNumerics

/// A matrix drawn as a picture with a colour bar, its rows and columns labelled by groups.
///
/// Large matrices are averaged over blocks down to at most 256 pixels a side.
public struct HeatMap: FigurePanel {
    /// Neighbouring rows (and columns) that belong together.
    public struct Group: Sendable {
        public var name: String
        public var count: Int

        public init(_ name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    public var title: String
    public let rows: Int
    public let columns: Int
    /// Row by row.
    public let values: [Double]
    public var colours: ColourScale
    /// Empty, or groups whose counts add up to the rows (and the columns: both axes carry the same order).
    public var groups: [Group]
    public let width = 320.0
    public var height: Double { picture.top + picture.size * Double(rows) / Double(columns) + (groups.isEmpty ? 12 : 26) }

    static let pixelLimit = 256

    public init(_ title: String, rows: Int, columns: Int, values: [Double], colours: ColourScale, groups: [Group] = []) {
        precondition(rows > 0 && columns > 0 && values.count == rows * columns, "\(values.count) values for \(rows) × \(columns)")
        precondition(
            groups.isEmpty || (rows == columns && groups.reduce(0) { $0 + $1.count } == rows),
            "groups do not add up to \(rows) rows")
        self.title = title
        self.rows = rows
        self.columns = columns
        self.values = values
        self.colours = colours
        self.groups = groups.filter { $0.count > 0 }
    }

    public var legend: [LegendEntry] { [] }
    public var unplaced: Int { values.withUnsafeBufferPointer { $0.count { !$0.isFinite } } }
    public var summary: String {
        guard let range = ColourScale.finiteRange(values) else { return "Matrix without finite entries" }
        let (low, high) = (NumberText.short(range.lowerBound), NumberText.short(range.upperBound))
        return "Matrix of \(rows) by \(columns) entries from \(low) to \(high)"
    }

    /// Where the picture lies; labels of the groups stand to its left, the colour bar to its right.
    private var picture: (left: Double, top: Double, size: Double) {
        let longest = groups.map { estimatedWidth($0.name) * 11.5 }.max() ?? 0
        let left = groups.isEmpty ? 2 : min(max(longest + 8, 16), 78)
        return (left, 28, width - left - 66)
    }

    /// The matrix averaged over blocks.
    package func image() -> IndexedImage {
        let (w, h) = (min(columns, Self.pixelLimit), min(rows, Self.pixelLimit))
        var pixels: [UInt8] = []
        pixels.reserveCapacity(w * h)
        for y in 0..<h {
            let rowRange = y * rows / h..<(y + 1) * rows / h
            for x in 0..<w {
                let columnRange = x * columns / w..<(x + 1) * columns / w
                pixels.append(colours.index(of: mean(rowRange, columnRange)))
            }
        }
        return IndexedImage(width: w, height: h, pixels: pixels, palette: colours.palette)
    }

    private func mean(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> Double {
        let sum = values.withUnsafeBufferPointer { values in
            var sum = 0.0
            for i in rowRange { for j in columnRange { sum += values[i * columns + j] } }
            return sum
        }
        return sum / Double(rowRange.count * columnRange.count)
    }

    public func body() -> String {
        let (left, top, w) = picture
        let h = w * Double(rows) / Double(columns)
        var svg = "<text class=\"title\" x=\"0\" y=\"15\">\(escaped(fitted(title, size: 13.5, into: width)))</text>\n"
        svg += "<g transform=\"translate(\(coordinate(left)) \(coordinate(top)))\">\n"
        // Some renderers blur enlarged pictures whatever they are told; repeated pixels leave them little to blur.
        let picture = image().enlarged(by: max(1, 128 / max(rows, columns)))
        svg += picture.element(width: w, height: h, smooth: max(rows, columns) > Self.pixelLimit)
        svg += groupMarks(w, h)
        svg += "<rect class=\"frame\" width=\"\(coordinate(w))\" height=\"\(coordinate(h))\"/>\n"
        svg += colours.bar(x: w + 10, height: h)
        return svg + "</g>\n"
    }

    /// Lines between groups, their names, and the mean of each block for readers who point at it.
    private func groupMarks(_ w: Double, _ h: Double) -> String {
        guard !groups.isEmpty else { return "" }
        let unit = w / Double(columns)
        let starts = groups.reduce(into: [0]) { $0.append($0.last! + $1.count) }
        var lines = "", svg = ""
        for start in starts.dropFirst().dropLast() {
            let at = coordinate(Double(start) * unit)
            lines += "M\(at) 0V\(coordinate(h))M0 \(at)H\(coordinate(w))"
        }
        if !lines.isEmpty { svg += "<path class=\"halo\" d=\"\(lines)\"/>\n<path class=\"edge\" d=\"\(lines)\"/>\n" }
        // Below the picture either all names fit, or none is shown: those on the left hold for both.
        let allFit = groups.allSatisfy { estimatedWidth($0.name) * 11.5 <= Double($0.count) * unit - 4 }
        for (i, group) in groups.enumerated() {
            let (start, length) = (Double(starts[i]) * unit, Double(group.count) * unit)
            let middle = start + length / 2
            if length >= 11 {
                let name = escaped(fitted(group.name, size: 11.5, into: 70))
                svg += "<text font-size=\"11\" text-anchor=\"end\" x=\"-6\" y=\"\(coordinate(middle + 4))\">\(name)</text>\n"
            }
            if allFit {
                let name = escaped(group.name)
                svg +=
                    "<text font-size=\"11\" text-anchor=\"middle\" x=\"\(coordinate(middle))\" y=\"\(coordinate(h + 16))\">\(name)</text>\n"
            }
            for (j, other) in groups.enumerated() {
                let block = mean(starts[i]..<starts[i + 1], starts[j]..<starts[j + 1])
                svg += "<rect class=\"touch\" x=\"\(coordinate(Double(starts[j]) * unit))\" y=\"\(coordinate(start))\""
                svg += " width=\"\(coordinate(Double(other.count) * unit))\" height=\"\(coordinate(length))\">"
                svg += "<title>\(escaped("\(group.name) × \(other.name): mean \(NumberText.short(block))"))</title></rect>\n"
            }
        }
        return svg
    }
}
