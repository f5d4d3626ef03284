import SaddleNumerics

/// Parabolas in ln rate through the windows of all curves, with one cubic term that they share where the data allow for it.
///
///     y_w(x) = a_w + b_w x + c_w x² + d x³,      x = ln rate from the middle of the window
///
/// Losses rise more steeply towards divergence. A parabola alone would put every optimum too low, by as much at all widths; each width's
/// own cubic term would be known too badly. Numbers of a width are weighted by its noise.
struct RateShapes: Sendable {
    let curves: [RateCurve]
    let hasCubic: Bool
    private let fit: LinearFit
    /// Of the fit: rows, and weighted values on the curves.
    private let rows: [[Double]]
    private let expected: [Double]
    /// Noise of y by curve, its degrees of freedom, and those of all together. Without any the noise is not known.
    let noise: [Double]
    let freedom: [Double]
    let pooledFreedom: Double

    /// Degrees of freedom from which on a width has a noise of its own.
    static let ownFreedom = 8.0

    init?(_ curves: [RateCurve]) {
        if curves.isEmpty { return nil }
        var curves = curves
        var found: RateShapes?
        // Windows move to where the curves say that the optimum is.
        for _ in 0..<3 {
            guard let shapes = RateShapes(fitting: curves) else { break }
            found = shapes
            let moved = curves.indices.map { w in shapes.minimum(w).map { curves[w].centred(at: $0) } ?? curves[w] }
            if zip(moved, curves).allSatisfy({ $0.centre == $1.centre }) { break }
            curves = moved
        }
        guard let found else { return nil }
        self = found
    }

    private init?(fitting curves: [RateCurve]) {
        self.curves = curves
        let free = Self.freedom(curves), total = free.reduce(0, +)
        let hasCubic = total >= 4 && curves.contains { $0.window.count > 3 }
        self.hasCubic = hasCubic
        let even = Self.system(curves, hasCubic, weights: curves.map { _ in 1 })
        guard let first = LinearFit(rows: even.rows, even.means) else { return nil }
        let squares = Self.squares(curves, hasCubic, first), share = hasCubic ? total - 1 : total
        pooledFreedom = share
        let pooled = share > 0 ? (squares.reduce(0, +) / share).squareRoot() : .nan
        let own = curves.indices.map { w -> (noise: Double, freedom: Double) in
            let ν = free[w] * (total > 0 ? share / total : 0)
            return ν >= Self.ownFreedom ? ((squares[w] / ν).squareRoot(), ν) : (pooled, share)
        }
        (noise, freedom) = (own.map(\.noise), own.map(\.freedom))
        let weights = noise.map { $0.isFinite && $0 > 0 ? 1 / $0 : 1 }
        let (rows, means) = Self.system(curves, hasCubic, weights: weights)
        guard let fit = LinearFit(rows: rows, means) else { return nil }
        (self.fit, self.rows) = (fit, rows)
        expected = rows.map { row in zip(row, fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Rows and numbers of the fit. Runs of one rate of a curve share their row: their mean counts as often as there are runs.
    private static func system(
        _ curves: [RateCurve], _ hasCubic: Bool, weights: [Double]
    ) -> (rows: [[Double]], means: [Double]) {
        var (rows, means): ([[Double]], [Double]) = ([], [])
        for (w, curve) in curves.enumerated() {
            for (x, y, count) in curve.groups {
                let weight = weights[w] * count.squareRoot()
                var row = [Double](repeating: 0, count: 3 * curves.count + (hasCubic ? 1 : 0))
                row.replaceSubrange(3 * w..<3 * w + 3, with: [weight, x * weight, x * x * weight])
                if hasCubic { row[row.count - 1] = x * x * x * weight }
                rows.append(row)
                means.append(y * weight)
            }
        }
        return (rows, means)
    }

    /// Of each curve beyond its parabola and what seeds have in common.
    private static func freedom(_ curves: [RateCurve]) -> [Double] {
        curves.map { Double($0.points.count - 3 - ($0.completeSeeds.map { $0 - 1 } ?? 0)) }
    }

    /// Sums of squares around the curves, less what seeds have in common.
    private static func squares(_ curves: [RateCurve], _ hasCubic: Bool, _ fit: LinearFit) -> [Double] {
        curves.enumerated().map { w, curve in
            let shape = shape(w, fit.coefficients, hasCubic), points = curve.points
            let residuals = points.map { $0.y - CubicShape.value(shape, $0.x) }
            var sum = residuals.reduce(0) { $0 + $1 * $1 }
            if curve.completeSeeds != nil {
                var together: [String: (sum: Double, count: Double)] = [:]
                for (point, residual) in zip(points, residuals) {
                    let before = together[point.seed!] ?? (0, 0)
                    together[point.seed!] = (before.sum + residual, before.count + 1)
                }
                sum -= together.values.map { $0.sum * $0.sum / $0.count }.sorted().reduce(0, +)
            }
            return max(sum, 0)
        }
    }

    /// Whether anything tells the noise.
    var knowsNoise: Bool { pooledFreedom > 0 && noise.allSatisfy { $0.isFinite && $0 > 0 } }

    // MARK: One curve

    /// a, b, c and d of a curve, from all coefficients.
    func shape(_ w: Int, _ β: [Double]) -> [Double] { Self.shape(w, β, hasCubic) }
    private static func shape(_ w: Int, _ β: [Double], _ hasCubic: Bool) -> [Double] {
        Array(β[3 * w..<3 * w + 3]) + [hasCubic ? β[β.count - 1] : 0]
    }
    var coefficients: [Double] { fit.coefficients }

    func value(_ w: Int, _ x: Double) -> Double { CubicShape.value(shape(w, fit.coefficients), x) }
    func minimum(_ w: Int) -> Double? { CubicShape.minimum(shape(w, fit.coefficients), curves[w].ends) }

    /// g·β is the slope of curve w at x.
    private func slopeRow(_ w: Int, _ x: Double) -> [Double] {
        var row = [Double](repeating: 0, count: fit.coefficients.count)
        (row[3 * w + 1], row[3 * w + 2]) = (1, 2 * x)
        if hasCubic { row[row.count - 1] = 3 * x * x }
        return row
    }

    /// Slopes of the curves at x, and their covariances for noise as it is.
    func slopes(_ x: [Double]) -> (values: [Double], covariance: [[Double]]) {
        let rows = x.enumerated().map { slopeRow($0, $1) }, last = fit.coefficients.count - 1
        // Rows have two entries, and the shared one.
        func places(_ w: Int) -> [Int] { hasCubic ? [3 * w + 1, 3 * w + 2, last] : [3 * w + 1, 3 * w + 2] }
        let values = rows.enumerated().map { w, row in places(w).reduce(0) { $0 + row[$1] * fit.coefficients[$1] } }
        let covariance = rows.indices.map { v in
            rows.indices.map { w in
                places(v).reduce(0.0) { sum, i in
                    sum + rows[v][i] * places(w).reduce(0) { $0 + fit.covariance[i][$1] * rows[w][$1] }
                }
            }
        }
        return (values, covariance)
    }

    /// Coefficients, drawn with new noise around the curves; its size is drawn too, as far as the degrees of freedom leave it open.
    func drawn(_ stream: inout RandomStream) -> [Double]? {
        let scale = (pooledFreedom / (2 * stream.gamma(shape: pooledFreedom / 2))).squareRoot()
        let z = stream.normals(expected.count)
        return LinearFit(rows: rows, expected.indices.map { expected[$0] + scale * z[$0] })?.coefficients
    }

    /// Where the slope of a curve cannot be told from 0 (Fieller): the part that holds x; infinite where it goes beyond the window.
    func interval(_ w: Int, around x: Double) -> (low: Double, high: Double) {
        let t = studentQuantile(twoSided: 0.05, degreesOfFreedom: freedom[w])
        func isOpen(_ x: Double) -> Bool {
            let row = slopeRow(w, x)
            let slope = row.indices.reduce(0) { $0 + row[$1] * fit.coefficients[$1] }
            return abs(slope) <= t * fit.variance(of: row).squareRoot()
        }
        let ends = curves[w].ends
        func reach(_ end: Double) -> Double? {
            let parts = 200
            var last = x
            for k in 1...parts {
                let next = x + (end - x) * Double(k) / Double(parts)
                if !isOpen(next) { return (last + next) / 2 }
                last = next
            }
            return nil
        }
        return (reach(ends.low) ?? -.infinity, reach(ends.high) ?? .infinity)
    }
}
