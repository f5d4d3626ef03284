#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// P(|z| > x) for a standard normal z.
public func normalTail(twoSided x: Double) -> Double { erfc(abs(x) / 2.0.squareRoot()) }

/// The x with P(|z| > x) = probability, for 0 < probability ≤ 1, by bisection; absolute error below 1e-9.
public func normalQuantile(twoSided probability: Double) -> Double {
    precondition(probability > 0 && probability <= 1, "probability \(probability)")
    var low = 0.0, high = 40.0
    while high - low > 1e-10 {
        let middle = (low + high) / 2
        if normalTail(twoSided: middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
}
