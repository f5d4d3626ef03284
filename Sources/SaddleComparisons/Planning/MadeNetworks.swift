import SaddleModels
import SaddleNumerics

/// Networks of any width made up from what is known of their outputs after training:
///
///     f_N = f∞ + b/N + δ/√N
///
/// the limit and N·bias as means of samples, and fluctuations that vary together as those of real networks do.
package struct MadeNetworks: Sendable {
    /// Samples of f∞, of b, and of δ, each a row of outputs: sample · outputs + output.
    let limits, shifts, fluctuations: [[Double]]
    let outputs: Int

    /// From networks of width n and n/2: f∞ = 2f_n − f_{n/2}, b = n(f_{n/2} − f_n).
    package init(wide: [[Double]], narrow: [[Double]], width: Int, outputs: Int) {
        let n = Double(width), mean = Self.mean(wide)
        let pairs = zip(wide, narrow)
        limits = pairs.map { zip($0, $1).map { 2 * $0 - $1 } }
        shifts = pairs.map { zip($0, $1).map { n * ($1 - $0) } }
        fluctuations = wide.map { zip($0, mean).map { n.squareRoot() * ($0 - $1) } }
        self.outputs = outputs
    }

    package init(limits: [[Double]], shifts: [[Double]], fluctuations: [[Double]], outputs: Int) {
        (self.limits, self.shifts, self.fluctuations, self.outputs) = (limits, shifts, fluctuations, outputs)
    }

    static func mean(_ rows: [[Double]]) -> [Double] {
        var sum = [Double](repeating: 0, count: rows.first?.count ?? 0)
        for row in rows { for i in sum.indices { sum[i] += row[i] } }
        return sum.map { $0 / Double(max(rows.count, 1)) }
    }

    /// Probability that two networks of a width label a sample differently, averaged over samples.
    package func flipRate(width: Double) -> Double {
        let limit = Self.mean(limits), shift = Self.mean(shifts)
        return Self.flipRate(limit, shift, fluctuations, outputs, width)
    }

    private static func flipRate(
        _ limit: [Double], _ shift: [Double], _ fluctuations: [[Double]], _ outputs: Int, _ width: Double
    ) -> Double {
        let samples = limit.count / outputs, root = width.squareRoot()
        let centre = zip(limit, shift).map { $0 + $1 / width }
        var counts = [Int](repeating: 0, count: samples * max(outputs, 2))
        for row in fluctuations {
            for sample in 0..<samples {
                let label = Self.label(outputs) { centre[sample * outputs + $0] + row[sample * outputs + $0] / root }
                counts[sample * max(outputs, 2) + label] += 1
            }
        }
        return Self.disagreement(counts, networks: fluctuations.count, labels: max(outputs, 2))
    }

    /// Of two different networks among those that gave these labels, averaged over samples.
    private static func disagreement(_ counts: [Int], networks: Int, labels: Int) -> Double {
        let pairs = Double(networks) * Double(networks - 1), samples = counts.count / labels
        guard pairs > 0, samples > 0 else { return 0 }
        let agreeing = counts.reduce(0) { $0 + Double($1) * Double($1 - 1) }
        return 1 - agreeing / pairs / Double(samples)
    }

    private static func label(_ outputs: Int, _ value: (Int) -> Double) -> Int {
        if outputs == 1 { return value(0) > 0 ? 0 : 1 }
        var best = 0
        for k in 1..<outputs where value(k) > value(best) { best = k }
        return best
    }

    /// The same of real networks, one row each; nil with fewer than two.
    package static func flipRate(of rows: [[Double]], outputs: Int) -> Estimate? {
        guard rows.count > 1 else { return nil }
        // Fluctuations about nothing.
        let zero = rows[0].map { _ in 0.0 }
        func rate(_ rows: [[Double]]) -> Double { flipRate(zero, zero, rows, outputs, 1) }
        // Delete groups of networks in turn.
        let groups = min(10, rows.count)
        let without = (0..<groups).map { g in rate(rows.indices.filter { $0 % groups != g }.map { rows[$0] }) }
        let centre = without.reduce(0, +) / Double(groups), n = Double(groups)
        let squares = without.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        return Estimate(mean: rate(rows), standardError: ((n - 1) / n * squares).squareRoot(), count: rows.count)
    }

    /// The width from which on labels flip with no more than a probability, and the middle 95 % of it over bootstrap draws of all samples; nil where no
    /// width up to `most` does.
    package func width(flipsWithin rate: Double, from least: Double, to most: Double, draws: Int = 60) -> (
        value: Double?, low: Double?, high: Double?
    ) {
        func width(_ limit: [Double], _ shift: [Double], _ rows: [[Double]]) -> Double? {
            widthFromWhere(
                { Self.flipRate(limit, shift, rows, outputs, $0) }, staysWithin: rate, from: least, to: most, points: 40)
        }
        let value = width(Self.mean(limits), Self.mean(shifts), fluctuations)
        var stream = RandomStream(seed: 1, .probe, 61)
        let found = (0..<draws).map { _ -> Double in
            func drawn(_ rows: [[Double]]) -> [[Double]] { rows.map { _ in rows[Int(stream.uniform() * Double(rows.count))] } }
            let indices = limits.indices.map { _ in Int(stream.uniform() * Double(limits.count)) }
            let isPaired = shifts.count == limits.count
            let shift = isPaired ? indices.map { self.shifts[$0] } : drawn(self.shifts)
            return width(Self.mean(indices.map { limits[$0] }), Self.mean(shift), drawn(fluctuations)) ?? .infinity
        }.sorted()
        let (low, high) = (found[Int(0.025 * Double(draws))], found[min(Int(0.975 * Double(draws)), draws - 1)])
        return (value, low.isFinite ? low : nil, high.isFinite ? high : nil)
    }
}
