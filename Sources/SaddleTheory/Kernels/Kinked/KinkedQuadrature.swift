import CSaddle
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gauss–Legendre rules in panels for averages of a function with kinks over one or two Gaussians, cut where an argument meets a kink.
///
/// Goals, in order: relative accuracy of what nearly equal arguments differ by; cost that does not grow with the correlation.
/// In mean and half difference of the two standardised arguments, which are independent,
///
///     u = √q (m + d),   v = ±√p (m − d),   m ~ N(0, 1 − t/2),   d ~ N(0, t/2),   t = 1 − |c|
///
/// kinks are the lines d = α − m and d = m − β. For fixed m the inner average is cut there; between the crossings of the lines, m = (α + β)/2, it is
/// a smooth function of m, on the scale √(t/2) near the kinks and on that of φ elsewhere.
struct KinkedQuadrature: Sendable, Equatable {
    /// Where φ has kinks.
    let kinks: [Double]
    /// Panels of this width, in units of φ's argument, resolve φ and φ′ between kinks.
    let width: Double

    private static let rule = GaussLegendre(16)
    /// Standard deviations beyond which Gaussians are cut off: e^{−36}.
    private static let reach = 8.5
    /// The exponent there.
    private static let smallest = -0.5 * reach * reach
    /// Nodes that are worked on at once, so that they stay in cache.
    private static let block = 2048
    /// Of the trapezoidal rule over a whole Gaussian, in standard deviations: an error of e^{−2π²/step²}.
    private static let step = 0.75

    /// Nodes x and weights of E f(x), x ~ N(mean, deviation²).
    func single(mean: Double = 0, deviation: Double) -> (x: [Double], weights: [Double]) {
        if deviation == 0 { return ([mean], [1]) }
        let (z, weights) = standard(cuts: kinks.map { ($0 - mean) / deviation }, widest: min(width / deviation, 1.5))
        return (z.map { mean + deviation * $0 }, weights)
    }

    /// Nodes u and weights of E f(u) for a standard normal u, as fine as Hermite polynomials of a few hundred orders need.
    func standardForPolynomials(deviation: Double) -> (z: [Double], weights: [Double]) {
        standard(cuts: deviation > 0 ? kinks.map { $0 / deviation } : [], widest: min(width / deviation, 0.25), reach: 13)
    }

    private func standard(
        cuts: [Double], widest: Double, reach: Double = KinkedQuadrature.reach
    ) -> (z: [Double], weights: [Double]) {
        var nodes = Nodes()
        nodes.append(cuts: cuts, from: -reach, to: reach) { _ in widest }
        let norm = 1 / (2 * Double.pi).squareRoot()
        let weights = zip(nodes.x, nodes.weights).map { norm * $1 * exp(-0.5 * $0 * $0) }
        return (nodes.x, weights)
    }

    /// Calls `body` with nodes u and v and weights of E f(u, v), some thousand at a time, for deviations √q and √p and the signed defect
    /// of the correlation, as ``DualPair`` has it.
    func pair(
        _ rootQ: Double, _ rootP: Double, defect: Double, _ body: (_ u: [Double], _ v: [Double], _ weights: [Double]) -> Void
    ) {
        let sign: Double = defect.sign == .minus ? -1 : 1, t = abs(defect)
        let spread = (1 - t / 2).squareRoot(), δ = (t / 2).squareRoot(), zone = Self.reach * δ
        let α = rootQ > 0 ? kinks.map { $0 / rootQ } : [], β = rootP > 0 ? kinks.map { sign * $0 / rootP } : []
        let finest = width / max(rootQ, rootP), lines = α + β, crossings = α.flatMap { a in β.map { (a + $0) / 2 } }

        var outer = Nodes()
        outer.append(
            cuts: lines.flatMap { [$0 - zone, $0, $0 + zone] } + crossings, from: -Self.reach * spread, to: Self.reach * spread
        ) { middle in
            let isNear = lines.contains { abs(middle - $0) < zone }
            return min(finest, 1.5, isNear ? 3 * δ : .infinity)
        }
        var u: [Double] = [], v: [Double] = [], factors: [Double] = [], weights: [Double] = []
        func append(_ m: Double, _ d: Double, _ factor: Double, _ exponent: Double) {
            u.append(rootQ * (m + d))
            v.append(sign * rootP * (m - d))
            factors.append(factor)
            weights.append(exponent)
        }
        func flush() {
            weights.withUnsafeMutableBufferPointer { weights in
                guard let start = weights.baseAddress else { return }
                sd_exp(start, weights.count, start)
                for i in weights.indices { weights[i] *= factors[i] }
            }
            body(u, v, weights)
            u.removeAll(keepingCapacity: true)
            v.removeAll(keepingCapacity: true)
            factors.removeAll(keepingCapacity: true)
            weights.removeAll(keepingCapacity: true)
        }
        let outerNorm = 1 / (spread * (2 * Double.pi).squareRoot()), innerNorm = 1 / (δ * (2 * Double.pi).squareRoot())
        let whole = Int(Self.reach / Self.step)
        for (m, weight) in zip(outer.x, outer.weights) {
            if weights.count >= Self.block { flush() }
            let factor = weight * outerNorm, exponent = -0.5 * (m / spread) * (m / spread)
            if δ == 0 {
                append(m, 0, factor, exponent)
                continue
            }
            let cuts = (α.map { $0 - m } + β.map { m - $0 }).filter { abs($0) < zone }
            if cuts.isEmpty && δ <= finest / 8 {
                for j in -whole...whole {
                    let z = Self.step * Double(j)
                    if exponent - 0.5 * z * z < Self.smallest { continue }
                    append(m, δ * z, factor * Self.step / (2 * Double.pi).squareRoot(), exponent - 0.5 * z * z)
                }
            } else {
                var inner = Nodes()
                inner.append(cuts: cuts, from: -zone, to: zone) { _ in min(finest, 4.5 * δ) }
                for (d, share) in zip(inner.x, inner.weights) {
                    let total = exponent - 0.5 * (d / δ) * (d / δ)
                    if total >= Self.smallest { append(m, d, factor * share * innerNorm, total) }
                }
            }
        }
        flush()
    }

    /// Nodes of panels one after the other.
    private struct Nodes {
        private(set) var x: [Double] = []
        private(set) var weights: [Double] = []

        /// Panels from `low` to `high`, cut at `cuts`, no wider than `widest` says of the middle of a piece.
        mutating func append(cuts: [Double], from low: Double, to high: Double, widest: (_ middle: Double) -> Double) {
            let ends = [low] + Set(cuts).filter { $0 > low && $0 < high }.sorted() + [high]
            let rule = KinkedQuadrature.rule
            for (a, b) in zip(ends, ends.dropFirst()) {
                let count = max(1, Int(((b - a) / widest((a + b) / 2)).rounded(.up)))
                let half = (b - a) / Double(2 * count)
                for i in 0..<count {
                    let middle = a + half * Double(2 * i + 1)
                    for (node, weight) in zip(rule.nodes, rule.weights) {
                        x.append(middle + half * node)
                        weights.append(half * weight)
                    }
                }
            }
        }
    }
}
