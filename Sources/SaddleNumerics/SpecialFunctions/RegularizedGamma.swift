#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// P(a, x) = γ(a, x)/Γ(a), the probability that a gamma variable of shape a is at most x, for a > 0.
///
/// By its power series below a + 1, else one minus Lentz's continued fraction. Relative error some ε·(a + x) of the smaller of P and 1 − P.
public func regularizedGamma(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && x >= 0, "P(\(a), \(x))")
    if x == 0 { return 0 }
    if x == .infinity { return 1 }
    let front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
        var (term, sum, n) = (1 / a, 1 / a, a)
        while term > sum * .ulpOfOne / 4 {
            n += 1
            term *= x / n
            sum += term
        }
        return front * sum
    }
    var b = x + 1 - a
    var (c, d) = (1e300, 1 / b)
    var value = d
    for i in 1...100_000 {
        let k = Double(i), factor = -k * (k - a)
        b += 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        value *= d * c
        if abs(d * c - 1) < .ulpOfOne { break }
    }
    return 1 - front * value
}
