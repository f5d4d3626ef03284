#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The law of a combination of logarithms of estimated variances.
///
///     Y = Σ_w c_w ln(s²_w/σ²_w),      s²_w = σ²_w χ²_{ν_w}/ν_w,   independent
///
/// A ratio of two variances is the case c = (1, −1), and Y the logarithm of Fisher's F; a straight line through several of
/// them, extrapolated, is another. Small variances come with small error bars, so that differences over their errors have far
/// heavier tails than a normal value; logarithms have not, and the cumulants of Y are known exactly:
///
///     K(t) = ln E e^{tY} = Σ_w [lnΓ(ν_w/2 + c_w t) − lnΓ(ν_w/2) + c_w t ln(2/ν_w)]
public struct LogVarianceLaw: Sendable {
    /// The logarithm of one estimated variance in the sum.
    public struct Term: Sendable {
        /// c_w
        public var coefficient: Double
        /// ν_w
        public var degreesOfFreedom: Double

        /// A term with ν_w > 0.
        public init(coefficient: Double, degreesOfFreedom: Double) {
            precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
            self.coefficient = coefficient
            self.degreesOfFreedom = degreesOfFreedom
        }
    }

    /// From here on ln χ² is normal, with relative errors below 1e-3 in its third cumulant; lnΓ would lose digits.
    private static let normalFrom = 1e5

    let terms: [Term]

    /// The sum of these terms, of which one coefficient at least is not 0.
    public init(_ terms: [Term]) {
        precondition(terms.contains { $0.coefficient != 0 }, "a combination of no variances")
        self.terms = terms.filter { $0.coefficient != 0 }
    }

    /// Mean and variance of Y.
    public var moments: (mean: Double, variance: Double) { (derivative(1, 0), derivative(2, 0)) }

    /// The standard normal value z with P(normal < z) = P(Y < y), by Barndorff-Nielsen's r* = r + ln(u/r)/r at the saddle point
    /// K′(t) = y; r = ±√(2(ty − K)), u = t√K″. Probabilities have a relative error below 1 % for ν ≥ 4, 8 % for ν = 1, however small
    /// they are. Source: Barndorff-Nielsen, "Modified signed log likelihood ratio" (Biometrika 78, 1991).
    public func normalScore(_ y: Double) -> Double {
        let (mean, variance) = moments
        let x = (y - mean) / variance.squareRoot()
        let skewness = derivative(3, 0) / (variance * variance.squareRoot())
        // Around the mean r* is 0/0; Edgeworth's first term is its limit.
        if abs(x) < 0.05 { return x - skewness / 6 * (x * x - 1) }
        let t = saddlePoint(y)
        let r = (t < 0 ? -1 : 1) * max(2 * (t * y - derivative(0, t)), 0).squareRoot()
        let u = t * derivative(2, t).squareRoot()
        return r + log(u / r) / r
    }

    /// The t with K′(t) = y. K′ rises from −∞ or a finite slope to +∞ over the open interval on which all ν_w/2 + c_w t > 0.
    private func saddlePoint(_ y: Double) -> Double {
        let ends = terms.filter { $0.degreesOfFreedom < Self.normalFrom }.map { -$0.degreesOfFreedom / 2 / $0.coefficient }
        var low = ends.filter { $0 < 0 }.max() ?? -.infinity
        var high = ends.filter { $0 > 0 }.min() ?? .infinity
        var t = 0.0
        for _ in 0..<200 {
            let excess = derivative(1, t) - y
            if excess == 0 { break }
            if excess > 0 { high = t } else { low = t }
            var next = t - excess / derivative(2, t)
            if !(next > low && next < high) {
                next =
                    low.isFinite && high.isFinite
                    ? (low + high) / 2 : low.isFinite ? low + 2 * (t - low) + 1 : high - 2 * (high - t) - 1
            }
            if abs(next - t) <= 1e-14 * abs(t) { break }
            t = next
        }
        return t
    }

    /// K and its first three derivatives.
    private func derivative(_ order: Int, _ t: Double) -> Double {
        terms.reduce(0) { sum, term in
            let (c, half) = (term.coefficient, term.degreesOfFreedom / 2)
            if term.degreesOfFreedom >= Self.normalFrom {
                let variance = c * c / half
                return sum + (order == 0 ? t * t * variance / 2 : order == 1 ? t * variance : order == 2 ? variance : 0)
            }
            switch order {
            case 0: return sum + lgamma(half + c * t) - lgamma(half) - c * t * log(half)
            case 1: return sum + c * (digamma(half + c * t) - log(half))
            case 2: return sum + c * c * polygamma(1, half + c * t)
            default: return sum + c * c * c * polygamma(2, half + c * t)
            }
        }
    }
}

#if canImport(Glibc)
    private func lgamma(_ x: Double) -> Double { Glibc.lgamma(x) }
#endif

/// ψ(x) for x > 0: upwards by ψ(x) = ψ(x + 1) − 1/x, then the asymptotic series (DLMF 5.11.2). Absolute error below 1e-13.
func digamma(_ x: Double) -> Double {
    var (x, sum) = (x, 0.0)
    while x < 12 {
        sum -= 1 / x
        x += 1
    }
    let u = 1 / (x * x)
    return sum + log(x) - 0.5 / x - u * (1.0 / 12 - u * (1.0 / 120 - u * (1.0 / 252 - u * (1.0 / 240 - u / 132))))
}

/// ψ′(x) or ψ″(x) for x > 0, likewise (DLMF 5.15.8, and its derivative). Relative error below 1e-11.
func polygamma(_ order: Int, _ x: Double) -> Double {
    precondition(order == 1 || order == 2, "polygamma function of order \(order)")
    var (x, sum) = (x, 0.0)
    while x < 14 {
        sum += order == 1 ? 1 / (x * x) : -2 / (x * x * x)
        x += 1
    }
    let v = 1 / x, u = v * v
    if order == 1 {
        return sum + v + u / 2 + v * u * (1.0 / 6 - u * (1.0 / 30 - u * (1.0 / 42 - u * (1.0 / 30 - u * 5 / 66))))
    }
    return sum - u - v * u - u * u * (0.5 - u * (1.0 / 6 - u * (1.0 / 6 - u * (0.3 - u * 5 / 6))))
}
