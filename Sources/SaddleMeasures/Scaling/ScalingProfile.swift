/// A law fitted by profiling: for each value of its one shape parameter (an exponent, a crossover) all others are fitted.
///
/// The interval of any quantity is what it can be while the sum of squares stays within Student's bound of its least (profile
/// likelihood). Given the shape, laws are linear or nearly so, and the sum of squares is a parabola in the other parameters.
struct ScalingProfile: Sendable {
    struct Point: Sendable {
        let shape: Double
        /// Weighted sum of squares.
        let residual: Double
        let parameters: [Double]
        /// Inverse of half the second derivatives of the sum of squares by the parameters.
        let inverse: [[Double]]
        let law: ScalingLaw
    }

    let best: Point
    private let grid: [Point]
    private let solve: @Sendable (Double) -> Point

    /// A law without a shape parameter.
    init(_ only: Point) {
        (best, grid) = (only, [])
        solve = { _ in only }
    }

    /// - Parameters:
    ///   - shapes: ascending; no shape outside is considered.
    ///   - polish: from a good fit to the best one.
    init(shapes: [Double], solve: @escaping @Sendable (Double) -> Point, polish: (Point) -> Point = { $0 }) {
        self.solve = solve
        let grid = shapes.map(solve)
        self.grid = grid
        let k = grid.indices.min { grid[$0].residual < grid[$1].residual }!
        best = polish(Self.refined(grid, around: k, solve))
    }

    subscript(shape: Double) -> Point { solve(shape) }

    /// Golden sections between the neighbours of the best of a grid.
    private static func refined(_ grid: [Point], around k: Int, _ solve: (Double) -> Point) -> Point {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (grid[max(k - 1, 0)].shape, grid[min(k + 1, grid.count - 1)].shape)
        var (a, b) = (solve(high - ratio * (high - low)), solve(low + ratio * (high - low)))
        for _ in 0..<30 {
            if a.residual < b.residual {
                (high, b) = (b.shape, a)
                a = solve(high - ratio * (high - low))
            } else {
                (low, a) = (a.shape, b)
                b = solve(low + ratio * (high - low))
            }
        }
        return [grid[k], a, b].min { $0.residual < $1.residual }!
    }

    /// All shapes whose sum of squares is within `rise` of the least, as a chain of fits from the smallest to the largest; whether
    /// they reach the ends of what was considered.
    func path(rise: Double) -> Path {
        let bound = best.residual + rise
        let inside = grid.filter { $0.residual <= bound }.map(\.shape) + [best.shape]
        let (low, high) = (inside.min()!, inside.max()!)
        let below = grid.last { $0.shape < low }, above = grid.first { $0.shape > high }
        let first = below.map { crossing(from: low, to: $0.shape, bound) } ?? low
        let last = above.map { crossing(from: high, to: $0.shape, bound) } ?? high
        let count = grid.isEmpty ? 0 : 20
        func chain(_ a: Double, _ b: Double) -> [Point] { (0..<count).map { solve(a + (b - a) * Double($0) / Double(count)) } }
        var points = [best]
        if count > 0 { points += chain(first, best.shape) + chain(last, best.shape) }
        return Path(
            points: points.filter { $0.residual <= bound + 1e-6 * rise }, bound: bound, first: first, last: last,
            isOpenBelow: !grid.isEmpty && below == nil, isOpenAbove: !grid.isEmpty && above == nil)
    }

    /// Where the sum of squares passes the bound, between a shape within and one beyond: regula falsi (Illinois) on the root of
    /// its rise, which is nearly straight.
    private func crossing(from inner: Double, to outer: Double, _ bound: Double) -> Double {
        func height(_ shape: Double) -> Double {
            max(solve(shape).residual - best.residual, 0).squareRoot() - (bound - best.residual).squareRoot()
        }
        var (a, fa, b, fb) = (inner, height(inner), outer, height(outer))
        var side = 0
        for _ in 0..<60 {
            let c = a + (b - a) * fa / (fa - fb)
            let fc = height(c)
            if abs(fc) <= 1e-5 * (bound - best.residual).squareRoot() || c == a || c == b { return c }
            if fc < 0 {
                if side < 0 { fb /= 2 }
                (a, fa, side) = (c, fc, -1)
            } else {
                if side > 0 { fa /= 2 }
                (b, fb, side) = (c, fc, 1)
            }
        }
        return a
    }

    struct Path: Sendable {
        let points: [Point]
        let bound: Double
        /// The interval of the shape.
        let first, last: Double
        let isOpenBelow, isOpenAbove: Bool

        /// The interval of a quantity with its gradient by the parameters at a fixed shape.
        func interval(_ value: Double, _ quantity: (Point) -> (value: Double, gradient: [Double])) -> ScalingFit.Interval {
            var (low, high) = (value, value)
            for point in points {
                let (middle, gradient) = quantity(point)
                var spread = 0.0
                for (i, row) in point.inverse.enumerated() {
                    for (j, entry) in row.enumerated() { spread += gradient[i] * entry * gradient[j] }
                }
                let reach = (spread * max(bound - point.residual, 0)).squareRoot()
                (low, high) = (min(low, middle - reach), max(high, middle + reach))
            }
            return ScalingFit.Interval(value: value, low: low, high: high)
        }
    }
}
