#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A straight line in N^{−p} through numbers measured at several sizes N, and its value at N = ∞.
///
///     q(N) ≈ q∞ + s N^{−p},      q∞ = Σ_w c_w q(N_w),   Σ c_w = 1,   Σ c_w N_w^{−p} = 0
///
/// The weights behind c are given beforehand and not taken from measured errors: numbers that are small by chance often come with
/// small errors, and would weigh too much.
public struct SizeExtrapolation: Sendable {
    /// N_w, as given.
    public let sizes: [Double]
    /// p
    public let power: Double
    /// c_w
    public let coefficients: [Double]
    /// d_w of the slope, s = Σ_w d_w q(N_w) with Σ d_w = 0 and Σ d_w N_w^{−p} = 1; zero with a single size.
    public let slopeCoefficients: [Double]

    /// - Parameter weights: inverse variances of the numbers, up to a factor; nil for equal ones. With a single size nothing is extrapolated.
    public init(sizes: [Int], power: Double = 1, weights: [Double]? = nil) {
        precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "sizes \(sizes)")
        self.sizes = sizes.map(Double.init)
        self.power = power
        let w = weights ?? sizes.map { _ in 1 }
        precondition(w.count == sizes.count && w.allSatisfy { $0 > 0 }, "\(w.count) weights for \(sizes.count) sizes")
        if Set(sizes).count == 1 {
            coefficients = w.map { $0 / w.reduce(0, +) }
            slopeCoefficients = w.map { _ in 0 }
            return
        }
        let x = self.sizes.map { pow($0, -power) }
        let s0 = w.reduce(0, +), s1 = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 }
        let s2 = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        let determinant = s0 * s2 - s1 * s1
        coefficients = zip(w, x).map { $0 * (s2 - s1 * $1) / determinant }
        slopeCoefficients = zip(w, x).map { $0 * (s0 * $1 - s1) / determinant }
    }

    /// Whether there are two different sizes or more.
    public var isExtrapolated: Bool { Set(sizes).count > 1 }

    /// q∞
    public func limit(_ values: [Double]) -> Double { zip(coefficients, values).reduce(0) { $0 + $1.0 * $1.1 } }

    /// q∞ of independent estimates, with its sampling error and the degrees of freedom of that.
    ///
    /// - Parameter freedom: degrees of freedom of the errors; nil for those of normal samples.
    public func limit(_ values: [Estimate], freedom: [Double]? = nil) -> (value: Double, sampling: Uncertainty) {
        precondition(values.count == sizes.count, "\(values.count) values at \(sizes.count) sizes")
        let parts = values.indices.map { w in
            Uncertainty(
                error: abs(coefficients[w]) * values[w].standardError,
                degreesOfFreedom: freedom?[w] ?? Double(max(values[w].count - 1, 1)))
        }
        return (limit(values.map(\.mean)), .combined(parts))
    }

    /// What the line itself misses: the next term, taken to be to the first as the first is to the limit.
    ///
    /// With q = q∞(1 + x + x² + …), x ∝ N^{−p}, a line through two sizes misses q∞ x₁x₂ (exactly, for terms up to x²); here x_w is
    /// the line's own term at the two largest sizes, relative to the limit or to `scale`, if that is larger. Infinite with a single size.
    ///
    /// - Parameter noise: sampling error of the limit. Slopes that it explains are no slopes.
    public func curvature(_ values: [Double], scale: Double, noise: Double = 0) -> Double {
        guard isExtrapolated else { return .infinity }
        let limit = limit(values)
        let order = sizes.indices.sorted { sizes[$0] > sizes[$1] }
        let steps = order.prefix(2).map { max(abs(values[$0] - limit) - noise, 0) }
        let size = max(abs(limit), scale)
        return size > 0 ? steps[0] * steps[1] / size : 0
    }
}
