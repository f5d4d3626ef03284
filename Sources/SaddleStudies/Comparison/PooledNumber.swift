#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// All numbers of one observable in one, at every width: what many small deviations of the same sign add up to.
struct PooledNumber {
    /// One width, or all together.
    struct Value {
        /// Nil for all widths together.
        var width: Int?
        /// Deviation: relative for sizes, of the logarithm for variances, plain for accuracies.
        var deviation: Double
        /// Of the measured side alone.
        var measuredError: Double
        var error: Double
        /// Of `error`.
        var degreesOfFreedom = Double.infinity
        var score: Double?
    }

    let quantity: String
    let statistic: PooledComparison.Statistic
    var values: [Value]
    /// Standard error of theory, the same at all widths.
    var common: Double
    /// Power with which the first neglected term falls, and those of an error in what theory claims.
    let neglected: Double
    let claimed: [Double]

    func fails(_ threshold: Double) -> Bool { values.contains { abs($0.score ?? 0) > threshold } }
    func fails(at width: Int, _ threshold: Double) -> Bool {
        values.contains { $0.width == width && abs($0.score ?? 0) > threshold }
    }

    func explanation(_ threshold: Double) -> Explanation {
        let single = values.filter { $0.width != nil && $0.score != nil }
        return Explanation(
            single.map {
                .init(width: $0.width!, value: $0.deviation, error: $0.measuredError, fails: abs($0.score!) > threshold)
            }, common: common, neglected: neglected, claimed: claimed, threshold: threshold)
    }

    /// The smallest deviation seen nine times in ten, of the value that sees best.
    func visible(_ threshold: Double) -> Double? {
        values.filter { $0.score != nil }.map { visible($0, threshold) }.min()
    }

    func visible(_ value: Value, _ threshold: Double) -> Double {
        let size = Check.visibleErrors(threshold: threshold, degreesOfFreedom: value.degreesOfFreedom) * value.error
        return statistic == .variance ? expm1(size) : size
    }

    func result(_ threshold: Double) -> PooledComparison {
        PooledComparison(
            quantity: quantity, statistic: statistic,
            values: values.map {
                let value = statistic == .variance ? exp($0.deviation) : statistic == .size ? 1 + $0.deviation : $0.deviation
                return .init(
                    width: $0.width, value: rounded(value),
                    error: rounded(statistic == .variance ? value * $0.error : $0.error),
                    score: $0.score.map { rounded($0, digits: 3) },
                    visible: $0.score == nil ? nil : rounded(visible($0, threshold)))
            })
    }
}

extension PooledNumber {
    /// Joins the deviations at several widths into that which is the same at all of them, weighted by how well each is expected to be known.
    ///
    /// - Parameters:
    ///   - measured: deviation and error of each width.
    ///   - weights: inverse variances, not taken from the measurement.
    ///   - theory: its own errors at a width N, each with a power: they fall as N^{−power}.
    static func sizes(
        _ quantity: String, _ widths: [(width: Int, deviation: Double, measured: Uncertainty, weight: Double)],
        theory: [(Uncertainty, power: Double)], statistic: PooledComparison.Statistic = .size, hasShift: Bool
    ) -> PooledNumber {
        func value(_ width: Int?, _ c: [Double]) -> Value {
            let deviation = zip(c, widths).reduce(0) { $0 + $1.0 * $1.1.deviation }
            let own = zip(c, widths).map {
                Uncertainty(error: $0 * $1.measured.error, degreesOfFreedom: $1.measured.degreesOfFreedom)
            }
            let shared = theory.map { part, power in
                let factor = zip(c, widths).reduce(0) { $0 + $1.0 * pow(Double($1.1.width), -power) }
                return Uncertainty(error: factor * part.error, degreesOfFreedom: part.degreesOfFreedom)
            }
            let whole = Uncertainty.combined(own + shared)
            let isKnown = whole.error > 0 && whole.error.isFinite && deviation.isFinite
            return Value(
                width: width, deviation: deviation, measuredError: Uncertainty.combined(own).error, error: whole.error,
                degreesOfFreedom: whole.degreesOfFreedom,
                score: isKnown ? normalScore(t: deviation / whole.error, degreesOfFreedom: whole.degreesOfFreedom) : nil)
        }
        let total = widths.reduce(0) { $0 + $1.weight }
        var values = widths.indices.map { i in value(widths[i].width, widths.indices.map { $0 == i ? 1 : 0 }) }
        if widths.count > 1 { values.append(value(nil, widths.map { $0.weight / total })) }
        return PooledNumber(
            quantity: quantity, statistic: statistic, values: values,
            common: theory.reduce(0) { $0 + ($1.power == 0 ? $1.0.error * $1.0.error : 0) }.squareRoot(),
            neglected: hasShift ? 2 : 1,
            claimed: hasShift ? [0, 1] : [0])
    }

    /// - Parameters:
    ///   - ratio: measured over predicted total variance, with the degrees of freedom of the measured one.
    ///   - predictedFreedom: those of the prediction.
    ///   - truncation: relative error of the prediction that is not sampling.
    static func variances(
        _ quantity: String, _ widths: [(width: Int, ratio: Double, freedom: Double)], predictedFreedom: Double, truncation: Double
    ) -> PooledNumber {
        func value(_ width: Int?, _ c: [Double]) -> Value {
            let own = zip(c, widths).map { LogVarianceLaw.Term(coefficient: $0, degreesOfFreedom: $1.freedom) }
            let law = LogVarianceLaw(own + [.init(coefficient: -1, degreesOfFreedom: predictedFreedom)])
            let (centre, variance) = law.moments
            let deviation = zip(c, widths).reduce(0) { $0 + $1.0 * log($1.1.ratio) }
            let whole = variance + truncation * truncation
            let shrunk = centre + (deviation - centre) * (variance / whole).squareRoot()
            return Value(
                width: width, deviation: deviation, measuredError: LogVarianceLaw(own).moments.variance.squareRoot(),
                error: whole.squareRoot(), score: deviation.isFinite ? law.normalScore(shrunk) : nil)
        }
        let total = widths.reduce(0) { $0 + $1.freedom }
        var values = widths.indices.map { i in value(widths[i].width, widths.indices.map { $0 == i ? 1 : 0 }) }
        if widths.count > 1 { values.append(value(nil, widths.map { $0.freedom / total })) }
        let common = LogVarianceLaw([.init(coefficient: 1, degreesOfFreedom: predictedFreedom)]).moments.variance
        return PooledNumber(
            quantity: quantity, statistic: .variance, values: values, common: (common + truncation * truncation).squareRoot(),
            neglected: 1,
            claimed: [0])
    }
}
