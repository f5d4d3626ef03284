import SaddleNumerics

/// The loss that averaging ever more networks ends at, and what of a single network's loss it can remove.
///
///     loss(k) = floor + c/k
///
/// is exact for the squared error of means over k independent networks: floor = ⟨(E f − y)²⟩, bias and noise, c = ⟨Var f⟩. For other losses it is the first
/// order in 1/k.
public struct EnsembleFloor: Sendable {
    /// With intervals of 95 %.
    public let floor, single: SeedSpread.Interval
    /// c
    public let removable: SeedSpread.Interval
    /// Level of the test of 1/k where there are three sizes of ensembles or more, each measured more than once, small if it does not fit.
    public let fit: Double?
    /// Points it rests on: losses of ensembles, or networks.
    public let count: Int

    /// The share of a single network's loss that ensembles remove at most.
    public var share: Double { removable.value / single.value }

    private init(
        floor: SeedSpread.Interval, removable: SeedSpread.Interval, single: SeedSpread.Interval, fit: Double?, count: Int
    ) {
        (self.floor, self.removable, self.single, self.fit, self.count) = (floor, removable, single, fit, count)
    }

    /// By a straight line in 1/k, with the common scatter of all losses, or with their own at each k if that says more.
    ///
    /// - Returns: nil for fewer than two sizes of ensembles or three losses.
    public init?(_ points: [(members: Double, loss: Double)]) {
        let groups = Dictionary(grouping: points, by: \.members).sorted { $0.key < $1.key }
        guard groups.count >= 2, points.count >= 3,
            let line = LinearFit(rows: points.map { [1, 1 / $0.members] }, points.map(\.loss))
        else { return nil }
        let freedom = Double(line.degreesOfFreedom), variance = line.sumOfSquares / freedom
        let own = groups.map { group in (members: group.key, losses: Estimate(group.value.map(\.loss))) }
        func interval(_ a: [Double]) -> SeedSpread.Interval {
            let value = zip(a, line.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
            var error = Uncertainty(error: (variance * line.variance(of: a)).squareRoot(), degreesOfFreedom: freedom)
            if own.allSatisfy({ $0.losses.count > 1 }) {
                let apart = Uncertainty.combined(
                    own.map { group in
                        let row = [1, 1 / group.members]
                        let influence = (0..<2).reduce(0.0) { sum, i in
                            sum + a[i] * (0..<2).reduce(0) { $0 + line.covariance[i][$1] * row[$1] }
                        }
                        let e = group.losses
                        return Uncertainty(
                            error: abs(influence) * Double(e.count) * e.standardError, degreesOfFreedom: Double(e.count - 1))
                    })
                if apart.error > error.error { error = apart }
            }
            let half =
                error.error > 0 ? error.error * studentQuantile(twoSided: 0.05, degreesOfFreedom: error.degreesOfFreedom) : 0
            return (value, value - half, value + half)
        }
        self.init(
            floor: interval([1, 0]), removable: interval([0, 1]), single: interval([1, 1]),
            fit: Self.fit(own.map(\.losses), line), count: points.count)
    }

    /// F test of means at each k against the line.
    private static func fit(_ groups: [Estimate], _ line: LinearFit) -> Double? {
        let within = groups.reduce(0.0) { sum, e in
            e.count > 1 ? sum + e.standardError * e.standardError * Double(e.count * (e.count - 1)) : sum
        }
        let freedom = groups.reduce(0) { $0 + $1.count - 1 }
        guard groups.count > 2, freedom > 0, within > 0 else { return nil }
        let extra = Double(groups.count - 2), misfit = max(line.sumOfSquares - within, 0) / extra
        if misfit == 0 { return 1 }
        let z = normalScore(varianceRatio: misfit / (within / Double(freedom)), degreesOfFreedom: extra, Double(freedom))
        return z > 0 ? normalTail(twoSided: z) / 2 : 1 - normalTail(twoSided: z) / 2
    }

    /// From outputs of n networks on samples, by squared errors: unbiased, with errors over networks by the jackknife.
    ///
    /// - Returns: nil for fewer than two networks or without samples.
    public init?(targets: [Double], networks: [[Double]]) {
        let n = networks.count
        guard n >= 2, !targets.isEmpty, networks.allSatisfy({ $0.count == targets.count }) else { return nil }
        /// Floor and c, without one network.
        func parts(_ left: Int?) -> [Double] {
            let chosen = networks.indices.filter { $0 != left }, m = Double(chosen.count)
            var (bias, spread) = (0.0, 0.0)
            for x in targets.indices {
                let mean = chosen.reduce(0) { $0 + networks[$1][x] } / m
                let variance = chosen.reduce(0) { $0 + (networks[$1][x] - mean) * (networks[$1][x] - mean) } / (m - 1)
                bias += (mean - targets[x]) * (mean - targets[x]) - variance / m
                spread += variance
            }
            return [bias / Double(targets.count), spread / Double(targets.count), (bias + spread) / Double(targets.count)]
        }
        let whole = parts(nil)
        let without = n > 2 ? networks.indices.map { parts($0) } : []
        let intervals = whole.indices.map { i -> SeedSpread.Interval in
            if n < 3 { return (whole[i], -.infinity, .infinity) }
            let values = without.map { $0[i] }, mean = values.reduce(0, +) / Double(n)
            let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * Double(n - 1) / Double(n)).squareRoot()
            let half = error > 0 ? error * studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(n - 1)) : 0
            return (whole[i], whole[i] - half, whole[i] + half)
        }
        self.init(floor: intervals[0], removable: intervals[1], single: intervals[2], fit: nil, count: n)
    }
}
