#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// As `bracketedRoot` for 0 < low < high, where the root may lie many orders of magnitude from both ends: first in the logarithm.
public func geometricRoot<E: Error>(
    _ low: Double, _ high: Double, _ function: (Double) throws(E) -> Double
) throws(E) -> Double {
    precondition(low > 0 && high >= low, "no positive interval from \(low) to \(high)")
    if high < 100 * low { return try bracketedRoot(low, high, function) }
    let near = exp(try bracketedRoot(log(low), log(high)) { t throws(E) in try function(min(max(exp(t), low), high)) })
    let (left, right) = (max(near * (1 - 1e-12), low), min(near * (1 + 1e-12), high))
    let (below, above) = (try function(left), try function(right))
    return (below < 0) != (above < 0) ? try bracketedRoot(left, right, function) : near
}

/// The root of a continuous function between two arguments where it has opposite signs, to the last bits.
///
/// Bisection, with inverse quadratic interpolation wherever that is safe; never leaves the bracket. Source: Chandrupatla,
/// "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function" (1997).
///
/// - Returns: An argument x within 4ε|x| of a change of sign.
public func bracketedRoot<E: Error>(
    _ low: Double, _ high: Double, _ function: (Double) throws(E) -> Double
) throws(E) -> Double {
    var (a, b) = (high, low)
    var (fa, fb) = (try function(a), try function(b))
    if fa == 0 { return a }
    if fb == 0 { return b }
    precondition((fa < 0) != (fb < 0), "values \(fb) at \(low) and \(fa) at \(high) have the same sign")
    var (c, fc) = (a, fa)
    var fraction = 0.5
    for _ in 0..<200 {
        let x = a + fraction * (b - a)
        let fx = try function(x)
        if (fx < 0) == (fa < 0) {
            (c, fc) = (a, fa)
        } else {
            (c, fc, b, fb) = (b, fb, a, fa)
        }
        (a, fa) = (x, fx)
        let best = abs(fb) < abs(fa) ? b : a
        let tolerance = 2 * Double.ulpOfOne * abs(best) + Double.leastNormalMagnitude
        let limit = tolerance / abs(b - a)
        if fa == 0 || fb == 0 || limit > 0.5 { return best }
        let (ξ, φ) = ((a - b) / (c - b), (fa - fb) / (fc - fb))
        let isSafe = φ * φ < ξ && (1 - φ) * (1 - φ) < 1 - ξ
        fraction = isSafe ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb) : 0.5
        fraction = min(max(fraction, limit), 1 - limit)
    }
    return abs(fb) < abs(fa) ? b : a
}
