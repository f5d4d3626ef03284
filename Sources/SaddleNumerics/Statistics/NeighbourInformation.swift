// Goals, in this order: the estimators as published, without clamping (an estimate of nothing is as often below zero as above);
// features of one dimension, many of them and many relabellings of each: order statistics in place of a search in space.

/// Mutual information of one number with a class or with another number, from distances to the k-th neighbour, in nats.
///
/// A feature is sorted once and then asked about many labels. Ties, which the estimators do not know, are broken by noise of 1e-10 standard
/// deviations, the same for all labels: information in tied values is that of their shares.
/// Sources: Kraskov, Stögbauer, Grassberger 2004, equation 8 (numbers); Ross 2014, equation 2 (classes).
public struct NeighbourInformation: Sendable {
    /// Standardised, ascending.
    private let sorted: [Double]
    /// The samples in that order.
    private let order: [Int]
    /// Share of samples whose value another one has too.
    public let tiedShare: Double
    /// Whether all values are equal; information in them is then 0.
    public let isConstant: Bool

    /// - Parameters:
    ///   - seed, index: decide the noise; a feature and a target that both have ties must not share them.
    public init(_ feature: [Double], seed: Int = 0, index: Int) {
        precondition(!feature.isEmpty && feature.allSatisfy(\.isFinite), "a feature of \(feature.count) finite numbers")
        let values = Self.broken(feature, seed: seed, index: index)
        (isConstant, tiedShare) = (values == nil, Self.tiedShare(feature))
        let used = values ?? feature
        order = used.indices.sorted { used[$0] < used[$1] }
        sorted = order.map { used[$0] }
    }

    /// N, samples.
    public var count: Int { sorted.count }

    /// I(x; c) = ψ(N) + ψ(k) − ⟨ψ(N_c)⟩ − ⟨ψ(m)⟩: m of all samples lie as near as the k-th of the same class.
    ///
    /// - Parameter classes: from 0; each one present has more than `neighbours` members.
    public func information(classes: [Int], neighbours k: Int) -> Double {
        precondition(classes.count == count && k >= 1, "\(classes.count) classes of \(count) samples")
        if isConstant { return 0 }
        var members = [[Int]](repeating: [], count: (classes.max() ?? 0) + 1)
        for (place, i) in order.enumerated() { members[classes[i]].append(place) }
        var sum = 0.0
        for places in members where !places.isEmpty {
            precondition(places.count > k, "a class of \(places.count) samples and \(k) neighbours")
            sum -= Double(places.count) * digamma(Double(places.count))
            for a in places.indices {
                let value = sorted[places[a]]
                var (left, right, radius) = (a, a, 0.0)
                for _ in 0..<k {
                    let below = left > 0 ? value - sorted[places[left - 1]] : .infinity
                    let above = right + 1 < places.count ? sorted[places[right + 1]] - value : .infinity
                    radius = min(below, above)
                    if below <= above { left -= 1 } else { right += 1 }
                }
                let first = bound(places[left]) { value - $0 <= radius }
                let last = upper(places[right]) { $0 - value <= radius }
                sum -= Self.digammas[last - first, default: digamma(Double(last - first))]
            }
        }
        return digamma(Double(count)) + digamma(Double(k)) + sum / Double(count)
    }

    /// I(x; y) = ψ(k) + ψ(N) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩: n_x and n_y samples lie nearer in x, or in y, than the k-th neighbour in the larger of both.
    ///
    /// - Parameter target: another feature; `permutation[i]` says whose target sample i has, its own if nil.
    public func information(with target: NeighbourInformation, permutation: [Int]? = nil, neighbours k: Int) -> Double {
        precondition(
            target.count == count && (1..<count).contains(k), "\(k) neighbours among \(count) and \(target.count) samples")
        if isConstant || target.isConstant { return 0 }
        // Neighbours are sought along this feature, where ties tell nothing: along the one with fewer. The estimate is symmetric.
        if tiedShare > target.tiedShare {
            let inverse = permutation.map { permutation in
                var inverse = permutation
                for (i, j) in permutation.enumerated() { inverse[j] = i }
                return inverse
            }
            return target.information(with: self, permutation: inverse, neighbours: k)
        }
        var place = [Int](repeating: 0, count: count)
        for (p, i) in target.order.enumerated() { place[i] = p }
        let places = order.map { place[permutation?[$0] ?? $0] }
        var (sum, nearest) = (0.0, [Double](repeating: 0, count: k))
        for a in sorted.indices {
            let (x, y) = (sorted[a], target.sorted[places[a]])
            for i in 0..<k { nearest[i] = .infinity }
            var (left, right) = (a - 1, a + 1)
            while true {
                let below = left >= 0 ? x - sorted[left] : .infinity, above = right < count ? sorted[right] - x : .infinity
                let dx = min(below, above)
                if dx >= nearest[k - 1] { break }
                let other = below <= above ? left : right
                if below <= above { left -= 1 } else { right += 1 }
                let distance = max(dx, abs(target.sorted[places[other]] - y))
                var i = k - 1
                if distance >= nearest[i] { continue }
                while i > 0 && nearest[i - 1] > distance {
                    nearest[i] = nearest[i - 1]
                    i -= 1
                }
                nearest[i] = distance
            }
            let radius = nearest[k - 1]
            // Itself among them: n + 1.
            let (nx, ny) = (within(radius, of: a), target.within(radius, of: places[a]))
            sum += Self.digammas[nx, default: digamma(Double(nx))] + Self.digammas[ny, default: digamma(Double(ny))]
        }
        return digamma(Double(k)) + digamma(Double(count)) - sum / Double(count)
    }

    /// How many lie strictly nearer than the radius, the one at this place among them.
    private func within(_ radius: Double, of a: Int) -> Int {
        let value = sorted[a]
        return upper(a) { $0 - value < radius } - bound(a) { value - $0 < radius } + 1
    }

    /// The least place from which up to `start` all are near, by doubling steps and bisection.
    private func bound(_ start: Int, _ isNear: (Double) -> Bool) -> Int {
        var (good, step) = (start, 1)
        while good - step >= 0 && isNear(sorted[good - step]) {
            good -= step
            step *= 2
        }
        var bad = max(good - step, -1)
        while good - bad > 1 {
            let middle = (good + bad) / 2
            if isNear(sorted[middle]) { good = middle } else { bad = middle }
        }
        return good
    }

    /// The last place up to which from `start` all are near.
    private func upper(_ start: Int, _ isNear: (Double) -> Bool) -> Int {
        var (good, step) = (start, 1)
        while good + step < count && isNear(sorted[good + step]) {
            good += step
            step *= 2
        }
        var bad = min(good + step, count)
        while bad - good > 1 {
            let middle = (good + bad) / 2
            if isNear(sorted[middle]) { good = middle } else { bad = middle }
        }
        return good
    }

    /// Of mean 0 and variance 1, ties broken; nil for a constant.
    private static func broken(_ feature: [Double], seed: Int, index: Int) -> [Double]? {
        guard let low = feature.min(), let high = feature.max(), low < high else { return nil }
        // In units of the range first, whose squares cannot overflow.
        let scaled = feature.map { $0 / max(abs(low), abs(high)) }, n = Double(feature.count)
        let mean = scaled.reduce(0, +) / n, deviation = (scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
        guard deviation > 0 else { return nil }
        var stream = RandomStream(seed: seed, .brokenTies, index)
        return scaled.map { ($0 - mean) / deviation + 1e-10 * (stream.uniform() - 0.5) }
    }

    private static func tiedShare(_ feature: [Double]) -> Double {
        let sorted = feature.sorted()
        let tied = sorted.indices.count { i in
            (i > 0 && sorted[i - 1] == sorted[i]) || (i + 1 < sorted.count && sorted[i + 1] == sorted[i])
        }
        return Double(tied) / Double(sorted.count)
    }

    /// ψ of the whole numbers that occur most.
    private static let digammas: DigammaTable = DigammaTable(count: 4096)
}

/// ψ at whole numbers.
private struct DigammaTable: Sendable {
    let values: [Double]

    init(count: Int) { values = [.nan] + (1..<count).map { digamma(Double($0)) } }

    subscript(n: Int, default other: @autoclosure () -> Double) -> Double { n < values.count ? values[n] : other() }
}
