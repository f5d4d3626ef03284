#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Entropic optimal transport between two clouds of equally heavy points.
///
///     min Σ πᵢⱼcᵢⱼ + ε Σ πᵢⱼ(ln(nm πᵢⱼ) − 1),   Σⱼ πᵢⱼ = 1/n,   Σᵢ πᵢⱼ = 1/m,   πᵢⱼ = e^{(fᵢ + gⱼ − cᵢⱼ)/ε}/nm
///
/// by Sinkhorn's alternation in the logarithmic domain, with ε lowered from the largest cost to its value by halves: no exponential overflows and none of a
/// row's all vanish, however small ε is. Source: Cuturi 2013; Peyré and Cuturi, "Computational optimal transport", section 4.4.
public struct Sinkhorn: Sendable {
    /// f and g, up to a constant that moves from one to the other.
    public let rowPotentials: [Double], columnPotentials: [Double]
    /// Σ πc
    public let cost: Double
    /// Σᵢ |Σⱼ πᵢⱼ − 1/n|: what the tolerance bounds; the sums over rows hold to rounding.
    public let marginalError: Double
    /// Sweeps over rows and columns that were made.
    public let sweeps: Int
    /// ε, in the units of the costs.
    public let epsilon: Double
    /// Whether the marginal error fell to the tolerance.
    public let isConverged: Bool

    /// - Parameters:
    ///   - costs: n × m.
    ///   - tolerance: of the marginal error.
    /// - Complexity: O(n m) a sweep; about 1/ε of them in units of the costs for the last digits.
    public init(_ costs: Matrix, epsilon: Double, tolerance: Double = 1e-6, maximalSweeps: Int = 20_000) {
        precondition(
            epsilon > 0 && costs.rows > 0 && costs.columns > 0 && costs.isFinite,
            "ε = \(epsilon), \(costs.rows)×\(costs.columns) costs")
        let (n, m) = (costs.rows, costs.columns), turned = costs.transposed
        var (f, g) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: m))
        /// −ε ln mean exp((potential − cost)/ε) for each column of a matrix.
        func soft(_ c: Matrix, _ potential: [Double], _ ε: Double) -> [Double] {
            Threads.blocks(c.columns, work: c.rows) { j in
                c.elements.withUnsafeBufferPointer { c in
                    potential.withUnsafeBufferPointer { p in
                        let count = p.count, base = j * count
                        var largest = -Double.infinity
                        for i in 0..<count { largest = max(largest, p[i] - c[base + i]) }
                        var sum = 0.0
                        for i in 0..<count { sum += exp((p[i] - c[base + i] - largest) / ε) }
                        return -(largest + ε * log(sum / Double(count)))
                    }
                }
            }
        }
        let highest = costs.elements.max()! - costs.elements.min()!
        var (ε, sweeps, error) = (max(epsilon, highest), 0, Double.infinity)
        while true {
            let isLast = ε <= epsilon
            if isLast { ε = epsilon }
            var here = 0
            while sweeps < maximalSweeps {
                g = soft(costs, f, ε)
                let new = soft(turned, g, ε)
                // With g new, row i holds e^{(fᵢ − newᵢ)/ε}/n.
                error = zip(f, new).reduce(0) { $0 + abs(exp(($1.0 - $1.1) / ε) - 1) } / Double(n)
                f = new
                (sweeps, here) = (sweeps + 1, here + 1)
                if error <= (isLast ? tolerance : 1e-2) || (!isLast && here >= 50) { break }
            }
            if isLast || sweeps >= maximalSweeps { break }
            ε /= 2
        }
        // f is newer than g: its rows sum to 1/n, its columns miss by no more than the error.
        var total = 0.0
        for j in 0..<m { for i in 0..<n { total += costs[i, j] * exp((f[i] + g[j] - costs[i, j]) / epsilon) } }
        (rowPotentials, columnPotentials, cost) = (f, g, total / Double(n * m))
        (marginalError, self.sweeps, self.epsilon, isConverged) = (error, sweeps, epsilon, error <= tolerance)
    }

    /// π, whose entries sum to one.
    public func plan(_ costs: Matrix) -> Matrix {
        let scale = 1 / Double(costs.rows * costs.columns)
        return Matrix(rows: costs.rows, columns: costs.columns) {
            scale * exp((rowPotentials[$0] + columnPotentials[$1] - costs[$0, $1]) / epsilon)
        }
    }

    /// ½|xᵢ − yⱼ|²
    public static func halfSquares(_ x: Matrix, _ y: Matrix) -> Matrix {
        precondition(x.columns == y.columns, "points in \(x.columns) and \(y.columns) dimensions")
        func norms(_ m: Matrix) -> [Double] {
            (0..<m.rows).map { i in (0..<m.columns).reduce(0) { $0 + m[i, $1] * m[i, $1] } / 2 }
        }
        let (a, b) = (norms(x), norms(y))
        var costs = Matrix.product(.plain(x), y.ᵀ, scale: -1)
        for j in 0..<costs.columns { for i in 0..<costs.rows { costs[i, j] = max(costs[i, j] + a[i] + b[j], 0) } }
        return costs
    }
}

extension Threads {
    /// One number for each index, each of so much work, in blocks that are worth a thread.
    fileprivate static func blocks(_ count: Int, work: Int, _ body: @Sendable (Int) -> Double) -> [Double] {
        if count * work < 100_000 { return (0..<count).map(body) }
        let size = max(1, (count + 4 * Threads.count - 1) / (4 * Threads.count))
        return compute((count + size - 1) / size) { block in (block * size..<min(count, (block + 1) * size)).map(body) }.flatMap(
            \.self)
    }
}
