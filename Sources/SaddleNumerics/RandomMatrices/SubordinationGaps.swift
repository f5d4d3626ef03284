#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The bands of a subordinated spectrum, from its gaps.
///
/// A real z lies in a gap exactly if it is the image of a real u₀ outside the population with du_i/du_{i−1} > 0 at every stage. Between
/// two neighbouring values of the population each of these slopes is concave where the earlier ones are positive, so that the u₀ in
/// question form one interval, or none; edges are the critical points of z(u₀). Source: Silverstein and Choi 1995, theorems 4.1, 4.2.
struct SubordinationGaps {
    /// Distinct values of the population, ascending.
    let points: [Double]
    /// u₀ … u_ℓ with derivatives.
    let stages: (Double) -> [SubordinationStage<Double>]
    /// Whether a gap can open between points k and k + 1; a quick bound spares the search.
    let canOpen: (Int) -> Bool
    /// The real u₀ where the lowest band begins to be searched, and the end itself if the lower edge is hard.
    let lowest: (start: Double, hardEdge: Double?)

    /// The bands, and the real u₀ of all their ends, in the same order; that of a hard edge is the pole of the population at 0.
    func bands() -> (bands: [SpectralBand], ends: [Double]) {
        var gaps: [(low: Double, high: Double)] = []
        for k in points.indices.dropLast() where canOpen(k) {
            if let gap = gap(points[k], points[k + 1]) { gaps.append(gap) }
        }
        let ends = [lowest.hardEdge == nil ? lowerEdge() : 0] + gaps.flatMap { [$0.low, $0.high] } + [upperEdge()]
        let bands = stride(from: 0, to: ends.count, by: 2).map { i in
            let hardEdge = i == 0 ? lowest.hardEdge : nil
            return SpectralBand(
                lower: hardEdge ?? image(ends[i]), upper: image(ends[i + 1]), isHardBelow: hardEdge != nil)
        }
        return (bands, ends)
    }

    private func image(_ u: Double) -> Double { stages(u).last!.value }
    private var stageCount: Int { stages(points[0] - 1).count }

    /// du_i/du_{i−1}
    private func ratio(_ u: Double, _ i: Int) -> Double {
        let all = stages(u)
        return all[i].slope / all[i - 1].slope
    }

    private func slope(_ u: Double, _ i: Int) -> Double { stages(u)[i].slope }

    /// The largest critical point: above it every slope is positive.
    private func upperEdge() -> Double {
        var edge = points.last!
        for i in 1..<stageCount {
            let scale = max(abs(edge), abs(image(edge * 2 + 1)), 1e-300)
            var far = edge + scale
            while !(slope(far, i) > 0) { far = edge + 2 * (far - edge) }
            edge = root(pole: i == 1 ? edge : nil, from: edge, to: far, i)
        }
        return edge
    }

    /// The first critical point of the last stage that comes from below.
    private func lowerEdge() -> Double {
        let first = points[0], last = stageCount - 1
        // Towards the first point the slope falls to −∞ after it crossed zero once.
        var distance = first - lowest.start
        while slope(first - distance, last) <= 0 { distance *= 2 }
        var near = distance
        repeat { near /= 2 } while !(slope(first - near, last) < 0)
        return bracketedRoot(first - distance, first - near) { slope($0, last) }
    }

    /// The interval of u₀ between two points where all slopes are positive.
    private func gap(_ left: Double, _ right: Double) -> (low: Double, high: Double)? {
        var (low, high) = (left, right)
        for i in 1..<stageCount {
            guard let top = top(low, high, i) else { return nil }
            (low, high) = (
                root(pole: i == 1 ? left : nil, from: low, to: top, i), root(pole: i == 1 ? right : nil, from: high, to: top, i)
            )
        }
        return low < high ? (low, high) : nil
    }

    /// A place where the concave slope i is positive, by golden sections; nil if its maximum is not.
    private func top(_ low: Double, _ high: Double, _ i: Int) -> Double? {
        let golden = (5.0.squareRoot() - 1) / 2
        var (a, b) = (low, high)
        var (x, y) = (b - golden * (b - a), a + golden * (b - a))
        var (fx, fy) = (ratio(x, i), ratio(y, i))
        for _ in 0..<80 {
            if fx > 0 { return x }
            if fy > 0 { return y }
            if fx > fy {
                (b, y, fy) = (y, x, fx)
                x = b - golden * (b - a)
                fx = ratio(x, i)
            } else {
                (a, x, fx) = (x, y, fy)
                y = a + golden * (b - a)
                fy = ratio(y, i)
            }
        }
        return nil
    }

    /// The critical point between an end, where slope i is negative (−∞ at a pole), and a place where it is positive.
    private func root(pole: Double?, from end: Double, to inside: Double, _ i: Int) -> Double {
        var start = end
        if let pole {
            var distance = (inside - pole) / 2
            while !(slope(pole + distance, i) < 0) { distance /= 2 }
            start = pole + distance
        }
        return bracketedRoot(start, inside) { slope($0, i) }
    }
}
