import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Losses of a power-law spectrum against samples, width, time and compute, with their exponents, and how one regime passes into another.
public struct PowerLawSurvey: Sendable {
    /// A loss against one resource, everything else unlimited.
    public struct Arm: Sendable {
        /// What is varied, in words.
        public let resource: String
        /// The exponent, by a and b; "as asked" where noise or a ridge leave none.
        public let formula: String
        /// Values of the resource, ascending.
        public let sizes: [Double]
        /// Test losses at these.
        public let losses: [Double]
        /// By ``ScalingExponents``.
        public let exponent: Double
        /// Of the last decade of the curve.
        public let slope: Double
    }
    /// The loss against samples for one width: from resolution- to variance-limited.
    public struct Crossover: Sendable {
        /// N, the number of random features.
        public let width: Double
        /// P, ascending and denser about N.
        public let samples: [Double]
        /// Test losses at these, without ridge.
        public let losses: [Double]
        /// Unlimited samples.
        public let limit: Double
        /// Of loss − limit over the last decade.
        public let slope: Double
    }

    /// What the exponents of all arms should be, by a and b.
    public let exponents: ScalingExponents
    /// Samples, with noise also at the best ridge; width; time.
    public let arms: [Arm]
    /// At widths 30, 300 and 3000.
    public let crossovers: [Crossover]
    /// The best width for each compute.
    public let frontier: ComputeFrontier
    /// −d log loss/d log compute of the frontier between widths 40 and 1600; NaN for fewer than three points.
    public let frontierSlope: Double

    /// - Parameters:
    ///   - capacity: a of the eigenvalues λ_k = k^−a.
    ///   - source: b of the target's squared coefficients, k^−b.
    ///   - noise: variance of the label noise.
    ///   - ridge: over the trace of the spectrum.
    ///   - samples: sizes of training sets; nil for 21 from 10 to 10⁵.
    /// - Throws: ``RegressionError``; `CancellationError`.
    public init(
        capacity: Double, source: Double, modes: Double, noise: Double = 0, ridge relativeRidge: Double = 0,
        samples: [Int]? = nil,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let exponents = ScalingExponents(capacity: capacity, source: source)
        self.exponents = exponents
        let task = try RegressionTask.powerLaw(
            capacity: capacity, source: source, modes: modes, noise: noise)
        func check() throws { if shouldStop() { throw CancellationError() } }
        let sizes = samples?.map(Double.init) ?? logSpaced(from: 10, to: 1e5, count: 21)
        let ridge = relativeRidge * task.spectrum.trace
        let silent = try RegressionTask(spectrum: task.spectrum, energies: task.energies, samples: .infinity)
        let atRidge = try sizes.map { try RidgeCurve(task.with(samples: $0)).losses(ridge: ridge / $0).test }
        var arms = [
            Arm(
                "samples", noise > 0 || ridge > 0 ? "as asked" : "min(b − 1, 2a)", sizes, atRidge,
                noise > 0 || ridge > 0 ? .nan : exponents.samples)
        ]
        if noise > 0 {
            try check()
            let best = try sizes.map { try RidgeCurve(task.with(samples: $0)).bestRidge().loss }
            arms.append(Arm("samples, best ridge", "s/(s + 1), s = min(b − 1, 2a)", sizes, best, exponents.noisySamples))
        }
        progress(1, 10)
        let byWidth = try sizes.map { try RidgeCurve(silent.with(width: $0)).losses(ridge: 0).test }
        arms.append(Arm("width", "min(b − 1, a)", sizes, byWidth, exponents.width))
        let times = logSpaced(from: 1, to: 1e7, count: 29)
        // Every mode by itself: E = Σu²e^{−2λt}.
        let byTime = times.map { t in zip(task.energies, task.spectrum.eigenvalues).reduce(0) { $0 + $1.0 * exp(-2 * $1.1 * t) } }
        arms.append(Arm("time", "(b − 1)/a", times, byTime, exponents.time))
        self.arms = arms
        progress(2, 10)
        try check()
        crossovers = try [30.0, 300, 3000].map { width in
            let samples = resolving(logSpaced(from: 10, to: 1e6, count: 41), poles: [width])
            let losses = try samples.map { try RidgeCurve(silent.with(samples: $0, width: width)).losses(ridge: 0).test }
            let limit = try RidgeCurve(silent.with(width: width)).losses(ridge: 0).test
            let rest = losses.map { $0 - limit }
            return Crossover(
                width: width, samples: samples, losses: losses, limit: limit, slope: -localSlope(samples, rest, last: 9))
        }
        let frontier = try ComputeFrontier(silent, widths: logSpaced(from: 16, to: 4096, count: 17), last: 1e9) {
            progress(2 + 8 * $0, 10)
        }
        let inner = frontier.points.filter { $0.width > 40 && $0.width < 1600 }
        self.frontier = frontier
        frontierSlope = inner.count < 3 ? .nan : -localSlope(inner.map(\.compute), inner.map(\.loss), last: inner.count)
    }
}

/// The slope of log y on log x over the last points.
public func localSlope(_ x: [Double], _ y: [Double], last: Int) -> Double {
    let kept = zip(x, y).suffix(last).filter { $0.1 > 0 }
    guard kept.count >= 2 else { return .nan }
    return PowerLaw(x: kept.map(\.0), y: kept.map { Estimate(mean: $0.1, standardError: 0, count: 1) }).exponent.mean
}

extension PowerLawSurvey.Arm {
    fileprivate init(
        _ resource: String, _ formula: String, _ sizes: [Double], _ losses: [Double], _ exponent: Double
    ) {
        (self.resource, self.formula, self.sizes, self.losses, self.exponent) = (resource, formula, sizes, losses, exponent)
        slope = -localSlope(sizes, losses, last: max(sizes.count / 4, 2))
    }
}
