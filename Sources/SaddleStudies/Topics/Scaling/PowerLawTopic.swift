import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `saddle predict scaling` for a power-law spectrum: losses against samples, width, time and compute, with their exponents.
struct PowerLawTopic: Sendable {
    /// A loss against one resource, everything else unlimited.
    struct Arm: Sendable {
        let resource: String
        let formula: String
        let sizes: [Double]
        let losses: [Double]
        /// By ``ScalingExponents``.
        let exponent: Double
        /// Of the last decade of the curve.
        let slope: Double
    }
    /// The loss against samples for one width: from resolution- to variance-limited.
    struct Crossover: Sendable {
        let width: Double
        let samples: [Double]
        let losses: [Double]
        /// Unlimited samples.
        let limit: Double
        /// Of loss − limit over the last decade.
        let slope: Double
    }

    let settings: ScalingStudy
    let exponents: ScalingExponents
    let arms: [Arm]
    let crossovers: [Crossover]
    let frontier: ComputeFrontier
    let frontierSlope: Double

    init(_ settings: ScalingStudy, _ context: TopicRunner.Context) throws {
        self.settings = settings
        let exponents = ScalingExponents(capacity: settings.eigenvalueExponent, source: settings.targetExponent)
        self.exponents = exponents
        let task = try RegressionTask.powerLaw(
            capacity: settings.eigenvalueExponent, source: settings.targetExponent, modes: settings.modes, noise: settings.noise)
        func check() throws { if context.shouldStop() { throw CancellationError() } }
        let sizes = settings.samples?.map(Double.init) ?? logSpaced(from: 10, to: 1e5, count: 21)
        let ridge = settings.ridge * task.spectrum.trace
        let silent = try RegressionTask(spectrum: task.spectrum, energies: task.energies, samples: .infinity)
        let atRidge = try sizes.map { try RidgeCurve(task.with(samples: $0)).losses(ridge: ridge / $0).test }
        var arms = [
            Arm(
                "samples", settings.noise > 0 || ridge > 0 ? "as asked" : "min(b − 1, 2a)", sizes, atRidge,
                settings.noise > 0 || ridge > 0 ? .nan : exponents.samples)
        ]
        if settings.noise > 0 {
            try check()
            let best = try sizes.map { try RidgeCurve(task.with(samples: $0)).bestRidge().loss }
            arms.append(Arm("samples, best ridge", "s/(s + 1), s = min(b − 1, 2a)", sizes, best, exponents.noisySamples))
        }
        context.progress(1, 10)
        let byWidth = try sizes.map { try RidgeCurve(silent.with(width: $0)).losses(ridge: 0).test }
        arms.append(Arm("width", "min(b − 1, a)", sizes, byWidth, exponents.width))
        let times = logSpaced(from: 1, to: 1e7, count: 29)
        // Every mode by itself: E = Σu²e^{−2λt}.
        let byTime = times.map { t in zip(task.energies, task.spectrum.eigenvalues).reduce(0) { $0 + $1.0 * exp(-2 * $1.1 * t) } }
        arms.append(Arm("time", "(b − 1)/a", times, byTime, exponents.time))
        self.arms = arms
        context.progress(2, 10)
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
            context.progress(2 + 8 * $0, 10)
        }
        let inner = frontier.points.filter { $0.width > 40 && $0.width < 1600 }
        self.frontier = frontier
        frontierSlope = inner.count < 3 ? .nan : -localSlope(inner.map(\.compute), inner.map(\.loss), last: inner.count)
    }

    var result: TopicResult { TopicResult("scaling", page: page, numbers: Numbers(self), arrays: arrays, warnings: warnings) }

    private var warnings: [String] {
        settings.draws != ScalingStudy().draws
            ? ["'scaling.draws' is for data ('scaling.spectrum: data'); nothing was drawn here"] : []
    }
}

/// The slope of log y on log x over the last points.
func localSlope(_ x: [Double], _ y: [Double], last: Int) -> Double {
    let kept = zip(x, y).suffix(last).filter { $0.1 > 0 }
    guard kept.count >= 2 else { return .nan }
    return PowerLaw(x: kept.map(\.0), y: kept.map { Estimate(mean: $0.1, standardError: 0, count: 1) }).exponent.mean
}

extension PowerLawTopic.Arm {
    fileprivate init(
        _ resource: String, _ formula: String, _ sizes: [Double], _ losses: [Double], _ exponent: Double
    ) {
        (self.resource, self.formula, self.sizes, self.losses, self.exponent) = (resource, formula, sizes, losses, exponent)
        slope = -localSlope(sizes, losses, last: max(sizes.count / 4, 2))
    }
}
