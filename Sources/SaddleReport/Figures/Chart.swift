/// A drawing of numbers against numbers: lines, bands, points with error bars and steps on linear or logarithmic axes.
///
/// Infinite numbers are drawn as leaving the axis, marked ∞, and named in words; numbers that are not numbers break a line.
public struct Chart: FigurePanel {
    public struct Axis: Sendable {
        public var label: String
        public var scale: Scale
        /// Values that the axis must show whatever the data are, such as zero under a variance.
        public var including: [Double]
        /// The smallest value that the quantity can have, such as zero for a variance: bands and error bars end there, and the figure
        /// says so.
        public var lowest: Double?

        public init(_ label: String, _ scale: Scale = .linear, including: [Double] = [], lowest: Double? = nil) {
            self.label = label
            self.scale = scale
            self.including = including
            self.lowest = lowest
        }
    }

    public struct Mark: Sendable {
        public enum Shape: Sendable {
            case line(y: [Double], dashed: Bool)
            case band(low: [Double], high: [Double])
            /// A part of a stack: filled, so that its colour can be told from its neighbours'.
            case area(low: [Double], high: [Double])
            /// `errors` empty: no error bars.
            case points(y: [Double], errors: [Double])
            /// A histogram's outline: `x` holds the edges, one more than there are heights.
            case steps(y: [Double])
        }

        public var shape: Shape
        public var x: [Double]
        public var ink: Ink
        /// Text of the legend; nil for a mark that needs none.
        public var label: String?
        /// Radius of points.
        public var radius = 3.4
        /// How far points are set aside from their place along the axis, in pixels, so that series measured at the same
        /// abscissas do not hide each other.
        public var nudge = 0.0
        /// What a reader sees when pointing at each datum; made from the numbers if empty.
        public var hints: [String] = []

        public static func line(
            _ x: [Double], _ y: [Double], _ ink: Ink, label: String? = nil, dashed: Bool = false, hints: [String] = []
        ) -> Mark {
            precondition(x.count == y.count, "\(x.count) abscissas, \(y.count) ordinates")
            return Mark(shape: .line(y: y, dashed: dashed), x: x, ink: ink, label: label, hints: hints)
        }

        public static func band(_ x: [Double], low: [Double], high: [Double], _ ink: Ink, label: String? = nil) -> Mark {
            precondition(
                x.count == low.count && x.count == high.count, "\(x.count) abscissas, \(low.count) and \(high.count) bounds")
            return Mark(shape: .band(low: low, high: high), x: x, ink: ink, label: label)
        }

        public static func area(_ x: [Double], low: [Double], high: [Double], _ ink: Ink, label: String? = nil) -> Mark {
            precondition(
                x.count == low.count && x.count == high.count, "\(x.count) abscissas, \(low.count) and \(high.count) bounds")
            return Mark(shape: .area(low: low, high: high), x: x, ink: ink, label: label)
        }

        public static func points(
            _ x: [Double], _ y: [Double], errors: [Double] = [], _ ink: Ink, label: String? = nil, radius: Double = 3.4,
            nudge: Double = 0, hints: [String] = []
        ) -> Mark {
            precondition(
                x.count == y.count && (errors.isEmpty || errors.count == x.count), "\(x.count) points, \(errors.count) errors")
            return Mark(
                shape: .points(y: y, errors: errors), x: x, ink: ink, label: label, radius: radius, nudge: nudge, hints: hints)
        }

        public static func steps(edges: [Double], _ heights: [Double], _ ink: Ink, label: String? = nil) -> Mark {
            precondition(edges.count == heights.count + 1, "\(edges.count) edges for \(heights.count) steps")
            return Mark(shape: .steps(y: heights), x: edges, ink: ink, label: label)
        }
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    public var marks: [Mark]
    /// Colours behind the marks; the axes then end with them.
    public var ground: Ground?
    public var width = 440.0
    public var height = 290.0

    public init(_ title: String, x: Axis, y: Axis, marks: [Mark], ground: Ground? = nil) {
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.ground = ground
    }

    public var summary: String {
        let names = LegendEntry.merged(legend).map(\.label)
        return "\(y.label.isEmpty ? title : y.label) against \(x.label)"
            + (names.isEmpty ? "" : ": " + names.joined(separator: ", "))
    }

    public var legend: [LegendEntry] {
        marks.compactMap { mark in
            guard let label = mark.label else { return nil }
            var entry = LegendEntry(label: label, ink: mark.ink)
            switch mark.shape {
            case .line(_, let dashed): (entry.hasLine, entry.isDashed) = (true, dashed)
            case .band: entry.hasBand = true
            case .area: (entry.hasBand, entry.isFilled) = (true, true)
            case .points: entry.hasMarker = true
            case .steps: (entry.hasLine, entry.hasBand) = (true, true)
            }
            return entry
        }
    }

    public var unplaced: Int {
        marks.reduce(0) { total, mark in
            let ys: [Double]
            switch mark.shape {
            case .line(let y, _), .points(let y, _), .steps(let y): ys = y
            case .band, .area: return total
            }
            return total
                + zip(mark.x, ys).count { x.scale.position($0) == nil || !$1.isInfinite && y.scale.position($1) == nil }
        }
    }
}
