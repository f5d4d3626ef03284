// Goals, in this order: the least of many local minima; a gradient without differences; cost, since a bootstrap asks hundreds of times.
// Logarithms are centred: amplitudes at the middle of the table are well determined where those at N = 1 and D = 1 are not.

import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The law of two resources that fits log-losses best by Huber's function of their misses.
///
///     Σ w h(log L̂ − log L),   h(r) = r²/2 up to δ, δ(|r| − δ/2) beyond,   log L̂ = log(e^{log E} + e^{a − αx} + e^{b − βy})
///
/// Source: Hoffmann et al. 2022, appendix D.3 (δ = 1e-3, limited-memory quasi-Newton steps from a grid of starts).
struct HuberFit: Sendable {
    static let delta = 1e-3

    let x, y, losses: [Double]
    /// Means of log N and log D.
    let centre: (x: Double, y: Double)
    /// E, if it is given.
    let floor: Double?

    init(_ rows: [ResourceTable.Row], floor: Double? = nil) {
        let u = rows.map { log($0.size) }, v = rows.map { log($0.data) }
        let centre = (x: u.reduce(0, +) / Double(u.count), y: v.reduce(0, +) / Double(v.count))
        self.centre = centre
        (x, y, losses) = (u.map { $0 - centre.x }, v.map { $0 - centre.y }, rows.map { log($0.loss) })
        self.floor = floor
    }

    var count: Int { losses.count }
    var parameters: Int { floor == nil ? 5 : 4 }

    /// a, b, α, β and, unless it is given, log E; log of the law at each row and its derivatives.
    func values(_ p: [Double], _ body: (Int, Double, (Double, Double, Double)) -> Void) {
        let e = floor.map { $0 > 0 ? log($0) : -700 } ?? p[4]
        for i in 0..<count {
            let s = p[0] - p[2] * x[i], t = p[1] - p[3] * y[i], top = max(s, t, e)
            let (f, g, h) = (exp(s - top), exp(t - top), exp(e - top)), sum = f + g + h
            body(i, top + log(sum), (f / sum, g / sum, h / sum))
        }
    }

    /// The sum over δ², and its gradient.
    func objective(_ p: [Double], _ weights: [Double]?) -> (value: Double, gradient: [Double])? {
        if !p.allSatisfy({ abs($0) < 600 }) { return nil }
        var value = 0.0, g = [Double](repeating: 0, count: parameters)
        values(p) { i, log, share in
            let w = weights?[i] ?? 1
            if w == 0 { return }
            let r = (log - losses[i]) / Self.delta, size = abs(r)
            value += w * (size <= 1 ? r * r / 2 : size - 0.5)
            let slope = w * (size <= 1 ? r : r > 0 ? 1 : -1) / Self.delta
            g[0] += slope * share.0
            g[1] += slope * share.1
            g[2] -= slope * share.0 * x[i]
            g[3] -= slope * share.1 * y[i]
            if floor == nil { g[4] += slope * share.2 }
        }
        return (value, g)
    }

    private static let method: LBFGS = {
        var method = LBFGS()
        (method.maximalSteps, method.gradientTolerance, method.valueTolerance, method.largestStep) = (300, 1e-4, 1e-12, 1)
        return method
    }()

    /// From one start.
    ///
    /// - Parameter fixed: a parameter that stays where it starts.
    func fit(from start: [Double], _ weights: [Double]? = nil, fixed: Int? = nil) -> (point: [Double], value: Double)? {
        func held(_ p: [Double]) -> (value: Double, gradient: [Double])? {
            guard var found = objective(p, weights) else { return nil }
            if let fixed { found.gradient[fixed] = 0 }
            return found
        }
        // Restarted once: where the corner of Huber's function misleads the curvature, a fresh start finds the way on.
        guard let first = Self.method.minimize(from: start, held), let second = Self.method.minimize(from: first.point, held)
        else {
            return nil
        }
        return (second.point, second.value)
    }

    /// The best from a grid of starts.
    func best(_ weights: [Double]? = nil) -> (point: [Double], value: Double)? {
        let chosen = losses.indices.filter { (weights?[$0] ?? 1) > 0 }
        let level = chosen.reduce(0) { $0 + losses[$1] } / Double(chosen.count), least = chosen.map { losses[$0] }.min()!
        var starts: [[Double]] = []
        for α in [0.1, 0.35, 0.8] {
            for β in [0.1, 0.35, 0.8] {
                for (first, second) in [(0.05, 0.05), (0.15, 0.3), (0.3, 0.15), (0.45, 0.45)] {
                    let rest = max(1 - first - second, 0.05)
                    let start = [level + log(first), level + log(second), α, β]
                    starts.append(floor == nil ? start + [min(level + log(rest), least - 0.02)] : start)
                }
            }
        }
        // A few steps from everywhere, then all the way from the four that promise most.
        var look = Self.method
        look.maximalSteps = 15
        let (all, first) = (starts, look)
        let looks = Threads.compute(all.count) { first.minimize(from: all[$0]) { objective($0, weights) } }
        let kept = looks.compactMap { $0 }.sorted { $0.value < $1.value }.prefix(4).map(\.point)
        let found = Threads.compute(kept.count) { fit(from: kept[$0], weights) }
        return found.compactMap { $0 }.min { $0.value < $1.value }
    }

    func law(_ p: [Double]) -> TwoResourceLaw {
        var law = TwoResourceLaw(
            floor: floor ?? exp(p[4]), sizeAmplitude: 1, dataAmplitude: 1, sizeExponent: p[2], dataExponent: p[3])
        (law.logSizeAmplitude, law.logDataAmplitude) = (p[0] + p[2] * centre.x, p[1] + p[3] * centre.y)
        return law
    }

    /// log L − log L̂ at each row.
    func misses(_ p: [Double]) -> [Double] {
        var misses = losses
        values(p) { i, log, _ in misses[i] -= log }
        return misses
    }

    /// Derivatives of log L̂ by the parameters, one list for each.
    func tangents(_ p: [Double]) -> [[Double]] {
        var columns = [[Double]](repeating: [Double](repeating: 0, count: count), count: parameters)
        values(p) { i, _, share in
            columns[0][i] = share.0
            columns[1][i] = share.1
            columns[2][i] = -share.0 * x[i]
            columns[3][i] = -share.1 * y[i]
            if floor == nil { columns[4][i] = share.2 }
        }
        return columns
    }
}
