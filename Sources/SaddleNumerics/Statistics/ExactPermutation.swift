/// Exact tests by all permutations: no law of errors is assumed.
public enum ExactPermutation {
    /// Beyond so many arrangements there is no need of one.
    public static let most = 200_000

    /// The share of the 2ⁿ choices of signs for which |mean of differences| is at least as large as it is; nil beyond ``most``.
    ///
    /// - Returns: also the smallest share that so many differences can have.
    public static func paired(_ differences: [Double]) -> (p: Double, smallest: Double)? {
        let n = differences.count
        guard n > 0, n < 62, 1 << n <= most else { return nil }
        let whole = abs(differences.reduce(0, +)), tolerance = 1e-12 * differences.reduce(0) { $0 + abs($1) }
        let choices = 1 << n
        let count = (0..<choices).count { mask in
            var sum = 0.0
            for i in 0..<n { sum += mask >> i & 1 == 1 ? -differences[i] : differences[i] }
            return abs(sum) >= whole - tolerance
        }
        return (Double(count) / Double(choices), min(2 / Double(choices), 1))
    }

    /// The share of the ways to deal all numbers to the two groups for which means differ by at least as much; nil beyond ``most``.
    public static func unpaired(_ a: [Double], _ b: [Double]) -> (p: Double, smallest: Double)? {
        let (m, n) = (a.count, b.count)
        guard m > 0, n > 0, let choices = binomial(m + n, m), choices <= most else { return nil }
        let all = a + b, total = all.reduce(0, +), tolerance = 1e-12 * all.reduce(0) { $0 + abs($1) }
        func difference(_ sum: Double) -> Double { abs(sum / Double(m) - (total - sum) / Double(n)) }
        let found = difference(a.reduce(0, +))
        var count = 0
        var chosen = Array(0..<m)
        while true {
            if difference(chosen.reduce(0) { $0 + all[$1] }) >= found - tolerance { count += 1 }
            guard let last = chosen.indices.last(where: { chosen[$0] < n + $0 }) else { break }
            chosen[last] += 1
            for i in (last + 1)..<max(m, last + 1) { chosen[i] = chosen[i - 1] + 1 }
        }
        return (Double(count) / Double(choices), min((m == n ? 2 : 1) / Double(choices), 1))
    }

    /// n over k, nil beyond ``most``.
    private static func binomial(_ n: Int, _ k: Int) -> Int? {
        var value = 1
        for i in 0..<min(k, n - k) {
            value = value * (n - i) / (i + 1)
            if value > most { return nil }
        }
        return value
    }
}

/// Levels of several tests together.
public enum FamilyWise {
    /// Holm's p-values, in the order of the input: calling those at or below α significant makes any mistake with probability α at most, however
    /// the tests depend on each other. Source: Holm 1979.
    public static func holm(_ p: [Double]) -> [Double] {
        precondition(p.allSatisfy { (0...1).contains($0) }, "p-values must lie between 0 and 1")
        var (result, largest) = (p, 0.0)
        for (rank, i) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
            largest = max(largest, min(p[i] * Double(p.count - rank), 1))
            result[i] = largest
        }
        return result
    }
}
