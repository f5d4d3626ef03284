import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does the law of two resources miss losses by a bend in N, in D or in the compute? A hinge max(u − c, 0) in each, at places c, is added to the law's
/// tangent space; what the best of all explains of the misses is compared with what it explains of misses in random order.
///
/// Misses are cut at 2.5 times their median size, so that no single row makes a bend.
public struct ResourceBend: Sendable {
    /// N, D, or the compute 6ND.
    public enum Resource: String, Sendable, CaseIterable { case size, data, compute }

    /// The one that the best hinge is in.
    public let resource: Resource
    /// Where in N, D or 6ND.
    public let place: Double
    /// By how much the slope of log L by the logarithm of the resource changes there.
    public let slope: Double
    /// The probability that noise does as much.
    public let probability: Double

    private static let draws = 199

    /// - Returns: nil where there are too few rows.
    init?(_ fit: HuberFit, point: [Double], seed: Int) {
        let n = fit.count
        guard n >= 12 else { return nil }
        let centre = fit.centre, misses = fit.misses(point)
        let sizes = misses.map { abs($0) }.sorted(), cut = 2.5 * 1.4826 * sizes[n / 2]
        let residual = misses.map { max(min($0, cut), -cut) }
        var basis: [[Double]] = []
        for tangent in fit.tangents(point) + [[Double](repeating: 1, count: n)] {
            if let next = Projection.direction(tangent, beside: basis) { basis.append(next) }
        }
        let resources: [(Resource, [Double])] = [
            (.size, fit.x.map { $0 + centre.x }), (.data, fit.y.map { $0 + centre.y }),
            (.compute, zip(fit.x, fit.y).map { $0 + centre.x + $1 + centre.y }),
        ]
        var hinges: [(resource: Resource, place: Double, unit: [Double], size: Double)] = []
        for (resource, u) in resources {
            let sorted = u.sorted()
            for k in 2...8 {
                let c = sorted[(n - 1) * k / 10], raw = u.map { max($0 - c, 0) }
                let rest = Projection.rest(raw, beside: basis), size = Projection.dot(rest, rest).squareRoot()
                if size > 1e-6 * Projection.dot(raw, raw).squareRoot() {
                    hinges.append((resource, c, rest.map { $0 / size }, size))
                }
            }
        }
        guard !hinges.isEmpty else { return nil }
        let (directions, tangents) = (hinges.map(\.unit), basis)
        @Sendable func largest(_ r: [Double]) -> (k: Int, share: Double) {
            let left = Projection.rest(r, beside: tangents), total = Projection.dot(left, left)
            let shares = directions.map { direction -> Double in
                let overlap = Projection.dot(direction, left)
                return total > 0 ? overlap * overlap / total : 0
            }
            let k = shares.indices.max { shares[$0] < shares[$1] }!
            return (k, shares[k])
        }
        let found = largest(residual)
        let chance = Threads.compute(Self.draws) { k -> Bool in
            var stream = RandomStream(seed: seed, .relabelling, k)
            return largest(stream.permutation(n).map { residual[$0] }).share >= found.share
        }
        let hinge = hinges[found.k]
        probability = Double(1 + chance.count { $0 }) / Double(1 + Self.draws)
        (resource, place) = (hinge.resource, hinge.resource == .compute ? 6 * exp(hinge.place) : exp(hinge.place))
        slope = Projection.dot(hinge.unit, residual) / hinge.size
    }
}
