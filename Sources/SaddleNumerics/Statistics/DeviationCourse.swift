#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a difference between theory and measurements means, by how it changes with the size N of the systems.
///
/// Theory claims to know the limit and the term of order 1/N; what it neglects falls with the next power. A deviation from what it
/// claims does not fall like that. So two laws with one free factor each are fitted to the deviations at all sizes, and the better
/// one explains them; a straight line to 1/N = 0 decides where neither fits. A single size has both explanations.
public struct DeviationCourse: Sendable {
    /// A deviation at one size.
    public struct Point: Sendable {
        /// N
        public var size: Int
        /// Measured less predicted.
        public var value: Double
        /// Standard error of the measured side.
        public var error: Double
        /// Whether it is beyond the limit.
        public var fails: Bool

        /// A deviation at one size.
        public init(size: Int, value: Double, error: Double, fails: Bool) {
            (self.size, self.value, self.error, self.fails) = (size, value, error, fails)
        }
    }

    /// How deviations change with size: disagreement, terms beyond the order of theory, or either.
    public let verdict: Verdict
    /// Measured less predicted, ascending sizes.
    public let points: [Point]

    /// One law must fit better than the other by so much in χ²: two standard errors.
    private static let margin = 4.0

    /// - Parameters:
    ///   - common: standard error of theory, the same at every size.
    ///   - neglected: p, when the first neglected term falls as N^{−p}.
    ///   - claimed: powers with which an error in what theory claims would fall.
    public init(_ points: [Point], common: Double, neglected p: Double, claimed: [Double], limit: ScoreLimit) {
        self.points = points
        guard points.count > 1, let widest = points.last else {
            verdict = .cannotTell
            return
        }
        let fit = LawFit(points, common: common)
        let beyond = fit.chiSquare(power: p)
        let within = claimed.map { fit.chiSquare(power: $0) }.min() ?? .infinity
        let line = SizeExtrapolation(
            sizes: points.map(\.size), power: p, weights: points.map { 1 / ($0.error * $0.error) })
        let values = points.map(\.value)
        let noise = zip(line.coefficients, points).reduce(common * common) { $0 + $1.0 * $1.0 * $1.1.error * $1.1.error }
        let scale = values.reduce(0) { max($0, abs($1)) }
        let bend = line.curvature(values, scale: scale, noise: noise.squareRoot())
        let intercept = line.limit(values) / (noise + bend * bend).squareRoot()
        let threshold = limit.threshold
        if abs(intercept) > threshold || (beyond - within > Self.margin && within <= threshold * threshold) {
            verdict = .disagrees
        } else if within - beyond > Self.margin || (!widest.fails && beyond <= within) {
            verdict = .outsideRegime
        } else {
            verdict = .cannotTell
        }
    }
}

/// Least squares of deviations on a single power of the size.
private struct LawFit {
    private let points: [DeviationCourse.Point]
    private let common: Double

    init(_ points: [DeviationCourse.Point], common: Double) {
        self.points = points
        self.common = common
    }

    /// The smallest (d − c n)ᵀ Σ⁻¹ (d − c n) over c, with n = N^{−power} and Σ = diag(eᵢ²) + τ².
    func chiSquare(power: Double) -> Double {
        let d = points.map(\.value), n = points.map { pow(Double($0.size), -power) }
        let nn = product(n, n)
        return nn > 0 ? product(d, d) - product(d, n) * product(d, n) / nn : product(d, d)
    }

    /// aᵀ Σ⁻¹ b, by the formula of Sherman and Morrison.
    private func product(_ a: [Double], _ b: [Double]) -> Double {
        let weights = points.map { 1 / ($0.error * $0.error) }
        func sum(_ x: [Double]) -> Double { zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 } }
        let direct = sum(zip(a, b).map { $0 * $1 })
        let square = common * common
        return direct - sum(a) * sum(b) * square / (1 + square * weights.reduce(0, +))
    }
}
