#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One number that theory and measurement both know, and how far apart they are.
public struct CheckedNumber: Sendable, Equatable {
    /// What it is, in words that several numbers share: "mean of K".
    public var quantity: String
    /// Which of them: "layer 3, step 10".
    public var place: String
    /// By theory.
    public var predicted: Double
    /// By sampling.
    public var measured: Double
    /// Standard error of the difference: sampling, truncation, discretisation and extrapolation together.
    public var error: Double
    /// The difference as a standard normal value; nil if there is nothing to compare (no spread on either side, or no error bar on one).
    public var score: Double?
    /// `error` relative to what is to be seen; that of the logarithm for variances.
    public var relativeError: Double
    /// Behind `error`: with few of them a difference must be many errors large to be noticed.
    public var degreesOfFreedom = Double.infinity
    /// Whether logarithms are compared.
    public var isLogarithmic = false
    /// What to think if the score is too large, and what to do then.
    public var verdictOnFailure = Verdict.disagrees
    /// A sentence for a user whose number failed; empty if there is nothing to do.
    public var advice = ""

    /// A variance with fewer degrees of freedom is not known at all, and is not compared.
    public static let leastFreedom = 1.0
}

extension CheckedNumber {
    /// The relative error of the prediction that would be noticed nine times in ten if |scores| up to `threshold` agree.
    public func visibleEffect(threshold: Double) -> Double {
        ScoreLimit(threshold: threshold).visible(
            relativeError, degreesOfFreedom: degreesOfFreedom, isLogarithmic: isLogarithmic)
    }

    /// A mean, by Student's law with the degrees of freedom of Welch and Satterthwaite.
    ///
    /// - Parameters:
    ///   - scale: the size of what is to be seen; nil for that of the prediction. Differences far below it are rounding.
    ///   - uncertainties: of both sides, independent.
    public static func mean(
        _ quantity: String, at place: String = "", predicted: Double, measured: Double, scale: Double? = nil,
        uncertainties: [Uncertainty]
    ) -> CheckedNumber {
        let size = scale ?? abs(predicted)
        var sum = UncertaintySum()
        for part in uncertainties { sum.add(part.error, part.degreesOfFreedom) }
        let law = MeanLaw(sum, size: size)
        let score = law.score(measured - predicted)
        return CheckedNumber(
            quantity: quantity, place: place, predicted: predicted, measured: measured, error: law.error, score: score,
            relativeError: size > 0 ? law.error / size : .infinity,
            degreesOfFreedom: score == nil ? .infinity : law.degreesOfFreedom)
    }

    /// A mean measured at several sizes N and extrapolated to 1/N = 0.
    ///
    /// The line's own error (``SizeExtrapolation/curvature(_:scale:noise:)``) is part of the error bar. With a single size nothing
    /// separates a wrong limit from a term in 1/N: a difference then ends in "cannot tell".
    ///
    /// - Parameters:
    ///   - uncertainties: of the prediction.
    ///   - freedom: degrees of freedom of the measured errors; nil for those of normal samples.
    public static func mean(
        _ quantity: String, at place: String = "", predicted: Double, uncertainties: [Uncertainty] = [], measured: [Estimate],
        freedom: [Double]? = nil, line: SizeExtrapolation, scale: Double? = nil
    ) -> CheckedNumber {
        let (limit, sampling) = line.limit(measured, freedom: freedom)
        let size = scale ?? abs(predicted)
        // What the line misses is read off the same noisy numbers, so that it knows no more than they do.
        let bend = line.isExtrapolated ? line.curvature(measured.map(\.mean), scale: size, noise: sampling.error) : 0
        let whole = Uncertainty(
            error: (sampling.error * sampling.error + bend * bend).squareRoot(), degreesOfFreedom: sampling.degreesOfFreedom)
        return .mean(
            quantity, at: place, predicted: predicted, measured: limit, scale: size, uncertainties: uncertainties + [whole]
        ).judged(by: line)
    }

    /// A variance, as the logarithm of its ratio to the prediction (``LogVarianceLaw``).
    ///
    /// - Parameters:
    ///   - predictedFreedom: degrees of freedom behind the prediction; infinite if it is exact.
    ///   - freedom: those behind the measured variance.
    ///   - allowance: a further standard error of the logarithm, from what theory neglects.
    ///   - scale: variances below rounding of its square are none.
    public static func variance(
        _ quantity: String, at place: String = "", predicted: Double, predictedFreedom: Double = .infinity, measured: Double,
        freedom: Double, allowance: Double = 0, scale: Double = 0
    ) -> CheckedNumber {
        logarithmic(
            quantity, place, predicted, predictedFreedom, [measured], [freedom], SizeExtrapolation(sizes: [1]), allowance, scale)
    }

    /// A variance measured at several sizes N, its logarithm extrapolated to 1/N = 0 by a straight line.
    public static func variance(
        _ quantity: String, at place: String = "", predicted: Double, predictedFreedom: Double = .infinity, measured: [Double],
        freedom: [Double], line: SizeExtrapolation, allowance: Double = 0, scale: Double = 0
    ) -> CheckedNumber {
        logarithmic(quantity, place, predicted, predictedFreedom, measured, freedom, line, allowance, scale).judged(by: line)
    }

    private static func logarithmic(
        _ quantity: String, _ place: String, _ predicted: Double, _ predictedFreedom: Double, _ measured: [Double],
        _ freedom: [Double], _ line: SizeExtrapolation, _ allowance: Double, _ scale: Double
    ) -> CheckedNumber {
        let floor = MeanLaw.rounding * scale * (MeanLaw.rounding * scale)
        let none = CheckedNumber(
            quantity: quantity, place: place, predicted: predicted, measured: line.limit(measured), error: .infinity, score: nil,
            relativeError: .infinity)
        guard predicted.isFinite, measured.allSatisfy(\.isFinite), freedom.allSatisfy({ $0 >= leastFreedom }),
            predictedFreedom >= leastFreedom
        else {
            return none
        }
        let isNone = predicted <= floor
        if isNone && measured.allSatisfy({ $0 <= floor }) { return none }
        guard !isNone, measured.allSatisfy({ $0 > floor }) else {
            // One side says "no spread at all", the other has some: no chance does that.
            var result = none
            result.score = (isNone ? 1 : -1) * .infinity
            return result
        }
        let logarithms = measured.map { log($0 / predicted) }
        let law = LogVarianceLaw(
            zip(line.coefficients, freedom).map { .init(coefficient: $0, degreesOfFreedom: $1) }
                + (predictedFreedom.isFinite ? [.init(coefficient: -1, degreesOfFreedom: predictedFreedom)] : []))
        let (centre, variance) = law.moments
        let y = line.limit(logarithms)
        let bend = line.isExtrapolated ? line.curvature(logarithms, scale: 1, noise: variance.squareRoot()) / 2 : 0
        let systematic = bend * bend + allowance * allowance
        // An allowance widens the law; what is left is scored as if the law had been that narrow.
        let shrunk = centre + (y - centre) * (variance / (variance + systematic)).squareRoot()
        let relative = (variance + systematic).squareRoot()
        let value = predicted * exp(y)
        var result = CheckedNumber(
            quantity: quantity, place: place, predicted: predicted, measured: value, error: value * relative,
            score: law.normalScore(shrunk), relativeError: relative)
        result.isLogarithmic = true
        return result
    }

    /// A number that must be right to rounding, or to a known error.
    public static func exact(
        _ quantity: String, at place: String = "", predicted: Double, measured: Double, tolerance: Double, scale: Double? = nil
    ) -> CheckedNumber {
        let size = scale ?? abs(predicted)
        return CheckedNumber(
            quantity: quantity, place: place, predicted: predicted, measured: measured, error: tolerance,
            score: abs(measured - predicted) <= tolerance ? 0 : (measured > predicted ? 1 : -1) * .infinity,
            relativeError: size > 0 ? tolerance / size : tolerance == 0 ? 0 : .infinity)
    }

    private func judged(by line: SizeExtrapolation) -> CheckedNumber {
        if line.isExtrapolated { return self }
        var result = self
        result.verdictOnFailure = .cannotTell
        result.advice = "One size cannot tell a term in 1/N from an error: add another."
        return result
    }
}
