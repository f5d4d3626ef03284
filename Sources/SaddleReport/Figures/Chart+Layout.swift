/// A chart's axes once ranges, ticks and margins are settled: maps numbers to places.
struct ChartLayout {
    struct Direction {
        let scale: Scale
        /// Ends of the axis in the scale's units.
        let low: Double
        let high: Double
        let length: Double
        let ticks: Ticks

        /// Distance from the low end; nil where the number has no place on the scale.
        func place(_ value: Double) -> Double? {
            scale.position(value).map { ($0 - low) / (high - low) * length }
        }

        /// The same, with the ends of the axis for what is infinite.
        func edge(_ value: Double) -> Double? { value.isInfinite ? (value > 0 ? length : 0) : place(value) }

        /// - Parameter diverges: leaves room for what goes on to −∞ or ∞.
        init(
            _ axis: Chart.Axis, values: [Double], reach: [Double], padding: Double, length: Double, tickSpacing: Double,
            diverges: (below: Bool, above: Bool) = (false, false)
        ) {
            scale = axis.scale
            self.length = length
            let core = (values + axis.including).compactMap(scale.position)
            var low = core.min() ?? 0, high = core.max() ?? 1
            // On a logarithmic axis a band down to nearly zero must not squeeze everything else: half a decade at most.
            for end in reach.compactMap(scale.position) {
                if case .logarithmic = scale {
                    low = min(low, max(end, (core.min() ?? 0) - 0.5))
                    high = max(high, min(end, (core.max() ?? 0) + 0.5))
                } else {
                    (low, high) = (min(low, end), max(high, end))
                }
            }
            if high - low <= 1e-12 * max(abs(low), abs(high)) {
                let room = scale.isLinear ? max(abs(low) * 0.1, low == 0 ? 1 : 0) : 0.5
                (low, high) = (low - room, high + room)
            }
            let beyond = 0.3 * (high - low)
            (low, high) = (diverges.below ? low - beyond : low, diverges.above ? high + beyond : high)
            // No empty strip beyond a zero that the axis was asked to include.
            let room = padding * (high - low)
            let keepsLow = axis.including.contains { axis.scale.position($0) == low }
            let keepsHigh = axis.including.contains { axis.scale.position($0) == high }
            (self.low, self.high) = (keepsLow ? low : low - room, keepsHigh ? high : high + room)
            let first = scale.value(at: self.low), last = scale.value(at: self.high)
            // Labels of a logarithmic axis are short where they are dense.
            let spacing = scale.isLinear ? tickSpacing : 0.75 * tickSpacing
            ticks = Ticks(scale, in: first...max(first, last), atMost: max(3, Int(length / spacing)))
        }
    }

    let x: Direction
    let y: Direction
    let left: Double
    let top: Double

    init(_ chart: Chart) {
        var xs: [Double] = [], ys: [Double] = [], reach: [Double] = []
        var signs: Set<Bool> = []
        if let ground = chart.ground {
            xs = [ground.x.lowerBound, ground.x.upperBound]
            ys = [ground.y.lowerBound, ground.y.upperBound]
        }
        // Marks beyond the colours are clipped.
        for mark in chart.marks where chart.ground == nil {
            xs += mark.x
            switch mark.shape {
            case .line(let y, _): ys += y
            case .steps(let y): ys += y
            case .band(let low, let high), .area(let low, let high): reach += low.map(chart.possible) + high
            case .points(let y, let errors):
                ys += y
                reach += zip(y, errors).flatMap { [chart.possible($0 - $1), $0 + $1] }
            }
            signs.formUnion(chart.infinities(mark).map(\.isPositive))
        }
        top = chart.y.label.isEmpty ? 30 : 46
        let height = chart.height - top - 42
        y = Direction(
            chart.y, values: ys, reach: reach, padding: chart.ground == nil ? 0.05 : 0, length: height, tickSpacing: 27,
            diverges: (below: signs.contains(false), above: signs.contains(true)))
        let labelWidth = y.ticks.labels.map { estimatedWidth($0.text) }.max() ?? 0
        left = max(30, labelWidth * FigureStyle.fontSize + 12)
        let right = chart.ground == nil ? 16.0 : 66
        x = Direction(
            chart.x, values: xs, reach: [], padding: chart.ground == nil ? 0.03 : 0, length: chart.width - left - right,
            tickSpacing: 46)
    }
}

extension Scale {
    var isLinear: Bool { if case .linear = self { true } else { false } }
}
