import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The law of two resources that a table follows, how well its numbers are known, and when the table cannot tell.
///
/// The law is fitted by ``HuberFit``, to all rows and without those that lie off it (``SuspectRows``). Intervals are percentiles over
/// draws of rows with replacement, widened for few rows as Student's law is (Hesterberg 2015); beside them those of the profile of Huber's function, scaled
/// to its χ² limit (Ronchetti 1982).
public struct TwoResourceFit: Sendable {
    /// A value with its 95 % interval.
    public typealias Interval = ScalingFit.Interval

    /// What is known beforehand, and how many draws.
    public struct Options: Sendable {
        /// E, if it is known.
        public var floor: Double?
        /// Whether rows off the law stay in the fit.
        public var keepsOutliers = false
        /// Tables drawn for the intervals.
        public var draws = 400
        /// Seed of all draws.
        public var seed = 1

        /// Fits E, leaves rows off the law out, and draws 400 tables.
        public init() {}
    }

    /// A row that lies off the law of the others.
    public struct Outlier: Sendable {
        /// The row that lies off the law.
        public let row: ResourceTable.Row
        /// By how many standard deviations of the others it misses the law that they follow.
        public let score: Double
    }

    /// The table, with the rows that were left out.
    public let table: ResourceTable
    /// What was known beforehand, and how many tables were drawn.
    public let options: Options
    /// Of the rows that are fitted, and of all.
    public let law, lawOfAll: TwoResourceLaw
    /// Rows off the law, whether or not they are left out.
    public let outliers: [Outlier]
    /// Rows behind `law`.
    public let rows: [ResourceTable.Row]
    /// log L − log L̂ of these.
    public let misses: [Double]
    /// Laws of tables drawn from these rows.
    let drawn: [TwoResourceLaw]
    /// Profile intervals of α, β and, unless it is given, E.
    public let profiles: [Interval]
    /// The most likely bend; nil for fewer than 12 rows.
    public let bend: ResourceBend?

    /// Rows that a fit needs: five numbers are fitted.
    public static let fewest = 8

    /// The table has too few rows, or no law fits them.
    public struct TooFew: Error, CustomStringConvertible {
        /// Rows of the table; 0 where no law was found.
        public let count: Int
        public var description: String {
            "\(count) row\(count == 1 ? "" : "s") with a size, data and a loss; expected \(TwoResourceFit.fewest) or more: five numbers are fitted"
        }
    }

    /// Fits the law with and without the rows that lie off it, and draws tables for its intervals.
    ///
    /// - Throws: ``TooFew``; `CancellationError`.
    public init(
        _ table: ResourceTable, _ options: Options = Options(), progress: ProgressHandler = { _, _ in },
        shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        guard table.rows.count >= Self.fewest else { throw TooFew(count: table.rows.count) }
        let all = HuberFit(table.rows, floor: options.floor)
        guard let best = all.best() else { throw TooFew(count: 0) }
        let suspects = SuspectRows(all, all: best.point)
        outliers = zip(suspects.rows, suspects.scores).map { Outlier(row: table.rows[$0], score: $1) }
        lawOfAll = all.law(best.point)
        let left = options.keepsOutliers || table.rows.count - suspects.rows.count < Self.fewest ? [] : Set(suspects.rows)
        rows = table.rows.indices.filter { !left.contains($0) }.map { table.rows[$0] }
        let fit = left.isEmpty ? all : HuberFit(rows, floor: options.floor)
        let point = left.isEmpty ? best.point : (fit.best()?.point ?? best.point)
        law = fit.law(point)
        misses = fit.misses(point)
        let n = rows.count
        drawn = try Threads.map(options.draws) { k throws -> TwoResourceLaw in
            if shouldStop() { throw CancellationError() }
            var stream = RandomStream(seed: options.seed, .subsamples, k)
            var weights = [Double](repeating: 0, count: n)
            for _ in 0..<n { weights[min(Int(stream.uniform() * Double(n)), n - 1)] += 1 }
            return fit.law(fit.fit(from: point, weights)?.point ?? point)
        }
        profiles = HuberProfile(fit, best: point).intervals
        bend = ResourceBend(fit, point: point, seed: options.seed)
        (self.table, self.options) = (table, options)
    }

    /// 95 % of a quantity of the law.
    public func interval(_ quantity: (TwoResourceLaw) -> Double) -> Interval {
        let values = drawn.map(quantity).filter { !$0.isNaN }.sorted()
        return Interval(value: quantity(law), low: percentile(values, isUpper: false), high: percentile(values, isUpper: true))
    }

    /// 95 % of the loss of one more run.
    public func prediction(size: Double, data: Double) -> Interval {
        var stream = RandomStream(seed: options.seed, .subsamples, options.draws)
        let enlarged = (Double(rows.count) / freedom).squareRoot()
        let values = drawn.flatMap { law -> [Double] in
            let value = log(law(size: size, data: data))
            return (0..<4).map { _ in
                value + enlarged * misses[min(Int(stream.uniform() * Double(misses.count)), misses.count - 1)]
            }
        }.sorted()
        return Interval(
            value: law(size: size, data: data), low: exp(percentile(values, isUpper: false)),
            high: exp(percentile(values, isUpper: true)))
    }

    var freedom: Double { Double(rows.count - (options.floor == nil ? 5 : 4)) }

    /// As far out in the draws as Student's law, enlarged to the degrees of freedom, is in the normal law.
    private func percentile(_ sorted: [Double], isUpper: Bool) -> Double {
        let t = studentQuantile(twoSided: 1 - ScalingFit.confidence, degreesOfFreedom: freedom)
        let tail = normalTail(twoSided: t * (Double(rows.count) / freedom).squareRoot()) / 2
        let place = (isUpper ? 1 - tail : tail) * Double(sorted.count - 1)
        let k = min(max(Int(place), 0), sorted.count - 2)
        guard sorted.count > 1 else { return sorted.first ?? .nan }
        return sorted[k] + (place - Double(k)) * (sorted[k + 1] - sorted[k])
    }

    /// Root mean square of what the law misses, relative.
    public var scatter: Double { (misses.reduce(0) { $0 + $1 * $1 } / freedom).squareRoot() }
}
