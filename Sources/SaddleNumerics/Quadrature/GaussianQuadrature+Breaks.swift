#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension GaussianQuadrature.Nodes {
    /// What a level adds if both half lines are cut at breaks: on a finite piece
    ///
    ///     u = low + (high − low)/(1 + e^{−π sinh t}),   steps ½, ¼, … in t
    ///
    /// on the last one u = low + exp(t − e⁻ᵗ) as without breaks. Breaks beyond 38, where the density underflows, do not count.
    init(level: Int, breaks: [Double]) {
        var (u, weights): ([Double], [Double]) = ([], [])
        func append(_ node: Double, _ weight: Double, _ sign: Double) {
            let weight = weight * exp(-node * node / 2) / (2 * Double.pi).squareRoot()
            if weight == 0 { return }
            u.append(sign * node)
            weights.append(weight)
        }
        for sign in [1.0, -1] {
            let ends = Set(breaks.map { sign * $0 }).filter { $0 > 0 && $0 < 38 }.sorted()
            for (low, high) in zip([0] + ends, ends) {
                let step = 0.5 / Double(1 << level), last = Int(4.33 / step)
                for j in -last...last where level == 0 || j % 2 != 0 {
                    let t = Double(j) * step, tail = exp(-Double.pi * sinh(abs(t)))
                    let near = tail / (1 + tail), far = 1 / (1 + tail)
                    let node = t < 0 ? low + (high - low) * near : high - (high - low) * near
                    if node <= low || node >= high { continue }
                    append(node, step * (high - low) * Double.pi * cosh(t) * near * far, sign)
                }
            }
            let low = ends.last ?? 0
            let step = 0.25 / Double(1 << level), (first, last) = (Int(-4.25 / step), Int(3.75 / step))
            for j in first...last where level == 0 || j % 2 != 0 {
                let t = Double(j) * step, decay = exp(-t), distance = exp(t - decay)
                let node = low + distance
                if low > 0 && node == low { continue }
                append(node, step * distance * (1 + decay), sign)
            }
        }
        self.init(u: u, weights: weights)
    }
}
