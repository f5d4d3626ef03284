#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `count` numbers with equal ratios from `low` to `high`, both included exactly.
public func logSpaced(from low: Double, to high: Double, count: Int) -> [Double] {
    precondition(low > 0 && high > 0 && count >= 2, "\(count) log-spaced numbers from \(low) to \(high)")
    return (0..<count).map { k in
        k == 0 ? low : k == count - 1 ? high : low * pow(high / low, Double(k) / Double(count - 1))
    }
}

/// Ascending numbers with more of them at places where a curve diverges or peaks, so that its height does not depend on where the others
/// happen to lie: each pole within their range itself, and the pole times 1 ± 0.3, 0.1, 0.03 and 0.01.
public func resolving(_ numbers: [Double], poles: [Double]) -> [Double] {
    guard let low = numbers.min(), let high = numbers.max() else { return [] }
    let near = poles.flatMap { pole in [0, 0.01, 0.03, 0.1, 0.3].flatMap { [pole * (1 - $0), pole * (1 + $0)] } }
    return Set(numbers + near.filter { $0 >= low && $0 <= high }).sorted()
}
