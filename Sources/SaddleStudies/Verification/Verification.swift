import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Certifies an installation: theory against ensembles of real networks over many kinds of network.
public struct Verification: Sendable {
    public var width = 256
    public var networks = 600
    public var sites = 1500
    public var directions = 240
    public var replicas = 24
    public var seed = 1
    /// Probability that a correct installation fails one case.
    public var falseAlarm = 1e-4

    public init() {}

    /// What the comparison of one case found. z-scores are in units of the combined Monte Carlo error.
    public struct Result: Sendable {
        public let name: String
        /// Numbers compared, means and variances each.
        public let count: Int
        /// Largest |z| of ensemble mean − (f_∞ + b/n), over outputs, losses and kernels.
        public let largestMeanScore: Double
        /// Median over outputs and kernels of ensemble N·variance over the predicted one.
        public let varianceRatio: Double
        /// Largest |z| of N·variance beyond the allowance.
        public let largestVarianceScore: Double
        /// The |z| that neither may exceed at the stated false-alarm rate.
        public let threshold: Double
        public let seconds: Double

        public var passes: Bool { largestMeanScore <= threshold && largestVarianceScore <= threshold }
    }

    /// - Throws: ``MeanFieldError``, ``EnsembleError``.
    public func run(_ c: VerificationCase, shouldStop: @escaping @Sendable () -> Bool = { false }) throws -> Result {
        try run(c, simulating: c, shouldStop: shouldStop)
    }

    /// The same with networks of another case, to show what the comparison can see.
    package func run(
        _ c: VerificationCase, simulating other: VerificationCase, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let experiment = c.experiment
        let settings = MeanFieldSettings(
            sites: sites, tolerance: 1e-4, directions: directions, replicas: replicas, seed: seed, recordsKernels: true)
        let theory = try MeanFieldSolver(experiment, settings: settings).predict(shouldStop: shouldStop)
        let ensemble = try Ensemble(other.experiment, EnsembleSettings(width: width, networks: networks, seed: seed + 1)).train(
            shouldStop: shouldStop)
        let (meanError, variance, varianceError) = (ensemble.meanError, ensemble.variance, ensemble.varianceError)

        let (limitError, biasError, spreadError) = (theory.meanTotalError, theory.biasTotalError, theory.varianceTotalError)
        let n = Double(width)
        let numbers = theory.layout.entries.flatMap { entry in
            entry.range.filter { variance[$0] * n > 1e-12 }.map { (index: $0, isLoss: entry.name.hasSuffix("loss")) }
        }
        let threshold = normalQuantile(twoSided: falseAlarm / Double(2 * max(numbers.count, 1)))
        var (meanScore, varianceScore) = (0.0, 0.0)
        var ratios: [Double] = []
        for (i, isLoss) in numbers {
            let expected = theory.mean[i] + theory.bias[i] / n
            let error = hypotenuse(limitError[i], biasError[i] / n, meanError[i])
            meanScore = max(meanScore, abs(ensemble.mean[i] - expected) / error)
            // The loss is quadratic in the outputs: its variance at width N has corrections of its own.
            if isLoss { continue }
            let predicted = theory.variance[i], measured = n * variance[i]
            let excess = abs(measured - predicted) - c.varianceAllowance * predicted
            varianceScore = max(varianceScore, excess / hypotenuse(spreadError[i], n * varianceError[i]))
            ratios.append(measured / predicted)
        }
        ratios.sort()
        return Result(
            name: c.name, count: numbers.count, largestMeanScore: meanScore,
            varianceRatio: ratios.isEmpty ? 1 : ratios[ratios.count / 2], largestVarianceScore: max(varianceScore, 0),
            threshold: threshold, seconds: start.duration(to: clock.now) / .seconds(1))
    }
}

/// √Σx²
private func hypotenuse(_ errors: Double...) -> Double { errors.reduce(0) { $0 + $1 * $1 }.squareRoot() }
