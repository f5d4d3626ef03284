#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Fluctuations of Σ f(λ_i) for Gaussian (Hermite) and Wishart (Laguerre) matrices, whose eigenvalues repel each other as charges in one
/// band [a, b] do; for any f with a square-integrable derivative.
///
///     f = a₀/2 + Σ a_k cos kθ,   x = (a + b)/2 + (b − a)/2 cos θ
///     Var Σf = (1/2β) Σ k a_k²,    E Σf − N∫f dρ = (2/β − 1) [ (f(a) + f(b))/4 − a₀/4 ]
///
/// Source: Johansson 1998. β = 1 for real matrices, 2 for complex ones. For these ensembles the same as ``SpectralFluctuations``.
public struct OneCutFluctuations: Sendable {
    /// a, b and β.
    public let lower, upper, beta: Double

    /// A band from a to b > a, and β > 0.
    public init(lower: Double, upper: Double, beta: Double = 1) {
        precondition(upper > lower && beta > 0, "band from \(lower) to \(upper), β = \(beta)")
        self.lower = lower
        self.upper = upper
        self.beta = beta
    }

    /// - Throws: ``IntegralError`` if 2¹³ coefficients do not give the variance to the tolerance, as for a jump.
    public func law(tolerance: Double = 1e-9, of f: (Double) -> Double) throws -> (correction: Double, variance: Double) {
        var previous = Double.infinity
        var difference = Double.infinity
        var count = 16
        while count <= 1 << 13 {
            let a = coefficients(count, f)
            let variance = a.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element * $1.element } / (2 * beta)
            difference = abs(variance - previous) / max(variance, .leastNormalMagnitude)
            if difference <= tolerance || variance == 0 && previous == 0 {
                return ((2 / beta - 1) * ((f(lower) + f(upper)) / 4 - a[0] / 4), variance)
            }
            previous = variance
            count *= 2
        }
        throw IntegralError(low: lower, high: upper, difference: difference)
    }

    /// a₀ … a_{count−1} from the values at 2·count Chebyshev points.
    private func coefficients(_ count: Int, _ f: (Double) -> Double) -> [Double] {
        let nodes = 2 * count
        let values = (0..<nodes).map { j in
            f((lower + upper) / 2 + (upper - lower) / 2 * cos(.pi * (Double(j) + 0.5) / Double(nodes)))
        }
        // A table of cosines: those of multiples by a recurrence would lose digits.
        let cosines = (0..<4 * nodes).map { cos(.pi * Double($0) / Double(2 * nodes)) }
        return (0..<count).map { k in
            (0..<nodes).reduce(0) { $0 + values[$1] * cosines[k * (2 * $1 + 1) % (4 * nodes)] } * 2 / Double(nodes)
        }
    }
}
