extension ColourScale {
    /// The colours with their numbers, as a bar of the given height whose top left corner is at (x, 0).
    func bar(x: Double, height h: Double) -> String {
        let picture = IndexedImage(width: 1, height: 255, pixels: (0..<255).map { UInt8(254 - $0) }, palette: palette)
        var svg = "<g transform=\"translate(\(coordinate(x)) 0)\">\n" + picture.element(width: 10, height: h, smooth: true)
        svg += "<rect class=\"frame\" width=\"10\" height=\"\(coordinate(h))\"/>\n"
        for label in Ticks(.linear, in: low...high, atMost: max(3, Int(h / 30))).labels {
            let y = h * (high - label.value) / (high - low)
            svg += "<path class=\"tick\" d=\"M10 \(coordinate(y))h3\"/>"
            svg += "<text font-size=\"11\" x=\"16\" y=\"\(coordinate(y + 4))\">\(escaped(label.text))</text>\n"
        }
        return svg + "</g>\n"
    }
}

extension IndexedImage {
    /// The picture stretched over a rectangle at the origin.
    func element(width: Double, height: Double, smooth: Bool) -> String {
        "<image width=\"\(coordinate(width))\" height=\"\(coordinate(height))\" preserveAspectRatio=\"none\""
            + (smooth ? "" : " style=\"image-rendering:pixelated\"") + " href=\"\(dataAddress)\"/>\n"
    }
}
