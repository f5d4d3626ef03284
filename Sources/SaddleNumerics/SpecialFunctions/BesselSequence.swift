// Goals, in this order: no overflow at any argument; small members of the sequence to full relative accuracy; one routine for the
// modified, the ordinary and the degenerate case.

/// Bessel functions of orders 0 … count − 1, of both kinds in one family.
///
///     bₙ(θ; τ) = Iₙ(2√τ θ)/τ^{n/2} = Σₖ θⁿ⁺²ᵏ τᵏ/(k! (n + k)!),   returned times e^{−(1 + τ)θ}
///
/// so that τ = 1 gives e^{−2θ}Iₙ(2θ), τ = −1 gives Jₙ(2θ), and τ = 0 gives e^{−θ}θⁿ/n!.
///
/// The family obeys bₙ₋₁ = (n/θ) bₙ + τ bₙ₊₁, of which it is the minimal solution, so the recurrence is run downwards (Miller) and
/// normalised at the end by the generating function Σₙ bₙtⁿ = e^{θ(t + τ/t)} at t = 1, with b₋ₙ = τⁿbₙ. Source: DLMF 10.29, 10.35 and 3.6.
///
/// - Parameters:
///   - θ: at least 0.
///   - τ: from −1 to 1.
/// - Note: Relative error below 1e-14 for τ ≥ 0 and θ ≤ 100; for τ < 0, where the functions oscillate, absolute error below 2e-15.
/// - Complexity: O(count + θ).
public func scaledBesselSequence(_ θ: Double, symmetry τ: Double, count: Int) -> [Double] {
    precondition(θ >= 0 && θ.isFinite && abs(τ) <= 1 && count >= 1, "θ = \(θ), τ = \(τ), \(count) orders")
    var b = [Double](repeating: 0, count: count)
    if θ == 0 {
        b[0] = 1
        return b
    }
    // Beyond e·θ every order is at most (e θ/n)ⁿ, and 40 more orders take the error of the start below rounding.
    let start = max(count, Int(2.8 * θ)) + 40
    var powers = [Double](repeating: 1, count: start + 1)
    for n in 1...start { powers[n] = τ * powers[n - 1] }
    var (next, current, sum) = (0.0, 1e-250, 0.0)
    for n in stride(from: start, through: 1, by: -1) {
        if n < count { b[n] = current }
        sum += (1 + powers[n]) * current
        (next, current) = (current, τ * next + Double(n) / θ * current)
        if abs(current) > 1e250 {
            for k in n..<max(n, count) { b[k] *= 1e-250 }
            (next, current, sum) = (next * 1e-250, current * 1e-250, sum * 1e-250)
        }
    }
    b[0] = current
    sum += current
    for n in b.indices { b[n] /= sum }
    return b
}
