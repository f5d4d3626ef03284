#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Charges in the plane that repel each other logarithmically in a round trap, and linear statistics L = Σ f(r_i) of their radii.
///
///     weight exp(−β [ (N/2) Σ Q(r_i) − Σ_{i<j} log|z_i − z_j| ]),    Q = (2/p) rᵖ
///
/// At large N they fill the unit disc (uniformly for p = 2). β = 2, p = 2 are the eigenvalues of complex Ginibre matrices with entries
/// of variance 1/N. Cumulants of L: κ₁ ∝ N, κ₂ of order 1, κ_q ∝ N^{2−q}.
///
/// Source: Flack, Majumdar, Schehr 2023 (arXiv 2310.16420); the radii at β = 2: Kostlan 1992.
public struct RadialCoulombGas: Sendable, Equatable {
    /// N
    public let charges: Int
    /// p
    public let trapPower: Double
    /// β
    public let beta: Double

    /// A gas of N charges.
    ///
    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)`` unless N ≥ 1, and p and β are finite and above 0.
    public init(charges: Int, trapPower: Double = 2, beta: Double = 2) throws(RandomMatrixError) {
        guard charges >= 1 else {
            throw .badParameter(name: "the number of charges", value: Double(charges), accepted: "1 or more")
        }
        guard trapPower > 0, trapPower.isFinite else {
            throw .badParameter(name: "the power of the trap", value: trapPower, accepted: "a finite number above 0")
        }
        guard beta > 0, beta.isFinite else { throw .badParameter(name: "β", value: beta, accepted: "a finite number above 0") }
        self.charges = charges
        self.trapPower = trapPower
        self.beta = beta
    }

    /// κ₁ … κ_count of Σ rᵖ, exact for every β and N.
    ///
    /// Scaling all charges at once shows it to be a gamma variable, of shape (2N + βN(N − 1)/2)/p and rate βN/p.
    public func trapCumulants(_ count: Int) -> [Double] {
        let n = Double(charges)
        let (shape, rate) = ((2 * n + beta * n * (n - 1) / 2) / trapPower, beta * n / trapPower)
        var value = shape / rate
        return (1...count).map { q in
            defer { value *= Double(q) / rate }
            return value
        }
    }

    /// κ₁ … κ_count of Σ f(r) at β = 2, exact for every N.
    ///
    /// Moduli are then independent: (2N/p) r_kᵖ is a gamma variable of shape 2k/p, so that cumulants of single charges add up. Each is
    /// integrated by the trapezoidal rule in the logarithm of that variable.
    ///
    /// - Parameter f: smooth for r > 0; it may diverge like a logarithm at 0.
    /// - Note: Relative error of every charge's moments below 1e-12. Cumulants of high order are sums with cancellation.
    /// - Complexity: O(N) integrals of some 100 points.
    public func cumulants(_ count: Int, of f: (Double) -> Double) -> [Double] {
        precondition(beta == 2, "radii are independent at β = 2 only, not at \(beta)")
        var sums = [Double](repeating: 0, count: count)
        for k in 1...charges {
            for (q, value) in Self.cumulants(count, shape: 2 * Double(k) / trapPower, { f(radius(of: $0)) }).enumerated() {
                sums[q] += value
            }
        }
        return sums
    }

    /// r of s = (2N/p) rᵖ.
    func radius(of s: Double) -> Double { pow(s * trapPower / (2 * Double(charges)), 1 / trapPower) }

    /// Cumulants of g(s) for a gamma variable s.
    private static func cumulants(_ count: Int, shape a: Double, _ g: (Double) -> Double) -> [Double] {
        let step = min(0.2, 0.6 / a.squareRoot())
        var (weights, values): ([Double], [Double]) = ([], [])
        for direction in [-1.0, 1.0] {
            for j in (direction > 0 ? 0 : 1)... {
                let v = direction * Double(j) * step
                // log of the density of log(s/a), but for a constant
                let exponent = a * (v - expm1(v))
                if exponent < -42 { break }
                weights.append(exp(exponent))
                values.append(g(a * exp(v)))
            }
        }
        let total = weights.reduce(0, +)
        let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total
        var moments = [1.0, 0]
        for n in 2..<max(count + 1, 3) {
            moments.append(zip(weights, values).reduce(0) { $0 + $1.0 * pow($1.1 - mean, Double(n)) } / total)
        }
        return cumulants(count, mean: mean, centralMoments: moments)
    }

    /// κ_n = μ_n − Σ_{j<n} C(n − 1, j − 1) κ_j μ_{n−j}
    static func cumulants(_ count: Int, mean: Double, centralMoments μ: [Double]) -> [Double] {
        var κ = [0.0]
        for n in 2..<max(count + 1, 2) {
            var (binomial, value) = (1.0, μ[n])
            for j in 1..<n {
                value -= binomial * κ[j - 1] * μ[n - j]
                binomial *= Double(n - j) / Double(j)
            }
            κ.append(value)
        }
        return [mean] + κ.dropFirst().prefix(max(count - 1, 0))
    }

    /// The limits of κ₂, N κ₃ and N² κ₄ for N → ∞.
    ///
    ///     κ₂ → (1/β)∫₀¹ r f′² dr,    N^{q−2} κ_q → (2/β)^{q−1} (2/p) (d/dy)^{q−3} [h^q/y] at y = rᵖ = 1,   h = r f′(r)/2
    ///
    /// The tilted gas with trap Q − θf fills a disc of radius R with Rᵖ − θh = 1, and κ₂ of it is the integral up to there; expanding
    /// in θ by Lagrange's formula, cumulants beyond the second depend on f at the edge only.
    ///
    /// - Parameters:
    ///   - derivative: f′
    ///   - curvature: f″(1)
    public func limitingCumulants(derivative: (Double) -> Double, curvature: Double) throws -> [Double] {
        let variance = try IntervalQuadrature.integral(from: 0, to: 1) { $0 * derivative($0) * derivative($0) } / beta
        let h = derivative(1) / 2, slope = (derivative(1) + curvature) / (2 * trapPower)
        let temperature = 2 / beta
        return [
            variance, temperature * temperature * 2 / trapPower * h * h * h,
            temperature * temperature * temperature * 2 / trapPower * h * h * h * (4 * slope - h),
        ]
    }
}
