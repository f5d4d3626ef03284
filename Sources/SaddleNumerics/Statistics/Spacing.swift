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
