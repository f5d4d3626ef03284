import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether the best learning rate is the same at all widths.
///
/// Around the best rate of each width's grid a curve in ln rate is fitted to the logarithm of the loss, or to the loss where one is not positive
/// (``RateShapes``). Its minimum is the optimum, with Fieller's interval: all rates at which the slope of the curve could be 0. Noise is the scatter around
/// the curves, with what runs of a seed have in common removed where that is known, pooled over widths unless one knows its own well. The slope of
/// ln optimum against ln width is found from the slopes of all curves together (``OptimumProfile``).
public struct TransferFit: Sendable {
    /// A value with the ends of its 95 % interval.
    public typealias Interval = (value: Double, low: Double, high: Double)

    /// The best learning rate of one width.
    public struct Optimum: Sendable {
        /// The grid's losses that it is from.
        public let curve: RateCurve
        /// In the unit of the rate; nil where the curve has none. Ends may be 0 and infinite.
        public let optimum: Interval?
        /// Rates of the grid whose loss could be the lowest: those not worse than the best by more than noise (Student, 5 %).
        public let rivals: [Double]
        /// Where the optimum is in any case, if losses have one minimum: within its interval; else between the rates next to those that could be best, of which
        /// the higher may be the first that diverges, and may be none.
        public let bounds: (low: Double, high: Double)?
        /// The fitted curve; empty without one.
        public let drawn: [(rate: Double, loss: Double)]
        /// Of y, in the unit of its logarithm, or of the loss; nil where nothing tells it.
        public let noise: Double?
        /// Place among fitted curves.
        let index: Int?
    }

    /// What the optima do with the width; raw values are shown.
    public enum Outcome: String, Sendable, CaseIterable {
        /// The interval of ``shift`` lies within the tolerance; or it leaves out 1, or two optima are ``apart``.
        case transfers, moves
        /// Neither: there are too few optima, or they are not known well enough.
        case cannotTell = "cannot tell"
    }

    /// Widths ascending.
    public let optima: [Optimum]
    /// Whether curves are fitted to ln loss: all losses are positive.
    public let isLogarithmic: Bool
    /// Of ln optimum against ln width; nil for fewer than two widths with an optimum, or where nothing tells the noise.
    public let slope: Interval?
    /// At width ∞, where ln optimum is a straight line in 1/width; nil for fewer than three widths.
    public let limit: Interval?
    /// Levels of the scatter of optima around a power of the width, and around a line in 1/width: small if it does not fit.
    public let fits: (power: Double, inverse: Double)?
    /// The factor by which an optimum may move that is to transfer, above 1.
    public let tolerance: Double
    /// The level below which optima do not lie on a line in 1/width.
    public static let leastFit = 0.01
    let shapes: RateShapes?

    /// Fits all widths together; `tolerance` is the factor, above 1, within which optima count as equal.
    public init(_ table: TransferTable, tolerance: Double) {
        self.tolerance = tolerance
        let isLogarithmic = table.runs.allSatisfy { $0.loss.map { $0 > 0 } ?? true }
        self.isLogarithmic = isLogarithmic
        let curves = Dictionary(grouping: table.runs, by: \.width).sorted { $0.key < $1.key }.map { width, runs in
            RateCurve(width: width, runs, isLogarithmic: isLogarithmic)
        }
        let shapes = RateShapes(curves.filter { $0.place == .inside })
        self.shapes = shapes
        optima = curves.map { curve in
            Self.optimum(curve, shapes, shapes?.curves.firstIndex { $0.width == curve.width }, isLogarithmic)
        }
        guard let shapes, shapes.knowsNoise, shapes.curves.count > 1 else {
            (slope, limit, fits) = (nil, nil, nil)
            return
        }
        let widths = shapes.curves.map(\.width), ones = widths.map { _ in 1.0 }, least = widths[0]
        let centre = widths.reduce(0) { $0 + log($1) } / Double(widths.count)
        let power = OptimumProfile(shapes, u: widths.map { log($0) - centre }, v: ones).solution()
        slope = power?.interval
        guard widths.count > 2, let power,
            let inverse = OptimumProfile(shapes, u: ones, v: widths.map { least / $0 }).solution()
        else {
            (limit, fits) = (nil, nil)
            return
        }
        fits = (power.fit, inverse.fit)
        // A line that the optima do not follow has no limit to tell.
        guard inverse.fit >= Self.leastFit else {
            limit = nil
            return
        }
        limit = (exp(inverse.interval.value), exp(inverse.interval.low), exp(inverse.interval.high))
    }

    private static func optimum(_ curve: RateCurve, _ shapes: RateShapes?, _ index: Int?, _ isLogarithmic: Bool) -> Optimum {
        let noise = shapes.flatMap { shapes in shapes.knowsNoise ? index.map { shapes.noise[$0] } : nil }
        var rivals: [Double] = []
        if let best = curve.best {
            let known = index.flatMap { i in noise.map { (noise: $0, freedom: shapes!.freedom[i]) } } ?? curve.scatter
            let t = known.map { $0.noise * studentQuantile(twoSided: 0.1, degreesOfFreedom: $0.freedom) } ?? 0
            rivals = curve.rates.indices.filter { i in
                let error = (1 / Double(curve.counts[i]) + 1 / Double(curve.counts[best])).squareRoot()
                return i == best || curve.means[i] - curve.means[best] <= t * error
            }.map { curve.rates[$0] }
        }
        func result(_ optimum: Interval?, _ drawn: [(rate: Double, loss: Double)]) -> Optimum {
            let below = rivals.first.flatMap { low in curve.rates.last { $0 < low } } ?? 0
            let above = rivals.last.flatMap { high in curve.rates.first { $0 > high } } ?? curve.divergence ?? .infinity
            // Of single runs nothing is known that noise may not undo.
            let isKnown = !rivals.isEmpty && (noise != nil || curve.scatter != nil)
            return Optimum(
                curve: curve, optimum: optimum, rivals: rivals,
                bounds: optimum.map { ($0.low, $0.high) } ?? (isKnown ? (below, above) : nil), drawn: drawn, noise: noise,
                index: index)
        }
        guard let shapes, let index else { return result(nil, []) }
        let fitted = shapes.curves[index], ends = fitted.ends
        let drawn = (0...60).map { k -> (rate: Double, loss: Double) in
            let x = ends.low + (ends.high - ends.low) * Double(k) / 60, y = shapes.value(index, x)
            return (fitted.rate(x), isLogarithmic ? exp(y) : y)
        }
        guard let x = shapes.minimum(index) else { return result(nil, drawn) }
        if noise == nil { return result((fitted.rate(x), 0, .infinity), drawn) }
        let interval = shapes.interval(index, around: x)
        return result((fitted.rate(x), fitted.rate(interval.low), fitted.rate(interval.high)), drawn)
    }

    // MARK: What it comes to

    /// Widths with an optimum inside their grid.
    public var found: [Optimum] { optima.filter { $0.optimum != nil } }
    /// Degrees of freedom of the noise.
    public var freedom: Double { shapes?.pooledFreedom ?? 0 }
    /// Whether the fitted curves have a cubic term.
    public var hasCubic: Bool { shapes?.hasCubic ?? false }

    /// The factor by which the optimum moves over the widths whose best rate is inside the grid.
    public var shift: Interval? {
        guard let slope, let widths = shapes?.curves.map(\.width) else { return nil }
        let range = log(widths.last! / widths[0])
        return (exp(slope.value * range), exp(slope.low * range), exp(slope.high * range))
    }

    /// Two widths whose optima are apart, where not enough of them are inside their grids for a slope.
    public var apart: (first: Optimum, last: Optimum)? {
        if shift != nil { return nil }
        let bounded = optima.filter { $0.bounds != nil }
        guard let first = bounded.first, let last = bounded.last, let a = first.bounds, let b = last.bounds,
            a.high <= b.low || b.high <= a.low
        else { return nil }
        return (first, last)
    }

    /// By ``shift``, or where that is not known by ``apart``.
    public var outcome: Outcome {
        guard let shift else { return apart == nil ? .cannotTell : .moves }
        if shift.low >= 1 / tolerance && shift.high <= tolerance { return .transfers }
        return shift.low > 1 || shift.high < 1 ? .moves : .cannotTell
    }

    /// Whether the grid's best rates at the smallest and the largest width differ, and whether noise explains it.
    public var notch: (first: Double, last: Double, isNoise: Bool)? {
        guard let a = optima.first, let b = optima.last, optima.count > 1, let i = a.curve.best, let j = b.curve.best else {
            return nil
        }
        return (a.curve.rates[i], b.curve.rates[j], !Set(a.rivals).isDisjoint(with: b.rivals))
    }
}
