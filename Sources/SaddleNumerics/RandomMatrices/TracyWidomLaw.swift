// Goals, in this order: relative accuracy of the upper tail, from which p-values come; absolute accuracy elsewhere; no table. Both laws are
// determinants of one operator, B_s(x, y) = Ai(x + y + s) on (0, ∞), discretised by Gauss and Legendre's rule, whose error falls
// geometrically (Bornemann 2010); the eigenvalues rather than the determinant are taken, so that 1 − F keeps its digits where F is near 1.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The laws of Tracy and Widom: where the largest eigenvalue of a large symmetric (β = 1) or Hermitian (β = 2) matrix is, in units of its scatter.
///
///     F₁(s) = det(1 − B_s),   F₂(s) = det(1 − B_s²),   B_s(x, y) = Ai(x + y + s) on (0, ∞)
///
/// Sources: Tracy and Widom 1994 and 1996; Ferrari and Spohn 2005 for the form of F₁; Bornemann, Mathematics of Computation 79, 871 (2010) for the method.
///
/// - Note: Absolute error below 1e-13 for s ≥ −10; relative error of 1 − F below 1e-7 at every s above.
public struct TracyWidomLaw: Sendable {
    /// Of the matrices: real symmetric (β = 1) or Hermitian (β = 2).
    public enum Symmetry: Int, Sendable, CaseIterable { case real = 1, complex }

    /// Which of the two laws this is.
    public let symmetry: Symmetry

    /// F₁ or F₂.
    public init(_ symmetry: Symmetry) { self.symmetry = symmetry }

    /// Below, F is less than 1e-18.
    private static let lowest = -10.0
    /// From here on one order of the series in B, or in s^{−3/2}, gives 1 − F.
    private var far: Double { symmetry == .real ? 9 : 60 }
    private static let rule = GaussLegendre(72)

    /// F(s)
    public func cumulative(_ s: Double) throws -> Double {
        if s < Self.lowest { return 0 }
        return s > far ? -expm1(logUpperTail(s)) : exp(try logarithm(s))
    }

    /// 1 − F(s), which may be below what a floating-point number holds.
    public func upperTail(_ s: Double) throws -> Double {
        if s < Self.lowest { return 1 }
        return s > far ? exp(logUpperTail(s)) : -expm1(try logarithm(s))
    }

    /// log F(s)
    private func logarithm(_ s: Double) throws -> Double {
        let rule = Self.rule, n = rule.nodes.count, half = max(16 - s, 24 / max(s, 1).squareRoot()) / 2
        let x = rule.nodes.map { half * (1 + $0) }, roots = rule.weights.map { (half * $0).squareRoot() }
        let operatorMatrix = Matrix(rows: n, columns: n) { i, j in roots[i] * Airy.ai(x[i] + x[j] + s) * roots[j] }
        return try operatorMatrix.symmetricEigenvalues().reduce(0) { sum, λ in
            sum + (symmetry == .real ? log1p(-λ) : log1p(-λ * λ))
        }
    }

    /// log(1 − F) far out: tr B = ½∫_s^∞ Ai for β = 1; for β = 2 tr B² = e^{−4s^{3/2}/3}/(16πs^{3/2}) (1 − 35/(24 s^{3/2}) + …).
    private func logUpperTail(_ s: Double) -> Double {
        if symmetry == .real { return Airy.logTail(s) - log(2) }
        let u = 1 / (s * s.squareRoot())
        let series = 1 - u * (35.0 / 24 - u * 3745 / 1152)
        return -4 * s * s.squareRoot() / 3 - log(16 * Double.pi) + log(u) + log(series)
    }

    /// The s with F(s) = p, 0 < p < 1.
    public func quantile(_ p: Double) throws -> Double {
        precondition(p > 0 && p < 1, "the quantile of \(p)")
        return try bracketedRoot(Self.lowest, 40) { s in p > 0.5 ? 1 - p - (try upperTail(s)) : try cumulative(s) - p }
    }

    /// Of the law: by integrals of F, to 1e-9.
    public func moments() throws -> (mean: Double, variance: Double) {
        // E s = c + ∫_c^∞ (1 − F) − ∫_{−∞}^c F,  E (s − c)² = 2∫_c^∞ (s − c)(1 − F) + 2∫_{−∞}^c (c − s)F.
        let rule = GaussLegendre(40), c = -1.5
        var (first, second) = (0.0, 0.0)
        for (low, high) in [(Self.lowest, -5.5), (-5.5, c), (c, 2.5), (2.5, 9)] {
            for (node, weight) in zip(rule.nodes, rule.weights) {
                let s = (low + high) / 2 + (high - low) / 2 * node, w = (high - low) / 2 * weight
                let share = s > c ? try upperTail(s) : -(try cumulative(s))
                first += w * share
                second += 2 * w * (s - c) * share
            }
        }
        return (c + first, second - first * first)
    }
}

/// Where the largest eigenvalue of XᵀX is, for n × m independent normals of variance 1, and how much it scatters.
///
///     centre = (√(n − ½) + √(m − ½))²,   scale = (√(n − ½) + √(m − ½)) (1/√(n − ½) + 1/√(m − ½))^{1/3}
///
/// (λ₁ − centre)/scale follows F₁ up to terms of order min(n, m)^{−2/3}. Sources: Johnstone 2001; Ma, Bernoulli 18, 322 (2012).
public struct LargestCovarianceEigenvalue: Sendable {
    /// Units in which λ₁ follows F₁: (λ₁ − centre)/scale.
    public let centre, scale: Double

    /// Of n samples in m dimensions, both at least 1.
    public init(samples: Double, dimensions: Double) {
        precondition(samples >= 1 && dimensions >= 1, "\(samples) samples of \(dimensions) dimensions")
        let (n, m) = ((samples - 0.5).squareRoot(), (dimensions - 0.5).squareRoot())
        centre = (n + m) * (n + m)
        scale = (n + m) * cbrt(1 / n + 1 / m)
    }
}
