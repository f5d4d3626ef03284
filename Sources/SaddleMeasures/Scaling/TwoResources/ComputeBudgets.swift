import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs of nearly equal compute, and the size at which the loss of each such budget is least, by parabolas of log L in log N.
///
/// Source: Hoffmann et al. 2022, approach 2. No law of the loss is supposed, only that it is smooth about its least.
public struct ComputeBudgets: Sendable {
    /// Runs of nearly equal compute with their parabola.
    public struct Budget: Sendable {
        /// Geometric mean of the compute of its rows.
        public let compute: Double
        /// In the order of their compute.
        public let rows: [ResourceTable.Row]
        /// log L ≈ c₀ + c₁u + c₂u², u = log N − origin
        public let coefficients: [Double]
        let origin: Double
        /// Where the parabola is least, with its 95 % interval; nil if it has no least within the sizes.
        public let best: ScalingFit.Interval?

        /// The loss of a size by the parabola.
        public func loss(size: Double) -> Double {
            let u = log(size) - origin
            return exp(coefficients[0] + u * (coefficients[1] + u * coefficients[2]))
        }
    }

    /// Those of five different sizes or more, by ascending compute.
    public let budgets: [Budget]
    /// a of N ∝ Cᵃ through the least of each budget; nil for fewer than three.
    public let exponent: ScalingFit.Interval?

    /// Rows of one budget differ by less than a third in their compute, and from the next budget by more than a tenth.
    private static let (gap, spread) = (0.1, 0.35)
    private static let fewest = 5

    /// Groups rows into budgets and fits a parabola to each.
    public init(_ rows: [ResourceTable.Row]) {
        let order = rows.sorted { $0.compute < $1.compute }
        var groups: [[ResourceTable.Row]] = []
        for row in order {
            if let last = groups.last?.last, let first = groups.last?.first, log(row.compute / last.compute) < Self.gap,
                log(row.compute / first.compute) < Self.spread
            {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        budgets = groups.compactMap(Self.budget)
        exponent = Self.slope(budgets.compactMap { budget in budget.best.map { (log(budget.compute), $0) } })
    }

    private static func budget(_ rows: [ResourceTable.Row]) -> Budget? {
        guard Set(rows.map(\.size)).count >= fewest else { return nil }
        let u = rows.map { log($0.size) }, origin = u.reduce(0, +) / Double(u.count), n = Double(rows.count)
        let design = u.map { [1, $0 - origin, ($0 - origin) * ($0 - origin)] }, losses = rows.map { log($0.loss) }
        let normal = Matrix(rows: 3, columns: 3) { i, j in design.reduce(0) { $0 + $1[i] * $1[j] } }
        guard let inverse = try? normal.inverse() else { return nil }
        let right = (0..<3).map { i in zip(design, losses).reduce(0) { $0 + $1.0[i] * $1.1 } }
        let c = (0..<3).map { i in (0..<3).reduce(0) { $0 + inverse[i, $1] * right[$1] } }
        let residual = zip(design, losses).reduce(0.0) { sum, row in
            let miss = row.1 - (0..<3).reduce(0) { $0 + c[$1] * row.0[$1] }
            return sum + miss * miss
        }
        let variance = residual / (n - 3), t = studentQuantile(twoSided: 0.05, degreesOfFreedom: n - 3)
        let compute = exp(rows.reduce(0) { $0 + log($1.compute) } / n)
        return Budget(
            compute: compute, rows: rows, coefficients: c, origin: origin,
            best: least(c, inverse, t * t * variance, (u.min()! - origin)...(u.max()! - origin), origin))
    }

    /// Fieller's interval of −c₁/2c₂: the u at which the slope c₁ + 2c₂u is within t of zero.
    private static func least(
        _ c: [Double], _ inverse: Matrix, _ scale: Double, _ range: ClosedRange<Double>, _ origin: Double
    ) -> ScalingFit.Interval? {
        let place = -c[1] / (2 * c[2])
        guard c[2] > 0, range.contains(place) else { return nil }
        // (c₁ + 2c₂u)² ≤ scale (v₁₁ + 4u v₁₂ + 4u² v₂₂)
        let (p, q, r) = (
            4 * (c[2] * c[2] - scale * inverse[2, 2]), 4 * (c[1] * c[2] - scale * inverse[1, 2]),
            c[1] * c[1] - scale * inverse[1, 1]
        )
        let discriminant = q * q - 4 * p * r
        // Zero, but for rounding, where the parabola is exact.
        guard p > 0, discriminant >= -1e-9 * q * q else { return nil }
        let root = max(discriminant, 0).squareRoot()
        return .init(
            value: exp(origin + place), low: exp(origin + (-q - root) / (2 * p)), high: exp(origin + (-q + root) / (2 * p)))
    }

    /// A weighted line through the logarithms of the least; its scatter counts if it is more than the intervals say.
    private static func slope(_ points: [(Double, ScalingFit.Interval)]) -> ScalingFit.Interval? {
        guard points.count >= 3 else { return nil }
        let z = points.map { log($0.1.value) }, deviations = points.map { max(log($0.1.high / $0.1.low) / 3.92, 1e-9) }
        let weights = deviations.map { 1 / ($0 * $0) }, total = weights.reduce(0, +)
        let x = points.map(\.0), mx = zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let mz = zip(z, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        var (sxx, sxz) = (0.0, 0.0)
        for i in x.indices {
            sxx += weights[i] * (x[i] - mx) * (x[i] - mx)
            sxz += weights[i] * (x[i] - mx) * (z[i] - mz)
        }
        guard sxx > 0 else { return nil }
        let slope = sxz / sxx, freedom = Double(points.count - 2)
        let chi = x.indices.reduce(0.0) { sum, i in
            let miss = z[i] - mz - slope * (x[i] - mx)
            return sum + weights[i] * miss * miss
        }
        let reach = studentQuantile(twoSided: 0.05, degreesOfFreedom: freedom) * (max(chi / freedom, 1) / sxx).squareRoot()
        return .init(value: slope, low: slope - reach, high: slope + reach)
    }
}
