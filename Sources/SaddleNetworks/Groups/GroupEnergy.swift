import SaddleModels
import SaddleNumerics

/// What a hidden node climbs while the readout only follows it: E(w) = ½‖Ỹᵀσ(Xw)‖² with σ(z) = z².
///
///     z = u(a) + v(b),   S_h = Σ_{seen (a, b), ab = h} z² − n_h ⟨z²⟩,   E = ½ Σ_h S_h²
///
/// w = (u, v); X one-hot pairs, Ỹ one-hot products minus their means over the seen pairs. E has degree 4 in w. With all pairs the squares of u
/// and v drop out and E = 2‖u∗v − mean‖².
public struct GroupEnergy: Sendable {
    private let order: Int
    /// Of the seen pairs.
    private let first, second, labels: [Int32]
    /// n_h
    private let counts: [Double]

    /// The energy over the seen pairs of a task.
    public init(_ task: GroupTask) {
        order = task.group.order
        first = task.seen.map { Int32($0 / task.group.order) }
        second = task.seen.map { Int32($0 % task.group.order) }
        labels = task.seen.map { Int32(task.group.table[$0]) }
        var counts = [Double](repeating: 0, count: task.group.order)
        for label in labels { counts[Int(label)] += 1 }
        self.counts = counts
    }

    /// E and its gradient.
    public func value(_ w: [Double], gradient: inout [Double]) -> Double {
        let (m, n) = (order, labels.count)
        var sums = [Double](repeating: 0, count: m), energy = 0.0
        w.withUnsafeBufferPointer { w in
            sums.withUnsafeMutableBufferPointer { s in
                var total = 0.0
                for p in 0..<n {
                    let z = w[Int(first[p])] + w[m + Int(second[p])]
                    s[Int(labels[p])] += z * z
                    total += z * z
                }
                // dE/df of a pair is S of its label minus the mean of S over pairs.
                var shift = 0.0
                for h in 0..<m {
                    s[h] -= counts[h] * total / Double(n)
                    energy += s[h] * s[h] / 2
                    shift += s[h] * counts[h] / Double(n)
                }
                for h in 0..<m { s[h] -= shift }
                gradient.withUnsafeMutableBufferPointer { g in
                    for i in 0..<2 * m { g[i] = 0 }
                    for p in 0..<n {
                        let (a, b) = (Int(first[p]), m + Int(second[p]))
                        let slope = 2 * (w[a] + w[b]) * s[Int(labels[p])]
                        g[a] += slope
                        g[b] += slope
                    }
                }
            }
        }
        return energy
    }

    /// Where ascent ends.
    public struct Maximum: Sendable {
        /// On the unit sphere.
        public let weights: [Double]
        /// E there.
        public let energy: Double
        /// |∇E − (w·∇E)w| over 4E; ascent ends below ``tolerance`` or after the most steps.
        public let residual: Double
    }

    /// The residual at which ascent ends unless told otherwise.
    public static let tolerance = 1e-9

    /// Ascent on the unit sphere from w.
    ///
    /// w ← (w + ∇E/8E)/|…|: a shifted power iteration, which moves uphill and stays at maxima.
    public func ascend(from start: [Double], mostSteps: Int = 20_000, tolerance: Double = GroupEnergy.tolerance) -> Maximum {
        var w = Self.unit(start), gradient = w, energy = 0.0, residual = Double.infinity
        for _ in 0..<mostSteps {
            energy = value(w, gradient: &gradient)
            // Nothing is to be climbed where no pair of different products is seen.
            guard energy > 1e-300 else { return Maximum(weights: w, energy: energy, residual: 0) }
            var square = 0.0
            for i in w.indices {
                let tangential = gradient[i] - 4 * energy * w[i]
                square += tangential * tangential
            }
            residual = square.squareRoot() / (4 * energy)
            if residual <= tolerance { break }
            for i in w.indices { w[i] += gradient[i] / (8 * energy) }
            w = Self.unit(w)
        }
        return Maximum(weights: w, energy: energy, residual: residual)
    }

    static func unit(_ w: [Double]) -> [Double] {
        let size = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return w.map { $0 / size }
    }
}
