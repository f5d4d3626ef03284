#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What straight lines of ln y against ln n are made of, and what a term in 1/n does to them.
///
///     ln y = a + e ln n + b/n:      slope = Σ c_w ln y_w = e + b·tilt,      tilt = Σ c_w/n_w
public struct SizeLine: Sendable {
    /// c_w
    public let coefficients: [Double]
    /// What a term b/n adds to the slope, for b = 1.
    public let tilt: Double
    /// What the line leaves of 1/n.
    private let rest: [Double]

    /// - Parameter sizes: two different ones or more.
    public init(sizes: [Double]) {
        precondition(Set(sizes).count >= 2 && sizes.allSatisfy { $0 > 0 }, "sizes \(sizes)")
        let x = sizes.map { log($0) }, inverse = sizes.map { 1 / $0 }
        let centre = x.reduce(0, +) / Double(x.count), level = inverse.reduce(0, +) / Double(x.count)
        let spread = x.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        coefficients = x.map { ($0 - centre) / spread }
        let tilt = zip(coefficients, inverse).reduce(0) { $0 + $1.0 * $1.1 }
        self.tilt = tilt
        rest = zip(x, inverse).map { $1 - level - tilt * ($0 - centre) }
    }

    /// |b| to be reckoned with: what is known beforehand, or what logarithms show beyond their errors if that is more.
    public func bend(_ logarithms: [Double], errors: [Double], atLeast known: Double) -> Double {
        let square = rest.reduce(0) { $0 + $1 * $1 }
        guard rest.count > 2, square > 0 else { return known }
        let found = zip(rest, logarithms).reduce(0) { $0 + $1.0 * $1.1 } / square
        let noise = zip(rest, errors).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }.squareRoot() / square
        return max(known, abs(found) - noise)
    }
}

/// The slope of ln y against ln n where each size was measured once or a few times.
///
/// All numbers are fitted by one line with one scatter, since two numbers at a size know theirs too badly; where every size has several, and
/// their own scatters say that the error is larger, that is believed. Both have the degrees of freedom of the fit.
public struct SizeSlope: Sendable {
    /// Different, ascending.
    public let sizes: [Double]
    /// Means of ln y, and the standard errors of the common scatter.
    public let logarithms, errors: [Double]
    /// e
    public let slope: Double
    /// ln y of the line where ln n is the mean of `centre`.
    public let level, centre: Double
    /// Of the slope, by the scatter of the numbers.
    public let sampling: Uncertainty
    /// For what 1/n does to the slope: b as it is known, or what sizes show of it beyond three of its errors.
    public let allowance: Uncertainty
    private let levelError: Double

    /// Sizes that are needed.
    public static let fewest = 3

    /// - Parameter points: three different sizes or more; y above 0.
    public init?(_ points: [(size: Double, value: Double)], bend known: Double) {
        let groups = Dictionary(grouping: points, by: \.size).sorted { $0.key < $1.key }
        guard groups.count >= Self.fewest, points.allSatisfy({ $0.value > 0 && $0.size > 0 }) else { return nil }
        let x = points.map { log($0.size) }, centre = x.reduce(0, +) / Double(x.count)
        guard let fit = LinearFit(rows: x.map { [1, $0 - centre] }, points.map { log($0.value) }) else { return nil }
        let freedom = Double(fit.degreesOfFreedom)
        let scatter = (fit.sumOfSquares / freedom).squareRoot()
        sizes = groups.map(\.key)
        let own = groups.map { group in Estimate(group.value.map { log($0.value) }) }
        logarithms = own.map(\.mean)
        errors = own.map { scatter / Double($0.count).squareRoot() }
        (slope, level, self.centre) = (fit.coefficients[1], fit.coefficients[0], centre)
        levelError = scatter * fit.covariance[0][0].squareRoot()
        let spread = 1 / fit.covariance[1][1]
        var error = scatter * fit.covariance[1][1].squareRoot()
        if own.allSatisfy({ $0.count > 1 }) {
            let apart = zip(sizes, own).reduce(0) { sum, size in
                let c = (log(size.0) - centre) / spread * Double(size.1.count) * size.1.standardError
                return sum + c * c
            }
            error = max(error, apart.squareRoot())
        }
        sampling = Uncertainty(error: error, degreesOfFreedom: freedom)
        let line = SizeLine(sizes: sizes), bend = line.bend(logarithms, errors: errors.map { 3 * $0 }, atLeast: known)
        allowance = Uncertainty(
            error: bend * abs(line.tilt), degreesOfFreedom: bend > known ? freedom : .infinity)
    }

    /// Of the slope, with everything.
    public var uncertainty: Uncertainty { .combined([sampling, allowance]) }

    /// The half-width of the interval that misses the slope with that probability.
    public func halfWidth(missing probability: Double) -> Double {
        let whole = uncertainty
        return whole.error == 0
            ? 0 : whole.error * studentQuantile(twoSided: probability, degreesOfFreedom: whole.degreesOfFreedom)
    }

    /// The line at a size with its 95 % interval, the scatter alone.
    public func line(at size: Double) -> (value: Double, low: Double, high: Double) {
        let x = log(size) - centre, y = level + slope * x
        let error = (levelError * levelError + x * x * sampling.error * sampling.error).squareRoot()
        let half = error > 0 ? error * studentQuantile(twoSided: 0.05, degreesOfFreedom: sampling.degreesOfFreedom) : 0
        return (exp(y), exp(y - half), exp(y + half))
    }
}
