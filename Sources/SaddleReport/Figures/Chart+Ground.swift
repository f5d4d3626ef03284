extension Chart {
    /// A function of both axes in colours: a grid of cells that fills a rectangle of the chart, with a colour bar beside it.
    public struct Ground: Sendable {
        /// Outer edges of the cells. Cells are equally wide in the units of the axes' scales.
        public var x: ClosedRange<Double>
        public var y: ClosedRange<Double>
        public var rows: Int
        public var columns: Int
        /// Row by row from the lowest y, each from the lowest x; what is not finite is grey.
        public var values: [Double]
        public var colours: ColourScale

        public init(
            x: ClosedRange<Double>, y: ClosedRange<Double>, rows: Int, columns: Int, values: [Double], colours: ColourScale
        ) {
            precondition(
                rows > 0 && columns > 0 && values.count == rows * columns, "\(values.count) values for \(rows) × \(columns)")
            self.x = x
            self.y = y
            self.rows = rows
            self.columns = columns
            self.values = values
            self.colours = colours
        }

        func picture(width: Double, height: Double) -> String {
            let pixels = (0..<rows).reversed().flatMap { row in
                (0..<columns).map { colours.index(of: values[row * columns + $0]) }
            }
            return IndexedImage(width: columns, height: rows, pixels: pixels, palette: colours.palette)
                .enlarged(by: max(1, 128 / max(rows, columns))).element(width: width, height: height, smooth: false)
        }
    }
}
