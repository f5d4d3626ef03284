/// The law of the difference between a predicted and a measured mean: Student's, with Welch's degrees of freedom.
public struct MeanLaw: Sendable {
    /// Differences below this fraction of the numbers are rounding.
    public static let rounding = 1e-12

    /// Standard error of the difference, rounding included.
    public let error: Double
    /// Of ``error``.
    public let degreesOfFreedom: Double
    private let floor: Double
    private let hasSpread: Bool

    /// - Parameters:
    ///   - errors: of both sides, independent.
    ///   - size: of such numbers: differences far below it are rounding.
    public init(_ errors: UncertaintySum, size: Double) {
        floor = Self.rounding * size
        hasSpread = errors.largest > floor
        var sum = errors
        sum.add(floor)
        error = sum.error
        degreesOfFreedom = sum.degreesOfFreedom
    }

    /// A difference as a standard normal value; nil if there is nothing to compare (no spread on either side, or no error bar on one).
    public func score(_ difference: Double) -> Double? {
        guard error.isFinite, error > 0, difference.isFinite, hasSpread || abs(difference) > 1000 * floor else { return nil }
        return normalScore(t: difference / error, degreesOfFreedom: degreesOfFreedom)
    }
}

/// The law of the ratio of a measured to a predicted variance: Fisher's, with ν = 2(V/error)² degrees of freedom on each side.
///
/// Estimated variances are skewed and small ones come with small error bars, so that a difference over its error has far heavier tails
/// than a normal value; the ratio has not, unless the samples themselves have heavy tails. ``LogVarianceLaw`` is the same law for combinations of several; for one ratio this one is exact.
public struct VarianceLaw: Sendable {
    /// A variance with its standard error.
    public struct Side: Sendable {
        /// The variance, and the standard error of its estimate.
        public var variance, error: Double
        /// Independent samples behind it bound ν: an error bar smaller than independent normal samples can give is not believed.
        public var samples: Double

        /// A variance by its error and the number of samples behind it.
        public init(_ variance: Double, error: Double, samples: Double) {
            (self.variance, self.error, self.samples) = (variance, error, samples)
        }

        private var own: Double { error > 0 ? 2 * (variance / error) * (variance / error) : .infinity }

        var degreesOfFreedom: Double {
            // Beyond 1e6 Fisher's law no longer changes.
            min(max(min(own, samples), 1e-3), 1e6)
        }

        /// Whether a few samples make most of the variance: an error bar far wider than that of normal samples.
        var hasHeavyTails: Bool { 4 * own < samples }
    }

    private let rounding, floor: Double

    /// - Parameters:
    ///   - size: of the numbers whose variances these are: spreads below rounding are none.
    ///   - visible: variances up to this have converged to nothing, and decide nothing.
    public init(size: Double, visible: Double = 0) {
        rounding = MeanLaw.rounding * size * (MeanLaw.rounding * size)
        floor = max(rounding, visible)
    }

    /// The ratio as a standard normal value; nil if there is nothing to compare.
    public func score(predicted: Side, measured: Side) -> Double? {
        let error = (predicted.error * predicted.error + measured.error * measured.error).squareRoot()
        let (v, w) = (predicted.variance, measured.variance)
        guard error.isFinite, v.isFinite, w.isFinite, max(v, w) > floor else { return nil }
        guard min(v, w) > rounding else {
            // One side says "no spread at all", the other measures some: no law of ratios, but a plain difference.
            return error > 0 ? (w - v) / error : nil
        }
        let score = normalScore(varianceRatio: w / v, degreesOfFreedom: measured.degreesOfFreedom, predicted.degreesOfFreedom)
        // A prediction that a few of its samples make may be as far above the variance as they are: it is judged by its error bar.
        let plain = (w - v) / error
        return v > w && predicted.hasHeavyTails && abs(plain) < abs(score) ? plain : score
    }
}
