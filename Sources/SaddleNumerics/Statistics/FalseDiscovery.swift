/// Control of the share of false discoveries among many tests.
public enum FalseDiscovery {
    /// The least level at which each test would be called a discovery: q₍ᵢ₎ = min_{j ≥ i} p₍ⱼ₎ m/j, in the order of the input.
    ///
    /// Calling those with q ≤ α discoveries keeps the expected share of false ones at or below α m₀/m, where m₀ of m hypotheses are true, for
    /// independent tests and for those with positive regression dependence. Source: Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001.
    public static func adjusted(_ p: [Double]) -> [Double] {
        precondition(p.allSatisfy { (0...1).contains($0) }, "p-values must lie between 0 and 1")
        let order = p.indices.sorted { p[$0] < p[$1] }
        var (result, least) = (p, 1.0)
        for (rank, i) in order.enumerated().reversed() {
            least = min(least, p[i] * Double(p.count) / Double(rank + 1))
            result[i] = least
        }
        return result
    }
}
