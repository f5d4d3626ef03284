import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a parameter can be while Huber's function, with all others fitted, stays within Student's bound of its least:
///
///     2κ (M(θ) − M) ≤ t²,   κ = E ψ′/E ψ²   (Ronchetti 1982)
///
/// E ψ′ is the density of misses within δ; where misses are larger, that density is taken from a wider window.
struct HuberProfile: Sendable {
    /// Of α, β and, unless it is given, E.
    let intervals: [ScalingFit.Interval]

    init(_ fit: HuberFit, best: [Double]) {
        let misses = fit.misses(best), n = Double(fit.count), freedom = n - Double(fit.parameters)
        let sizes = misses.map { abs($0) }.sorted()
        let delta = HuberFit.delta, window = max(delta, 0.5 * 1.4826 * sizes[sizes.count / 2])
        let slope = Double(sizes.count { $0 <= window }) / n * delta / window
        let square = sizes.reduce(0) { $0 + min($1 / delta, 1) * min($1 / delta, 1) } / freedom
        let t = studentQuantile(twoSided: 1 - ScalingFit.confidence, degreesOfFreedom: freedom)
        let base = fit.objective(best, nil)!.value
        // In units of δ², ψ is divided by δ once.
        let rise = t * t * square / (2 * slope)
        @Sendable func end(_ k: Int, _ sign: Double) -> Double {
            var (inner, point, step) = (best[k], best, 0.02)
            for _ in 0..<24 {
                var start = point
                start[k] = best[k] + sign * step
                guard abs(start[k]) < 20, let found = fit.fit(from: start, fixed: k) else { return sign * .infinity }
                if found.value - base > rise {
                    var outer = start[k]
                    for _ in 0..<12 {
                        var middle = point
                        middle[k] = (inner + outer) / 2
                        guard let found = fit.fit(from: middle, fixed: k) else { break }
                        if found.value - base > rise { outer = middle[k] } else { (inner, point) = (middle[k], found.point) }
                    }
                    return (inner + outer) / 2
                }
                (inner, point) = (start[k], found.point)
                step *= 1.6
            }
            return sign * .infinity
        }
        let places = Array(2..<fit.parameters)
        let ends = Threads.compute(2 * places.count) { end(places[$0 / 2], $0 % 2 == 0 ? -1 : 1) }
        intervals = places.indices.map { i in
            let interval = ScalingFit.Interval(value: best[places[i]], low: ends[2 * i], high: ends[2 * i + 1])
            if places[i] < 4 { return interval }
            return .init(value: exp(interval.value), low: exp(interval.low), high: exp(interval.high))
        }
    }
}
