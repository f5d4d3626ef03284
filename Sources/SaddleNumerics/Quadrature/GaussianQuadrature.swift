#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a Gaussian average has no number.
public enum QuadratureError: Error, Equatable, CustomStringConvertible {
    /// A function, or its average, is not finite.
    case notFinite(function: Int)
    /// Two successive rules still differ by `difference`, relative to the average of the absolute value.
    case notConverged(function: Int, difference: Double)

    public var description: String {
        switch self {
        case .notFinite(let function): "the Gaussian average number \(function) is not finite"
        case .notConverged(let function, let difference):
            """
            the Gaussian average number \(function) did not converge: its last two values differ by \(difference) of its size; \
            the function oscillates too fast, or has a kink or jump that is not stated
            """
        }
    }
}

/// Averages of functions of one standard normal u, by the double-exponential rule on each side of 0.
///
///     ⟨f⟩ = ∫₀^∞ [f(u) + f(−u)] p(u) du,   u = exp(t − e⁻ᵗ),   the trapezoidal rule in t with steps ¼, ⅛, …
///
/// Goals, in order: right for functions with a kink or a jump at 0, which is no node and an end of both ranges, or at stated
/// breaks, at which the ranges are cut (``GaussianQuadrature+Breaks``); the same
/// accuracy whatever the scale, since a function with singularities on the imaginary axis, such as φ(√K·u), keeps them
/// at the distance π/2 from the real axis of log u for every K; no tables to be chosen by the caller. The step is halved
/// until two rules agree to `tolerance`; as the error is squared by each halving, the finer one is then good to rounding.
/// Gauss–Hermite rules, the usual choice, converge slowly at a kink and at large K.
///
/// Source: Takahasi and Mori, "Double exponential formulas for numerical integration" (1974).
public enum GaussianQuadrature {
    /// The averages of several functions at once.
    ///
    /// - Parameters:
    ///   - count: How many functions.
    ///   - tolerance: Largest difference of the last two rules, relative to the average of the absolute value.
    ///   - breaks: where the functions have kinks or jumps besides 0.
    ///   - integrands: Called with n nodes u; stores function k at node j in `values[k·n + j]`.
    /// - Throws: ``QuadratureError`` if a value is not finite, or if 400 000 nodes do not suffice: sin(au) is served up to a = 2500.
    /// - Note: Error below 1e-14 of ⟨|f|⟩ for smooth functions and for functions with a kink or jump at 0.
    /// - Complexity: About 250 nodes for functions that vary on one scale.
    public static func averages(
        of count: Int, tolerance: Double = 1e-13, breaks: [Double] = [],
        _ integrands: (_ u: UnsafeBufferPointer<Double>, _ values: UnsafeMutableBufferPointer<Double>) -> Void
    ) throws(QuadratureError) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        var sizes = sums
        var worst = (function: 0, difference: Double.infinity)
        for level in 0...finestLevel {
            let nodes =
                !breaks.isEmpty
                ? Nodes(level: level, breaks: breaks) : level < Nodes.kept.count ? Nodes.kept[level] : Nodes(level: level)
            let previous = sums
            nodes.add(integrands, to: &sums, and: &sizes, keeping: level == 0 ? 0 : 0.5)
            if let bad = sums.firstIndex(where: { !$0.isFinite }) { throw .notFinite(function: bad) }
            if level == 0 { continue }
            worst = (0, 0)
            for k in 0..<count where abs(sums[k] - previous[k]) > worst.difference * sizes[k] {
                worst = (k, abs(sums[k] - previous[k]) / sizes[k])
            }
            if worst.difference <= tolerance { return sums }
        }
        throw .notConverged(function: worst.function, difference: worst.difference)
    }

    /// Steps down to 2⁻¹⁵.
    private static let finestLevel = 13

    /// What one level adds to the levels before: the nodes of step 2⁻²⁻ˡᵉᵛᵉˡ between theirs, both signs, with weights.
    struct Nodes: Sendable {
        let u: [Double]
        let weights: [Double]

        static let kept = (0...6).map { Nodes(level: $0) }

        init(u: [Double], weights: [Double]) {
            self.u = u
            self.weights = weights
        }

        init(level: Int) {
            let step = 0.25 / Double(1 << level)
            // From u = 5e-33, so that averages of 1e-16 keep their digits, to where the density underflows.
            let (first, last) = (Int(-4.25 / step), Int(3.75 / step))
            var (u, weights): ([Double], [Double]) = ([], [])
            for j in first...last where level == 0 || j % 2 != 0 {
                let t = Double(j) * step
                let decay = exp(-t)
                let node = exp(t - decay)
                let weight = step * node * (1 + decay) * exp(-node * node / 2) / (2 * Double.pi).squareRoot()
                if weight == 0 { continue }
                u += [node, -node]
                weights += [weight, weight]
            }
            self.u = u
            self.weights = weights
        }

        /// sums ← keeping·sums + Σ w f, and the same for |f|.
        func add(
            _ integrands: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void,
            to sums: inout [Double], and sizes: inout [Double], keeping: Double
        ) {
            let n = u.count
            withUnsafeTemporaryAllocation(of: Double.self, capacity: sums.count * n) { values in
                values.initialize(repeating: 0)
                u.withUnsafeBufferPointer { integrands($0, values) }
                for k in sums.indices {
                    var (sum, size) = (0.0, 0.0)
                    for j in 0..<n {
                        let term = weights[j] * values[k * n + j]
                        sum += term
                        size += abs(term)
                    }
                    sums[k] = keeping * sums[k] + sum
                    sizes[k] = keeping * sizes[k] + size
                }
            }
        }
    }
}
