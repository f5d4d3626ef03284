import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What it costs to train the widest network with the optimum of the narrowest.
///
/// The loss there less that at its own optimum, both on the fitted curve, with an interval by the parametric bootstrap: losses are drawn
/// around the fitted curves with Student's noise, and both optima are found again. A cost is at least 0, so that its upper end says what may be lost.
public struct TransferCost: Sendable {
    /// Smallest and largest width.
    public let from, to: Double
    /// The narrow network's optimum.
    public let rate: Double
    /// Relative to the loss at the optimum; in the unit of the loss where losses are not positive. Infinite where that rate diverges.
    public let cost: TransferFit.Interval
    /// Whether the cost is a share of the loss: all losses are positive.
    public let isRelative: Bool

    /// - Returns: nil where the narrowest or the widest network has no optimum, or where that rate lies outside the grid.
    public init?(_ fit: TransferFit, seed: Int, draws: Int = 500) {
        guard let small = fit.optima.first, let large = fit.optima.last, small.curve.width < large.curve.width,
            let optimum = small.optimum, large.optimum != nil, let shapes = fit.shapes, shapes.knowsNoise,
            let a = small.index, let b = large.index
        else { return nil }
        (from, to, rate, isRelative) = (small.curve.width, large.curve.width, optimum.value, fit.isLogarithmic)
        func scaled(_ y: Double) -> Double { fit.isLogarithmic ? expm1(y) : y }
        if let limit = large.curve.divergence, optimum.value >= limit {
            cost = (.infinity, .infinity, .infinity)
            return
        }
        let (narrow, wide) = (shapes.curves[a], shapes.curves[b])
        guard let value = Self.excess(wide, shapes.shape(b, shapes.coefficients), at: wide.abscissa(optimum.value)) else {
            return nil
        }
        var stream = RandomStream(seed: seed, .bootstrap)
        var drawn: [Double] = []
        for _ in 0..<draws {
            guard let β = shapes.drawn(&stream), let x = CubicShape.minimum(shapes.shape(a, β), narrow.ends),
                let cost = Self.excess(wide, shapes.shape(b, β), at: wide.abscissa(narrow.rate(x)))
            else {
                // No optimum in the window: what is lost is not known in this draw.
                drawn.append(.infinity)
                continue
            }
            drawn.append(cost)
        }
        drawn.sort()
        func quantile(_ p: Double) -> Double { drawn[min(Int(p * Double(draws)), draws - 1)] }
        cost = (scaled(value), scaled(min(quantile(0.025), value)), scaled(max(quantile(0.975), value)))
    }

    /// The loss at a rate less that at the optimum; beyond the window by straight lines between the grid's means.
    private static func excess(_ curve: RateCurve, _ shape: [Double], at x: Double) -> Double? {
        let ends = curve.ends
        guard let optimum = CubicShape.minimum(shape, ends) else { return nil }
        let lowest = CubicShape.value(shape, optimum)
        if x >= ends.low && x <= ends.high { return max(CubicShape.value(shape, x) - lowest, 0) }
        let places = curve.rates.map { curve.abscissa($0) }
        guard let next = places.indices.dropFirst().first(where: { places[$0] >= x }), places[0] <= x else { return nil }
        let share = (x - places[next - 1]) / (places[next] - places[next - 1])
        return max(curve.means[next - 1] + share * (curve.means[next] - curve.means[next - 1]) - lowest, 0)
    }
}
