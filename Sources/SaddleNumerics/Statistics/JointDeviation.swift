#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// By how much measurements at several sizes N differ from a prediction in one number: at each size, and as that which all have in common.
public struct JointDeviation: Sendable {
    /// The deviation at one size, or of all sizes together.
    public struct Value: Sendable {
        /// Nil for all sizes together.
        public var size: Int?
        /// Measured less predicted, or the logarithm of their ratio.
        public var deviation: Double
        /// Of the measured side alone.
        public var measuredError: Double
        /// Of the deviation: measurement and theory.
        public var error: Double
        /// Of `error`.
        public var degreesOfFreedom = Double.infinity
        /// The deviation as a standard normal value; nil where nothing can be compared.
        public var score: Double?
    }

    /// What was measured at one size.
    public struct Measured: Sendable {
        /// N
        public var size: Int
        /// Measured less predicted.
        public var deviation: Double
        /// Of the measured side.
        public var error: Uncertainty
        /// The inverse variance expected, not taken from the measurement.
        public var weight: Double

        /// A deviation at one size.
        public init(size: Int, deviation: Double, error: Uncertainty, weight: Double) {
            (self.size, self.deviation, self.error, self.weight) = (size, deviation, error, weight)
        }
    }

    /// A variance at one size.
    public struct MeasuredVariance: Sendable {
        /// N
        public var size: Int
        /// Measured over predicted.
        public var ratio: Double
        /// Degrees of freedom of the measured one.
        public var freedom: Double
        /// Relative error of the prediction that is not sampling.
        public var truncation: Double

        /// A ratio at one size.
        public init(size: Int, ratio: Double, freedom: Double, truncation: Double = 0) {
            (self.size, self.ratio, self.freedom, self.truncation) = (size, ratio, freedom, truncation)
        }
    }

    /// Ascending sizes; with several the last value is that of all together, weighted by how well each is expected to be known.
    public let values: [Value]
    /// Standard error of theory, the same at all sizes.
    public let common: Double
    /// Power with which the first neglected term falls, and those of an error in what theory claims.
    public let neglected: Double
    /// Powers of 1/N with which an error in what theory claims would fall.
    public let claimed: [Double]
    /// Whether deviations are logarithms of ratios, as those of variances are.
    public let isLogarithmic: Bool

    /// Means.
    ///
    /// - Parameters:
    ///   - theory: its own errors at a size N, each with a power: they fall as N^{−power}.
    ///   - hasShift: whether theory claims the term in 1/N too.
    public init(means sizes: [Measured], theory: [(error: Uncertainty, power: Double)], hasShift: Bool) {
        values = Self.joined(sizes.map(\.size), weights: sizes.map(\.weight)) { size, c in
            let deviation = zip(c, sizes).reduce(0) { $0 + $1.0 * $1.1.deviation }
            let own = zip(c, sizes).map {
                Uncertainty(error: $0 * $1.error.error, degreesOfFreedom: $1.error.degreesOfFreedom)
            }
            let shared = theory.map { part, power in
                let factor = zip(c, sizes).reduce(0) { $0 + $1.0 * pow(Double($1.1.size), -power) }
                return Uncertainty(error: factor * part.error, degreesOfFreedom: part.degreesOfFreedom)
            }
            let whole = Uncertainty.combined(own + shared)
            let isKnown = whole.error > 0 && whole.error.isFinite && deviation.isFinite
            return Value(
                size: size, deviation: deviation, measuredError: Uncertainty.combined(own).error, error: whole.error,
                degreesOfFreedom: whole.degreesOfFreedom,
                score: isKnown ? normalScore(t: deviation / whole.error, degreesOfFreedom: whole.degreesOfFreedom) : nil)
        }
        common = theory.reduce(0) { $0 + ($1.power == 0 ? $1.error.error * $1.error.error : 0) }.squareRoot()
        neglected = hasShift ? 2 : 1
        claimed = hasShift ? [0, 1] : [0]
        isLogarithmic = false
    }

    /// Variances, by the law of their logarithms.
    ///
    /// - Parameter predictedFreedom: degrees of freedom of the prediction.
    public init(variances sizes: [MeasuredVariance], predictedFreedom: Double) {
        values = Self.joined(sizes.map(\.size), weights: sizes.map(\.freedom)) { size, c in
            let own = zip(c, sizes).map { LogVarianceLaw.Term(coefficient: $0, degreesOfFreedom: $1.freedom) }
            let law = LogVarianceLaw(own + [.init(coefficient: -1, degreesOfFreedom: predictedFreedom)])
            let (centre, variance) = law.moments
            let deviation = zip(c, sizes).reduce(0) { $0 + $1.0 * log($1.1.ratio) }
            let truncation = zip(c, sizes).reduce(0) { $0 + $1.0 * $1.1.truncation }
            let whole = variance + truncation * truncation
            let shrunk = centre + (deviation - centre) * (variance / whole).squareRoot()
            return Value(
                size: size, deviation: deviation, measuredError: LogVarianceLaw(own).moments.variance.squareRoot(),
                error: whole.squareRoot(), score: deviation.isFinite ? law.normalScore(shrunk) : nil)
        }
        let own = LogVarianceLaw([.init(coefficient: 1, degreesOfFreedom: predictedFreedom)]).moments.variance
        // What is larger at a small size is not common.
        let truncation = sizes.map(\.truncation).min() ?? 0
        common = (own + truncation * truncation).squareRoot()
        neglected = 1
        claimed = [0]
        isLogarithmic = true
    }

    private static func joined(_ sizes: [Int], weights: [Double], _ value: (Int?, [Double]) -> Value) -> [Value] {
        let total = weights.reduce(0, +)
        let single = sizes.indices.map { i in value(sizes[i], sizes.indices.map { $0 == i ? 1 : 0 }) }
        return sizes.count > 1 ? single + [value(nil, weights.map { $0 / total })] : single
    }

    /// Whether the score of any size, or that of all together, is beyond the limit.
    public func fails(_ limit: ScoreLimit) -> Bool { values.contains { limit.isExceeded(by: $0.score) } }
    /// Whether the score at one size is beyond the limit.
    public func fails(at size: Int, _ limit: ScoreLimit) -> Bool {
        values.contains { $0.size == size && limit.isExceeded(by: $0.score) }
    }

    /// The smallest deviation seen nine times in ten; nil where nothing was compared.
    public func visible(_ value: Value, _ limit: ScoreLimit) -> Double? {
        value.score == nil
            ? nil : limit.visible(value.error, degreesOfFreedom: value.degreesOfFreedom, isLogarithmic: isLogarithmic)
    }

    /// What the deviations at single sizes mean.
    public func course(_ limit: ScoreLimit) -> DeviationCourse {
        let points = values.compactMap { value -> DeviationCourse.Point? in
            guard let size = value.size, value.score != nil else { return nil }
            return .init(
                size: size, value: value.deviation, error: value.measuredError, fails: limit.isExceeded(by: value.score))
        }
        return DeviationCourse(points, common: common, neglected: neglected, claimed: claimed, limit: limit)
    }
}
