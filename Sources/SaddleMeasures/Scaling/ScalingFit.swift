import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which scaling law measured losses follow, how well its numbers are known, and when the data cannot tell.
///
/// The pure power law is the simplest account; a limit is added if it improves the fit at the 1 % level (F test of nested models),
/// a bend if the better of both still misses systematically (against the broken law, 1 % level). Errors are percentiles of a
/// bootstrap: five or more repetitions are drawn again within each size; else normal errors are added to the fitted law, of the size
/// given, or of the size that repetitions or residuals show, itself drawn again with its own uncertainty. Then 1/x, the law of everything that has a smooth limit, is asked for: is it worse at the 1 % level?
///
/// Regimes: Bahri et al. 2102.06701 (E47).
public struct ScalingFit: Sendable {
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

    /// A value with its central 95 % interval.
    public struct Interval: Sendable, Equatable {
        public let value, low, high: Double
        public func contains(_ x: Double) -> Bool { low <= x && x <= high }
        public var width: Double { high - low }
    }

    public let table: LossTable
    /// The law that the data ask for.
    public let law: ScalingLaw
    public let exponent: Interval
    public let limit: Interval
    /// Of a broken law.
    public let lateExponent: Interval?
    public let crossover: Interval?
    /// The exponent if the data may have a limit, whether or not they ask for one.
    public let exponentWithLimit: Interval
    /// How the probability of so large an improvement by chance reads in standard deviations, for the limit and for the bend.
    public let limitScore, bendScore: Double
    /// The same for the misfit of 1/x beside the law with a free exponent.
    public let inverseScore: Double
    public let regime: Regime
    /// Why this regime, or why none, in sentences.
    public let reasons: [String]
    /// Laws fitted to each bootstrap sample.
    let resampled: [ScalingLaw]

    static let significance = 2.326  // 1 %, one-sided

    /// - Parameter resamples: Of the bootstrap.
    public init(_ table: LossTable, resamples: Int = 1000, seed: Int = 1) {
        self.table = table
        let fits = Fits(table)
        limitScore = fits.score(.power, .powerWithLimit)
        let smooth = limitScore > Self.significance ? ScalingForm.powerWithLimit : .power
        bendScore = table.sizes.count >= 6 ? fits.score(smooth, .broken) : 0
        // A bend is accepted only where a limit does not explain it.
        let form = bendScore > Self.significance ? ScalingForm.broken : smooth
        let law = fits[form]
        self.law = law
        inverseScore = fits.score(.inverse, .powerWithLimit)

        let bootstrap = Bootstrap(table, law: law, seed: seed)
        let samples = (0..<resamples).map { Fits(bootstrap.losses($0), like: table, [form, .powerWithLimit]) }
        let resampled = samples.map { $0[form] }
        self.resampled = resampled
        exponent = Self.interval(law.exponent, resampled.map(\.exponent))
        limit = Self.interval(law.limit, resampled.map(\.limit))
        lateExponent = law.lateExponent.map { Self.interval($0, resampled.map { $0.lateExponent! }) }
        crossover = law.crossover.map { Self.interval($0, resampled.map { $0.crossover! }) }
        exponentWithLimit = Self.interval(fits[.powerWithLimit].exponent, samples.map { $0[.powerWithLimit].exponent })
        (regime, reasons) =
            Judgement(
                table: table, law: law, exponent: exponent, limit: limit, lateExponent: lateExponent, crossover: crossover,
                exponentWithLimit: exponentWithLimit, inverseScore: inverseScore, rival: fits.rivalOfLimit
            ).regime
    }

    /// The law at a size, with the interval of the bootstrap: beyond the data it is an extrapolation of this law.
    public func prediction(at size: Double) -> Interval { Self.interval(law(size), resampled.map { $0(size) }) }

    static func interval(_ value: Double, _ samples: [Double]) -> Interval {
        let sorted = samples.sorted()
        func quantile(_ q: Double) -> Double {
            let place = q * Double(sorted.count - 1)
            let k = min(Int(place), sorted.count - 2)
            return sorted[k] + (place - Double(k)) * (sorted[k + 1] - sorted[k])
        }
        return Interval(value: value, low: min(quantile(0.025), value), high: max(quantile(0.975), value))
    }
}

/// Several forms fitted to the same losses.
struct Fits: Sendable {
    private let laws: [ScalingForm: ScalingLaw]
    private let count: Int
    private let knowsErrors: Bool

    /// Every form; a bend needs six sizes.
    init(_ table: LossTable) {
        self.init(table.losses, like: table, ScalingForm.allCases.filter { $0 != .broken || table.sizes.count >= 6 })
    }

    /// Other losses at the sizes and with the errors of a table.
    init(_ losses: [Double], like table: LossTable, _ forms: [ScalingForm]) {
        let weights = zip(losses, table.errors ?? losses).map { 1 / ($1 * $1) }
        var laws: [ScalingForm: ScalingLaw] = [:]
        for form in forms where laws[form] == nil {
            laws[form] = ScalingLaw(form, sizes: table.sizes, losses: losses, weights: weights)
        }
        self.laws = laws
        count = table.sizes.count
        knowsErrors = table.errors != nil
    }

    subscript(form: ScalingForm) -> ScalingLaw { laws[form]! }

    /// The broken law if its misfit is within two standard deviations of that of the law with a limit, and it goes on falling.
    var rivalOfLimit: ScalingLaw? {
        guard let broken = laws[.broken], let limited = laws[.powerWithLimit], broken.lateExponent! > 0.05 else { return nil }
        let freedom = Double(count - limited.form.parameters)
        let scale = knowsErrors ? max(limited.residual / freedom, 1) : limited.residual / freedom
        return broken.residual <= limited.residual + 4 * scale ? broken : nil
    }

    /// How much better the richer form is than the simpler one: the F ratio as a standard normal value, χ² where errors are known.
    func score(_ simple: ScalingForm, _ rich: ScalingForm) -> Double {
        let extra = Double(rich.parameters - simple.parameters)
        let freedom = Double(count - rich.parameters)
        let gain = max(self[simple].residual - self[rich].residual, 0)
        if gain == 0 || freedom <= 0 { return 0 }
        // Known errors may be underestimated; a poor fit of the richer form then counts against both.
        let scale = knowsErrors ? max(self[rich].residual / freedom, 1) : self[rich].residual / freedom
        // A law that fits to rounding leaves nothing to divide by.
        if !(scale > 1e-24 * gain) { return .infinity }
        return normalScore(varianceRatio: gain / extra / scale, degreesOfFreedom: extra, knowsErrors ? 1e6 : freedom)
    }
}

/// Losses as they might have been measured again; errors are relative and log-normal, so that no loss is negative.
private struct Bootstrap: Sendable {
    let table: LossTable
    let fitted: [Double]
    /// Relative errors, and how many degrees of freedom they were estimated with; infinite if they were given.
    let errors: [Double]
    let freedom: Double
    let seed: Int

    init(_ table: LossTable, law: ScalingLaw, seed: Int) {
        (self.table, self.seed) = (table, seed)
        fitted = table.sizes.map { law($0) }
        if let errors = table.errors {
            self.errors = zip(errors, table.losses).map { $0 / $1 }
            freedom = table.freedom
        } else {
            freedom = Double(max(table.sizes.count - law.form.parameters, 1))
            let squares = zip(table.losses, fitted).reduce(0) { $0 + log($1.0 / $1.1) * log($1.0 / $1.1) }
            errors = [Double](repeating: (squares / freedom).squareRoot(), count: fitted.count)
        }
    }

    func losses(_ index: Int) -> [Double] {
        var stream = RandomStream(seed: seed, .bootstrap, index)
        // Fewer repetitions have too few different samples among them.
        if table.repetitions.allSatisfy({ $0.count >= 5 }) {
            return table.repetitions.map { values in
                let n = values.count
                let mean = values.reduce(0, +) / Double(n)
                let drawn = values.indices.reduce(0.0) { sum, _ in sum + values[stream.index(n)] } / Double(n)
                // Samples spread less around their own mean than around the true one.
                return mean * exp(log(drawn / mean) * (Double(n) / Double(n - 1)).squareRoot())
            }
        }
        let scale = freedom < 1000 ? (freedom / stream.normals(Int(freedom)).reduce(0) { $0 + $1 * $1 }).squareRoot() : 1
        let noise = stream.normals(fitted.count)
        return fitted.indices.map { fitted[$0] * exp(noise[$0] * errors[$0] * scale) }
    }
}

extension RandomStream {
    /// A uniform index below `count`.
    fileprivate mutating func index(_ count: Int) -> Int { Int(word().multipliedFullWidth(by: UInt64(count)).high) }
}
