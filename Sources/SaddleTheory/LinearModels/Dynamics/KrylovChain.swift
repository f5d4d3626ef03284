#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// A random matrix acting on a vector that does not know it.
///
/// For a unit vector e₀ independent of J the limit N → ∞ is a chain of orthonormal vectors,
///
///     J eₙ = eₙ₊₁ + τ eₙ₋₁,
///
/// so that J is the tridiagonal K = S + τSᵀ with the shift S of a half-infinite line, and any dynamics whose coefficients are numbers
/// times J stay in the chain. Since functions of K commute,
///
///     e^{θJ} e₀ = Σₙ gₙ₊₁(θ) eₙ,   gₙ(θ) = (n/θ) bₙ(θ; τ) = n Iₙ(2√τ θ)/(τ^{n/2} θ),   e^{θK} = Σₙ gₙ₊₁(θ) pₙ(K)       (1)
///
/// with the polynomials pₙ₊₁(x) = x pₙ(x) − τ pₙ₋₁(x), pₙ(K)e₀ = eₙ. Chains of independent vectors are orthogonal. Its resolvent
/// ⟨e₀|(z − K)⁻¹|e₀⟩ is H of ``LinearDynamics``: the Lanczos coefficients of a semicircle with the non-normal part kept.
struct KrylovChain: Sendable {
    let symmetry: Double
    let length: Int

    /// Long enough for e^{θJ} with θ up to the given one: the amplitude that is cut off is below 1e-17 of e^{(1 + τ)θ}.
    ///
    /// From |gₙ₊₁(θ)| ≤ θⁿ/n! · e^{max(τ, 0)θ²/(n + 1)}.
    init(symmetry τ: Double, reach θ: Double) {
        symmetry = τ
        var n = max(2, Int(θ))
        while θ > 0, Double(n) * log(θ) - lgamma(Double(n + 1)) + max(τ, 0) * θ * θ / Double(n + 1) > (1 + τ) * θ - 40 { n += 1 }
        length = n
    }

    /// gₙ₊₁(θ)e^{−(1 + τ)θ} for n = 0 ..< length.
    func amplitudes(_ θ: Double) -> [Double] {
        var g = [Double](repeating: 0, count: length)
        // The terms left out are of order θ²; they, and 1/θ, would leave the range of doubles.
        if θ < 1e-100 {
            (g[0], g[1]) = (1, θ)
            return g
        }
        let b = scaledBesselSequence(θ, symmetry: symmetry, count: length + 1)
        for n in 0..<length { g[n] = Double(n + 1) / θ * b[n + 1] }
        return g
    }

    /// Dₙ = tr(pₙ(K) G) for a covariance G of amplitudes, so that E⟨x(t + u)|x(t)⟩ = Σₙ gₙ₊₁ Dₙ by (1).
    ///
    /// pₙ are Chebyshev polynomials of the second kind in disguise: pₙpₘ = Σₖ τᵏ pₙ₊ₘ₋₂ₖ for k = 0 … min(n, m), so pₙ(K)eₘ is known and
    ///
    ///     Dₙ = Σₘ Σₖ τᵏ G_{n+m−2k, m}
    ///
    /// is a sum of partial sums along the diagonals of G. O(length²).
    func moments(_ covariance: Matrix) -> [Double] {
        let size = length
        // tails[d, k] = Σ_{m ≥ k} G_{m+d, m}
        var tails = Matrix(rows: size, columns: size + 1)
        for d in 0..<size {
            for m in stride(from: size - 1 - d, through: 0, by: -1) { tails[d, m] = tails[d, m + 1] + covariance[m + d, m] }
        }
        var powers = [Double](repeating: 1, count: size)
        for k in 1..<size { powers[k] = symmetry * powers[k - 1] }
        return (0..<size).map { n in
            stride(from: n % 2, through: n, by: 2).reduce(0) { sum, d in
                let weight = powers[(n - d) / 2] + (d > 0 ? powers[(n + d) / 2] : 0)
                return sum + weight * tails[d, (n - d) / 2]
            }
        }
    }
}
