/// Brownian paths W on [0, T] that can be asked at any time, in any order: the same path whatever the questions are.
///
/// The path is a tree of halves: an interval of length h has its increment W and its space–time Lévy area
///
///     H = (1/h) ∫ (W_u − W_s − (u − s)/h · W) du ~ N(0, h/12), independent of W
///
/// and halves get theirs from two more normals z ~ N(0, h/16), n ~ N(0, h/48) that are keyed by their place in the tree:
///
///     W₁ = W/2 + 3H/2 + z,   W₂ = W/2 − 3H/2 − z,   H₁ = H/4 − z/2 + n,   H₂ = H/4 − z/2 − n
///
/// Every time that a `Double` can tell is a place in that tree, some fifty levels deep. Increments over dyadic intervals are those of the tree to the last bit, also after finer questions; others are
/// sums of them. Source: Foster, Lyons and Oberhauser 2020 (the split); Kidger and others 2021 (paths that are not stored).
public struct BrownianPath: Sendable {
    /// T
    public let length: Double
    /// Number of independent components.
    public let dimension: Int
    private let seed, index: Int

    /// - Parameters:
    ///   - length: T.
    ///   - dimension: independent components.
    public init(length: Double, dimension: Int, seed: Int, index: Int = 0) {
        precondition(length > 0 && dimension >= 1, "a path of \(dimension) components over \(length)")
        (self.length, self.dimension, self.seed, self.index) = (length, dimension, seed, index)
    }

    /// What an interval adds: W and H of each component.
    public struct Increment: Sendable {
        /// W of each component.
        public var increment: [Double]
        /// H of each component.
        public var area: [Double]

        /// W and H of each component.
        public init(increment: [Double], area: [Double]) { (self.increment, self.area) = (increment, area) }
    }

    /// W and H over [k, k + 1] · T/2^level.
    public func dyadic(level: Int, _ k: Int) -> Increment {
        precondition(level >= 0 && level < 60 && k >= 0 && k < 1 << level, "interval \(k) of 2^\(level)")
        var node = root, h = length
        for depth in 0..<level {
            let (left, right) = halves(node, h, depth: depth, place: k >> (level - depth))
            node = (k >> (level - depth - 1)) & 1 == 0 ? left : right
            h /= 2
        }
        return node
    }

    /// W and H over [s, t].
    public func increment(from s: Double, to t: Double) -> Increment {
        precondition(0 <= s && s <= t && t <= length, "[\(s), \(t)] of [0, \(length)]")
        if s == t { return Increment(increment: zeros, area: zeros) }
        let (a, b) = (value(at: s), value(at: t)), h = t - s
        return Increment(
            increment: (0..<dimension).map { b.path[$0] - a.path[$0] },
            area: (0..<dimension).map { i in
                (b.integral[i] - a.integral[i] - h * a.path[i]) / h - (b.path[i] - a.path[i]) / 2
            })
    }

    /// W(t) and ∫₀ᵗ W du.
    public func value(at t: Double) -> (path: [Double], integral: [Double]) {
        precondition(0 <= t && t <= length, "time \(t) of [0, \(length)]")
        var (path, integral, node) = (zeros, zeros, root)
        var (h, rest, place, depth) = (length, t / length, 0, 0)
        func pass(_ part: Increment, _ h: Double) {
            for i in 0..<dimension {
                integral[i] += h * (path[i] + part.increment[i] / 2 + part.area[i])
                path[i] += part.increment[i]
            }
        }
        if rest == 1 {
            pass(node, h)
            return (path, integral)
        }
        // Doubling a fraction is exact: after 53 levels nothing is left.
        while rest > 0 {
            let (left, right) = halves(node, h, depth: depth, place: place)
            h /= 2
            rest *= 2
            if rest >= 1 {
                pass(left, h)
                rest -= 1
                (node, place) = (right, 2 * place + 1)
            } else {
                (node, place) = (left, 2 * place)
            }
            depth += 1
            // Beyond, the rest of the path is below rounding.
            if depth >= 60 { break }
        }
        return (path, integral)
    }

    private var zeros: [Double] { [Double](repeating: 0, count: dimension) }

    private var root: Increment {
        var stream = RandomStream(seed: seed, .brownianPath, index)
        let w = stream.normals(dimension), a = stream.normals(dimension)
        return Increment(
            increment: w.map { $0 * length.squareRoot() }, area: a.map { $0 * (length / 12).squareRoot() })
    }

    private func halves(_ node: Increment, _ h: Double, depth: Int, place: Int) -> (Increment, Increment) {
        var stream = RandomStream(seed: seed, .brownianPath, index, depth + 1, place)
        let z = stream.normals(dimension), n = stream.normals(dimension)
        let (a, b) = ((h / 16).squareRoot(), (h / 48).squareRoot())
        var (left, right) = (node, node)
        for i in 0..<dimension {
            let (w, area) = (node.increment[i], node.area[i]), z = a * z[i], n = b * n[i]
            left.increment[i] = w / 2 + 1.5 * area + z
            // What is left, so that both add up to the last bit where that can be.
            right.increment[i] = w - left.increment[i]
            (left.area[i], right.area[i]) = (area / 4 - z / 2 + n, area / 4 - z / 2 - n)
        }
        return (left, right)
    }
}
