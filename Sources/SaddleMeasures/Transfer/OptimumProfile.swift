import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Optima of several curves on a line, ln optimum = θu_w + φv_w: θ with its interval, profiled over φ.
///
///     Q(θ, φ) = gᵀ C⁻¹ g,      g_w the slope of curve w where the line puts its optimum, C their covariance
///
/// The slopes are normal, however badly known the bends of curves are; their minima are not. This is Fieller's interval for several curves: Q is small where
/// all slopes could be 0. The least Q, with two degrees of freedom fewer than curves, is the scatter of optima around the line: it widens the interval where it
/// is more than the noise explains.
struct OptimumProfile {
    let shapes: RateShapes
    let u, v: [Double]
    /// ln of the middles of windows.
    private let origins: [Double]
    private let range: (low: Double, high: Double)

    init(_ shapes: RateShapes, u: [Double], v: [Double]) {
        (self.shapes, self.u, self.v) = (shapes, u, v)
        let origins = shapes.curves.map { log($0.rates[$0.centre]) }
        self.origins = origins
        range = (
            zip(origins, shapes.curves).map { $0 + $1.ends.low }.min()!,
            zip(origins, shapes.curves).map { $0 + $1.ends.high }.max()!
        )
    }

    /// θ, and the level of the scatter around the line; nil without a minimum near the minima of single curves.
    func solution() -> (interval: TransferFit.Interval, fit: Double)? {
        guard let start = start() else { return nil }
        var step = 0.1 * (abs(start.θ) + 0.1 * (range.high - range.low) / (u.map(abs).max() ?? 1)), (θ, φ) = start
        var least = profile(θ, around: &φ)
        // So far that no window is left.
        let widest = (range.high - range.low) * 3 / u.map(abs).max()!
        // The minimum over θ, by steps that halve; curves that bend too little may have none.
        while step > 1e-7 * (1 + abs(θ)) {
            var isBetter = false
            for next in [θ - step, θ + step] {
                var other = φ
                let found = profile(next, around: &other)
                if found < least { (θ, φ, least, isBetter) = (next, other, found, true) }
            }
            if !isBetter { step /= 2 }
            if abs(θ - start.θ) > widest { return nil }
        }
        let extra = Double(u.count - 2), ν = shapes.pooledFreedom
        let t = studentQuantile(twoSided: 0.05, degreesOfFreedom: ν + extra)
        let limit = least + t * t * max((ν + least) / (ν + extra), 1)
        // Steps begin a thousandth of the widest, lest they pass the border of what holds θ.
        func reach(_ sign: Double) -> Double {
            var (inside, reach, other) = (0.0, 1e-3 * widest, φ)
            while profile(θ + sign * reach, around: &other) < limit {
                (inside, reach) = (reach, 1.5 * reach)
                if reach > widest { return sign * .infinity }
            }
            while reach - inside > 1e-4 * reach {
                let middle = (inside + reach) / 2
                var other = φ
                if profile(θ + sign * middle, around: &other) < limit { inside = middle } else { reach = middle }
            }
            return θ + sign * reach
        }
        var level = 1.0
        if extra > 0, least > 0 {
            let z = normalScore(varianceRatio: least / extra, degreesOfFreedom: extra, ν)
            level = z > 0 ? normalTail(twoSided: z) / 2 : 1 - normalTail(twoSided: z) / 2
        }
        return ((θ, reach(-1), reach(1)), level)
    }

    /// A line through the minima that there are.
    private func start() -> (θ: Double, φ: Double)? {
        let known = u.indices.compactMap { w in shapes.minimum(w).map { (w, origins[w] + $0) } }
        guard known.count >= 2, let fit = LinearFit(rows: known.map { [u[$0.0], v[$0.0]] }, known.map(\.1)) else { return nil }
        return (fit.coefficients[0], fit.coefficients[1])
    }

    /// Q at θ, least over φ near where it was.
    private func profile(_ θ: Double, around φ: inout Double) -> Double {
        let unit = (range.high - range.low) / v.map(abs).max()!
        var (best, step) = (value(θ, φ), 0.05 * unit)
        while step > 1e-6 * unit {
            let (a, b) = (value(θ, φ - step), value(θ, φ + step))
            if min(a, b) < best {
                φ += a < b ? -step : step
                best = min(a, b)
            } else {
                step /= 3
            }
        }
        return best
    }

    private func value(_ θ: Double, _ φ: Double) -> Double {
        let x = u.indices.map { θ * u[$0] + φ * v[$0] - origins[$0] }
        let (g, covariance) = shapes.slopes(x)
        return Self.quadratic(g, covariance)
    }

    /// gᵀC⁻¹g by Cholesky.
    static func quadratic(_ g: [Double], _ covariance: [[Double]]) -> Double {
        var lower = covariance, z = g, sum = 0.0
        for i in g.indices {
            for j in 0...i {
                var rest = covariance[i][j]
                for k in 0..<j { rest -= lower[i][k] * lower[j][k] }
                lower[i][j] = i == j ? max(rest, 1e-300).squareRoot() : rest / lower[j][j]
            }
            for k in 0..<i { z[i] -= lower[i][k] * z[k] }
            z[i] /= lower[i][i]
            sum += z[i] * z[i]
        }
        return sum
    }
}
