// Goals, in this order: never to return a point worse than the start; objectives that are undefined in part of the space
// (a covariance that stops being positive definite); few evaluations. The line search is the bisection for the weak Wolfe
// conditions (Lewis & Overton, "Nonsmooth optimization via quasi-Newton methods", 2013, algorithm 2.6): it needs no
// interpolation, ends for every smooth function that is bounded below, and meets an undefined value as one that is too large.

/// A minimum of a smooth function, by the limited-memory quasi-Newton method.
///
///     x ← x − t H g,   H from the last `memory` pairs s = Δx, y = Δg (two-loop recursion), t by the weak Wolfe conditions
///
/// Source: Nocedal & Wright, "Numerical optimization", algorithms 7.4 and 7.5. Finds a local minimum.
public struct LBFGS: Sendable {
    /// Why no better point was sought.
    public enum Ending: String, Sendable {
        /// The largest component of the gradient is below the tolerance.
        case gradientIsSmall
        /// Three steps in a row lowered the value by less than `valueTolerance` relative to 1 + |value|.
        case valueIsFlat
        /// ``maximalSteps`` were taken.
        case stepLimit
        /// No step along the last direction lowers the value: rounding, or a gradient that is not that of the value.
        case noDescent
    }

    /// The best point found.
    public struct Minimum: Sendable {
        /// x
        public var point: [Double]
        /// f(x)
        public var value: Double
        /// ∇f(x)
        public var gradient: [Double]
        /// Steps that were taken.
        public var steps: Int
        /// Calls of the objective.
        public var evaluations: Int
        /// Why no better point was sought.
        public var ending: Ending
    }

    /// Pairs (s, y) that are kept.
    public var memory = 20
    /// Steps at most.
    public var maximalSteps = 500
    /// Of the largest component of the gradient.
    public var gradientTolerance = 1e-6
    /// Of the fall of the value, relative to 1 + |value|.
    public var valueTolerance = 1e-10
    /// No variable moves further in one step: for objectives that cannot be trusted far from where they were good.
    public var largestStep = Double.infinity

    /// The settings that the properties state.
    public init() {}

    /// - Parameter objective: the value and its gradient; nil where the function is not defined.
    /// - Returns: The best point found; `ending` says why no better one was sought. Nil if the start is undefined.
    public func minimize(
        from start: [Double], _ objective: ([Double]) throws -> (value: Double, gradient: [Double])?
    ) rethrows -> Minimum? {
        guard let first = try objective(start) else { return nil }
        var best = Minimum(
            point: start, value: first.value, gradient: first.gradient, steps: 0, evaluations: 1, ending: .stepLimit)
        var pairs: [(s: [Double], y: [Double], curvature: Double)] = []
        var flatSteps = 0
        while best.steps < maximalSteps {
            let size = best.gradient.reduce(0) { max($0, abs($1)) }
            if size <= gradientTolerance { return best.ended(.gradientIsSmall) }
            let direction = Self.direction(best.gradient, pairs)
            let slope = dot(direction, best.gradient)
            // Without curvature the first step is one unit long.
            let firstStep = pairs.isEmpty ? min(1, 1 / dot(direction, direction).squareRoot()) : 1
            guard let next = try search(&best, direction, slope, firstStep, objective) else {
                if pairs.isEmpty { return best.ended(.noDescent) }
                pairs = []
                continue
            }
            let (s, y) = (minus(next.point, best.point), minus(next.gradient, best.gradient))
            let curvature = dot(s, y)
            if curvature > 0 { pairs = Array((pairs + [(s, y, curvature)]).suffix(memory)) }
            flatSteps = best.value - next.value <= valueTolerance * (1 + abs(best.value)) ? flatSteps + 1 : 0
            (best.point, best.value, best.gradient) = next
            best.steps += 1
            if flatSteps >= 3 { return best.ended(.valueIsFlat) }
        }
        return best.ended(.stepLimit)
    }

    /// −H g by the two-loop recursion.
    private static func direction(_ g: [Double], _ pairs: [(s: [Double], y: [Double], curvature: Double)]) -> [Double] {
        var d = g.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = dot(pair.s, d) / pair.curvature
            shares.append(share)
            for i in d.indices { d[i] -= share * pair.y[i] }
        }
        if let last = pairs.last {
            let scale = last.curvature / dot(last.y, last.y)
            for i in d.indices { d[i] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let correction = share - dot(pair.y, d) / pair.curvature
            for i in d.indices { d[i] += correction * pair.s[i] }
        }
        return d
    }

    /// A point along the direction with f ≤ f₀ + 10⁻⁴ t f₀′ and f′ ≥ 0.9 f₀′; nil if bisection finds none that is lower.
    private func search(
        _ best: inout Minimum, _ direction: [Double], _ slope: Double, _ firstStep: Double,
        _ objective: ([Double]) throws -> (value: Double, gradient: [Double])?
    ) rethrows -> (point: [Double], value: Double, gradient: [Double])? {
        guard slope < 0 else { return nil }
        let furthest = largestStep / direction.reduce(0) { max($0, abs($1)) }
        var (low, high, t) = (0.0, Double.infinity, min(firstStep, furthest))
        var lower: (point: [Double], value: Double, gradient: [Double])?
        // Once a lower point is found, a few more evaluations look for one with enough curvature.
        var patience = 8
        for _ in 0..<50 where patience > 0 {
            let point = zip(best.point, direction).map { $0 + t * $1 }
            best.evaluations += 1
            let found = try objective(point)
            if let found, found.value < best.value, found.value <= best.value + 1e-4 * t * slope {
                lower = (point, found.value, found.gradient)
                if dot(found.gradient, direction) >= 0.9 * slope || t >= furthest { return lower }
                low = t
            } else {
                high = t
            }
            if lower != nil { patience -= 1 }
            t = high.isFinite ? (low + high) / 2 : min(2 * low, furthest)
        }
        return lower
    }
}

extension LBFGS.Minimum {
    fileprivate func ended(_ ending: LBFGS.Ending) -> Self {
        var result = self
        result.ending = ending
        return result
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
}

private func minus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
