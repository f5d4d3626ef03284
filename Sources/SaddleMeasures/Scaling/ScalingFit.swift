#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which scaling law measured losses follow, how well its numbers are known, and when the data cannot tell.
///
/// Three laws are fitted to log L: a power law, the same above a limit, and two power laws that meet. The first is the simplest account;
/// a limit is added if noise alone would ask for it in less than 1 % of tables, a bend if it would find one beside each of the other two so
/// rarely (``BendTest``). Then 1/x, the law of everything that has a smooth limit, is asked for: is it excluded at the 1 % level?
///
/// Every interval belongs to the law that it is named after: Student's profile likelihood of that law, with errors as given, pooled
/// from repetitions, or from the scatter around the law itself.
///
/// Regimes: Bahri et al. 2102.06701. Intervals: Bates and Watts, Nonlinear Regression Analysis (1988), chapter 6.
public struct ScalingFit: Sendable {
    /// What limits the loss as a resource grows; raw values are those of results.
    public enum Regime: String, Sendable {
        /// L − L∞ ~ 1/x with a limit: the size averages noise away around a loss that other resources set.
        case varianceLimited = "variance_limited"
        /// L − L∞ ~ x^{−α}, α ≠ 1: the size resolves ever finer structure of the target.
        case resolutionLimited = "resolution_limited"
        /// The exponent changes within the data.
        case crossover
        /// The data do not decide.
        case undecided
    }

    /// A value with its 95 % interval; an end that the data leave open is infinite.
    public struct Interval: Sendable, Equatable {
        /// Best value and ends of the interval.
        public let value, low, high: Double
        /// Whether x lies between the ends, both included.
        public func contains(_ x: Double) -> Bool { low <= x && x <= high }
        /// Distance of the ends; infinite if one is open.
        public var width: Double { high - low }
    }

    /// The losses that were fitted.
    public let table: LossTable
    /// The law that the data ask for.
    public let law: ScalingLaw
    /// Of that law; before the bend if it has one.
    public let exponent: Interval
    /// Of a broken law.
    public let lateExponent: Interval?
    /// x₀ of a broken law, in the units of the size.
    public let crossover: Interval?
    /// Of the law with a limit, whether or not the data ask for one.
    public let exponentWithLimit: Interval
    /// L∞ of the law with a limit, likewise.
    public let limit: Interval
    /// The probability that noise asks as loudly for a limit, around a power law; for a bend, around a power law and around one with a
    /// limit (the larger of both); for another exponent than 1, above a limit.
    public let limitProbability, bendProbability, inverseProbability: Double
    /// The law misses the losses by more than their errors allow; intervals are then enlarged to what it misses.
    public let isMisfit: Bool
    /// What the law, its intervals and the probabilities say together.
    public let regime: Regime
    /// Why this regime, or why none, in sentences.
    public let reasons: [String]
    private let fits: ScalingFits

    /// Level of all tests, 1 %.
    public static let significance = 0.01
    /// Coverage of all intervals, 95 %.
    public static let confidence = 0.95

    /// Fits the three laws and decides between them.
    public init(_ table: LossTable) {
        self.table = table
        let fits = ScalingFits(table)
        self.fits = fits
        limitProbability = fits.limitProbability
        let besidePower = fits.bendProbability(beside: .power), besideLimit = fits.bendProbability(beside: .powerWithLimit)
        bendProbability = max(besidePower, besideLimit)
        let form: ScalingForm
        if bendProbability < Self.significance, fits.prefersBend {
            form = .broken
        } else {
            // Where a power law misses by a bend, and a law with a limit does not, the limit is the simpler account.
            form = limitProbability < Self.significance || besidePower < Self.significance ? .powerWithLimit : .power
        }
        law = fits[form]!.best.law
        exponent = fits.exponent(form)
        exponentWithLimit = fits.exponent(.powerWithLimit)
        limit = fits.limit
        lateExponent = form == .broken ? fits.lateExponent : nil
        crossover = form == .broken ? fits.crossover : nil
        inverseProbability = fits.inverseProbability
        isMisfit = fits.scatter(form).isMisfit
        (regime, reasons) =
            Judgement(
                table: table, law: law, limitProbability: limitProbability, exponent: exponent, limit: limit,
                lateExponent: lateExponent, crossover: crossover,
                exponentWithLimit: exponentWithLimit, inverseProbability: inverseProbability, isMisfit: isMisfit,
                rival: fits.rivalOfLimit
            ).regime
    }

    /// The exponent by the fit of one law, whichever the data ask for; nil for a bend in fewer than six sizes.
    public func exponent(of form: ScalingForm) -> Interval? { fits[form] == nil ? nil : fits.exponent(form) }

    /// The law at a size, with its interval: beyond the data it is an extrapolation of this law.
    public func prediction(at size: Double) -> Interval { fits.prediction(law, logSize: log(size)) }
}
