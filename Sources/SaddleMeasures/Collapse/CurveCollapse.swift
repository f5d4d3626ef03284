// Goals, in this order: no collapse claimed without seeds; a departure named with its size and place, at a rate of false alarms that shuffled labels tell; a floor that the curves
// themselves ask for. Every curve is divided by its own end, so that seeds' noise of the end moves a whole curve: all points of a run are one unit in the test.

import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Do loss curves of several sizes fall on one, when the loss above a floor is divided by its end and drawn against the share of training?
///
///     ℓ(x) = (L(xT) − L₀)/(L(T) − L₀)
///
/// Source: Qiu et al. 2025 (supercollapse: curves of different sizes differ less, so drawn, than curves of different seeds of one size do before they are divided).
public struct CurveCollapse: Sendable {
    /// What the curves allow to be said; raw values are those of results.
    public enum Verdict: String, Sendable {
        /// No size leaves the others beyond seeds' noise; of the first, sizes also differ less than seeds' losses above the
        /// floor.
        case supercollapse, collapse
        /// Sizes differ beyond what shuffled labels do, at 5 %.
        case noCollapse = "no_collapse"
        /// One size, or too few seeds of each to tell noise from differences.
        case undecided

        /// As a sentence without a full stop.
        public var title: String {
            switch self {
            case .supercollapse: "The curves collapse, to less than seeds differ"
            case .collapse: "The curves collapse within the noise of seeds"
            case .noCollapse: "The curves do not collapse"
            case .undecided: "The curves cannot tell"
            }
        }
    }

    /// How far the curves of one size are from those of the others.
    public struct Departure: Sendable {
        /// Parameters or width, as the table has it.
        public let size: Double
        /// Where this size first is beyond what noise does, and where it is farthest from the others.
        public let start: Double?
        /// Share of training at which the score is largest in size; without seeds the deviation.
        public let worst: Double
        /// Relative, at the worst place, with the score there.
        public let deviation, score: Double
    }

    /// Different sizes, ascending.
    public let sizes: [Double]
    /// Shares of training.
    public let fractions: [Double]
    /// ℓ of each run, in the order of `runs`.
    public let curves: [[Double]]
    /// By size, then by seed.
    public let runs: [SizedCurves.Run]
    /// L₀, the loss that is subtracted from all curves.
    public let floor: Double
    /// Whether it was given; otherwise it is where the sizes differ least.
    public let floorIsGiven: Bool
    /// Relative standard deviation at each fraction: between single runs of different sizes; between seeds of the loss above the floor; between seeds of ℓ.
    public let between, seeds, within: [Double]
    /// Mean of `between` over mean of `seeds`, with its interval; nil without seeds.
    public let ratio: ScalingFit.Interval?
    /// That shuffled labels differ as much; nil without seeds.
    public let probability: Double?
    /// One for each size, ascending; empty for a single size.
    public let departures: [Departure]
    /// Beyond which a score is no noise.
    public let threshold: Double?

    /// Probability of shuffled labels below which sizes differ.
    public static let significance = 0.05
    private static let shuffles = 499

    /// - Parameters:
    ///   - floor: L₀; nil for that at which the sizes differ least.
    ///   - first: the share of training from which on curves are compared.
    public init(_ runs: [SizedCurves.Run], floor: Double? = nil, from first: Double = 0.1, seed: Int = 1) {
        precondition(!runs.isEmpty, "no curve")
        let runs = runs.sorted { ($0.size, $0.seed) < ($1.size, $1.seed) }, sizes = Set(runs.map(\.size)).sorted()
        let count = 45, last = 0.98
        let x = (0..<count).map { first + (last - first) * Double($0) / Double(count - 1) }
        let (raw, ends) = (runs.map { Self.sampled($0, x) }, runs.map { Self.end($0) })
        let labels = runs.map { run in sizes.firstIndex(of: run.size)! }
        func normalised(_ floor: Double) -> [[Double]] {
            zip(raw, ends).map { curve, end in curve.map { ($0 - floor) / (end - floor) } }
        }
        let found = floor ?? Self.floor(ends, sizes.count > 1) { Self.spread(normalised($0), labels, sizes.count).between }
        let curves = normalised(found)
        (self.runs, self.sizes, fractions, self.curves, self.floor, floorIsGiven) = (runs, sizes, x, curves, found, floor != nil)
        let spread = Self.spreads(curves, raw, labels, sizes.count, floor: found)
        (between, seeds, within) = (spread.between, spread.seeds, spread.within)
        let counts = sizes.indices.map { k in labels.count { $0 == k } }
        let freedom = runs.count - sizes.count
        guard sizes.count >= 2, counts.allSatisfy({ $0 >= 2 }), freedom >= 2 else {
            (ratio, probability, threshold) = (nil, nil, nil)
            departures = sizes.count < 2 ? [] : Self.departures(curves, labels, sizes, x, threshold: nil).list
            return
        }
        let statistic = Self.spread(curves, labels, sizes.count)
        let shuffled = Threads.compute(Self.shuffles) { k -> (ratio: Double, score: Double) in
            var stream = RandomStream(seed: seed, .relabelling, k)
            let order = stream.permutation(labels.count).map { labels[$0] }
            let other = Self.spread(curves, order, sizes.count)
            return (other.between / other.within, Self.departures(curves, order, sizes, x, threshold: nil).largest)
        }
        probability =
            Double(1 + shuffled.count { $0.ratio >= statistic.between / statistic.within * (1 - 1e-12) })
            / Double(1 + Self.shuffles)
        let scores = shuffled.map(\.score).sorted(), bound = scores[Int(0.95 * Double(scores.count))]
        threshold = bound
        departures = Self.departures(curves, labels, sizes, x, threshold: bound).list
        // By leaving out each run in turn.
        func logRatio(_ kept: [Int]) -> Double {
            let part = Self.spreads(
                kept.map { curves[$0] }, kept.map { raw[$0] }, kept.map { labels[$0] }, sizes.count, floor: found)
            return log(part.between.reduce(0, +) / part.seeds.reduce(0, +))
        }
        let all = logRatio(Array(runs.indices)), left = runs.indices.map { i in logRatio(runs.indices.filter { $0 != i }) }
        let n = Double(left.count), mean = left.reduce(0, +) / n
        let error = ((n - 1) / n * left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
        let t = studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(min(freedom, runs.count - 1)))
        ratio = .init(value: exp(all), low: exp(all - t * error), high: exp(all + t * error))
    }

    // MARK: Curves

    /// Between records, by a line of log L.
    private static func sampled(_ run: SizedCurves.Run, _ x: [Double]) -> [Double] {
        let total = run.steps.last!
        var k = 0
        return x.map { fraction in
            let step = fraction * total
            while k + 2 < run.steps.count, run.steps[k + 1] < step { k += 1 }
            let (a, b) = (run.steps[k], run.steps[k + 1]), t = min(max((step - a) / (b - a), 0), 1)
            return exp((1 - t) * log(run.losses[k]) + t * log(run.losses[k + 1]))
        }
    }

    /// L(T): the mean of records in the last fiftieth of training.
    static func end(_ run: SizedCurves.Run) -> Double {
        let total = run.steps.last!, late = run.steps.indices.filter { run.steps[$0] > 0.98 * total }
        return late.reduce(0) { $0 + run.losses[$1] } / Double(late.count)
    }

    private static func floor(_ ends: [Double], _ hasSizes: Bool, _ spread: (Double) -> Double) -> Double {
        let highest = 0.995 * ends.min()!
        guard hasSizes else { return 0 }
        // A first look, then golden sections: more than one valley has not been seen, but is not excluded.
        let grid = (0...40).map { highest * Double($0) / 40 }, values = grid.map(spread)
        let k = values.indices.min { values[$0] < values[$1] }!
        return minimum(of: spread, from: grid[max(k - 1, 0)], to: grid[min(k + 1, 40)], tolerance: 1e-4)
    }

    // MARK: Spreads

    /// Mean squares of relative deviations, between sizes and within them, summed over fractions.
    private static func spread(_ curves: [[Double]], _ labels: [Int], _ sizes: Int) -> (between: Double, within: Double) {
        let n = curves.count
        var counts = [Double](repeating: 0, count: sizes)
        for label in labels { counts[label] += 1 }
        var (between, within) = (0.0, 0.0), means = [Double](repeating: 0, count: sizes)
        for j in curves[0].indices {
            var mean = 0.0
            for k in 0..<sizes { means[k] = 0 }
            for i in 0..<n { means[labels[i]] += curves[i][j] }
            for k in 0..<sizes { mean += means[k] }
            mean /= Double(n)
            var (b, w) = (0.0, 0.0)
            for k in 0..<sizes where counts[k] > 0 {
                means[k] /= counts[k]
                b += counts[k] * (means[k] - mean) * (means[k] - mean)
            }
            for i in 0..<n { w += (curves[i][j] - means[labels[i]]) * (curves[i][j] - means[labels[i]]) }
            between += b / (mean * mean) / Double(max(sizes - 1, 1))
            within += w / (mean * mean) / Double(max(n - sizes, 1))
        }
        return (between, within)
    }

    private static func spreads(
        _ curves: [[Double]], _ raw: [[Double]], _ labels: [Int], _ sizes: Int, floor: Double
    ) -> (between: [Double], seeds: [Double], within: [Double]) {
        let groups = (0..<sizes).map { k in labels.indices.filter { labels[$0] == k } }.filter { !$0.isEmpty }
        func variance(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        }
        let repeated = groups.filter { $0.count > 1 }, freedom = repeated.reduce(0) { $0 + $1.count - 1 }
        var result: (between: [Double], seeds: [Double], within: [Double]) = ([], [], [])
        for j in curves[0].indices {
            let means = groups.map { group in group.reduce(0) { $0 + curves[$1][j] } / Double(group.count) }
            let mean = means.reduce(0, +) / Double(means.count)
            var (w, s) = (0.0, 0.0)
            for group in repeated {
                w += Double(group.count - 1) * variance(group.map { curves[$0][j] }) / Double(freedom)
                let level = group.reduce(0) { $0 + raw[$1][j] - floor } / Double(group.count)
                s += Double(group.count - 1) * variance(group.map { raw[$0][j] }) / (level * level) / Double(freedom)
            }
            // Of single runs: what means of seeds differ by, and what of the seeds' noise these means have lost.
            let lost = groups.reduce(0) { $0 + 1 - 1 / Double($1.count) } / Double(groups.count)
            let single = groups.count > 1 ? variance(means) + w * lost : w
            result.between.append(single.squareRoot() / mean)
            result.within.append(w.squareRoot() / mean)
            result.seeds.append(s.squareRoot())
        }
        return result
    }

    private static func departures(
        _ curves: [[Double]], _ labels: [Int], _ sizes: [Double], _ x: [Double], threshold: Double?
    ) -> (list: [Departure], largest: Double) {
        let groups = sizes.indices.map { k in labels.indices.filter { labels[$0] == k } }
        let freedom = Double(curves.count - sizes.count)
        var rows = groups.map { _ in [(deviation: Double, score: Double)]() }
        for j in x.indices {
            let sums = groups.map { $0.reduce(0) { $0 + curves[$1][j] } }
            var w = 0.0
            for (k, group) in groups.enumerated() {
                let mean = sums[k] / Double(group.count)
                for i in group { w += (curves[i][j] - mean) * (curves[i][j] - mean) }
            }
            for (k, group) in groups.enumerated() {
                let others = groups.indices.filter { $0 != k && !groups[$0].isEmpty }
                let rest = others.reduce(0) { $0 + sums[$1] / Double(groups[$1].count) } / Double(others.count)
                let difference = sums[k] / Double(group.count) - rest
                let parts =
                    1 / Double(group.count)
                    + others.reduce(0) { $0 + 1 / Double(groups[$1].count) } / Double(others.count * others.count)
                let error = freedom > 0 ? (w / freedom * parts).squareRoot() : 0
                rows[k].append((difference / rest, error > 0 ? difference / error : 0))
            }
        }
        let list = sizes.indices.map { k -> Departure in
            // Without seeds the largest deviation, since there is no score.
            let hasScores = rows[k].contains { $0.score != 0 }
            let j = rows[k].indices.max {
                hasScores
                    ? abs(rows[k][$0].score) < abs(rows[k][$1].score) : abs(rows[k][$0].deviation) < abs(rows[k][$1].deviation)
            }!
            let start = threshold.flatMap { bound in rows[k].firstIndex { abs($0.score) > bound }.map { x[$0] } }
            return Departure(size: sizes[k], start: start, worst: x[j], deviation: rows[k][j].deviation, score: rows[k][j].score)
        }
        return (list, rows.joined().reduce(0) { max($0, abs($1.score)) })
    }
}
