#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of Marchenko and Pastur's law for q ≤ 1 and variance 1 is below x.
///
/// With x = lower + (upper − lower) sin²(θ/2) the integrand is smooth at both edges, also where the lower one is hard; Simpson's rule on 1024 intervals of θ, and between
/// its nodes the cubic that has the density for its slope: absolute error below 1e-9.
public struct MarchenkoPasturCumulative: Sendable {
    /// Edges of the law, (1 ∓ √q)².
    public let lower, upper: Double
    private let ratio: Double
    private let values: [Double]
    private static let intervals = 1024

    /// The law with q = D/P, above 0 and at most 1.
    public init(ratio: Double) {
        precondition(ratio > 0 && ratio <= 1, "the ratio is \(ratio)")
        self.ratio = ratio
        let root = ratio.squareRoot()
        (lower, upper) = ((1 - root) * (1 - root), (1 + root) * (1 + root))
        let step = Double.pi / Double(Self.intervals), edges = (lower, upper)
        func slope(_ θ: Double) -> Double { Self.slope(θ, ratio, edges.0, edges.1) }
        var values = [0.0]
        values.reserveCapacity(Self.intervals + 1)
        for k in 0..<Self.intervals {
            let (a, b, c) = (slope(Double(k) * step), slope((Double(k) + 0.5) * step), slope((Double(k) + 1) * step))
            values.append(values[k] + step / 6 * (a + 4 * b + c))
        }
        // The whole is 1 but for rounding and the rule's error.
        let whole = values.last!
        self.values = values.map { $0 / whole }
    }

    /// dF/dθ
    private func slope(_ θ: Double) -> Double { Self.slope(θ, ratio, lower, upper) }

    private static func slope(_ θ: Double, _ ratio: Double, _ lower: Double, _ upper: Double) -> Double {
        let half = (upper - lower) / 2, rise = half * sin(θ), s = sin(θ / 2), x = lower + 2 * half * s * s
        // At a hard edge x and the square of the rise vanish alike.
        if x < 1e-300 { return 2 * half / (2 * .pi * ratio) }
        return rise * rise / (2 * .pi * ratio * x)
    }

    /// The share below x: 0 up to the lower edge, 1 from the upper one on.
    public func callAsFunction(_ x: Double) -> Double {
        if x <= lower { return 0 }
        if x >= upper { return 1 }
        let θ = 2 * asin(((x - lower) / (upper - lower)).squareRoot()), step = Double.pi / Double(Self.intervals)
        let k = min(Int(θ / step), Self.intervals - 1), t = θ / step - Double(k)
        let (a, b) = (step * slope(Double(k) * step), step * slope(Double(k + 1) * step)), (p, q) = (values[k], values[k + 1])
        // Hermite's cubic.
        let (t2, t3) = (t * t, t * t * t)
        return (2 * t3 - 3 * t2 + 1) * p + (t3 - 2 * t2 + t) * a + (3 * t2 - 2 * t3) * q + (t3 - t2) * b
    }

    /// The x below which half of the law is.
    public var median: Double {
        var (low, high) = (lower, upper)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if self(middle) < 0.5 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// ρ(x)
    public func density(_ x: Double) -> Double {
        x > lower && x < upper ? ((upper - x) * (x - lower)).squareRoot() / (2 * .pi * ratio * x) : 0
    }
}
