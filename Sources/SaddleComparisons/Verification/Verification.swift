import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Certifies an installation: theory against ensembles of real networks over many kinds of network, by the comparison that studies use.
public struct Verification: Sendable {
    /// The largest is the test; what a narrower one adds is the order of a deviation in 1/N.
    public var widths = [64, 256]
    /// In each ensemble, where the case does not say.
    public var networks = 600
    /// S of the mean-field solver for chains of layers; where these many may be too few, it chooses itself.
    public var sites = 1000
    /// Relative error of N·variance.
    public var accuracy = 0.1
    /// Independent solutions of the theory; a third of them where the solver chooses its sites.
    public var replicas = 24
    /// Of the theory; ensembles have the next one.
    public var seed = 1
    /// Probability that a correct installation fails one case.
    public var falseAlarm = 1e-4

    /// Two widths with 600 networks each, unless changed afterwards.
    public init() {}

    /// What the comparison of one case found.
    public struct Result: Sendable {
        /// What the case is called, ``VerificationCase/name``.
        public let name: String
        /// All that was compared.
        public let comparison: Comparison
        /// Theory and ensembles together.
        public let seconds: Double

        /// Whether the installation passes this case.
        public var verdict: Verdict { comparison.verdict }
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
        let experiment = try c.experiment
        // Where sites may be too few, the program chooses.
        let isChain = MeanFieldSolver.alwaysHasBases(experiment)
        let settings = MeanFieldSettings(
            accuracy: accuracy, sites: isChain ? sites : nil, tolerance: isChain ? 1e-6 : 1e-5,
            replicas: isChain ? replicas : replicas / 3, seed: seed)
        let theory = try MeanFieldSolver(experiment, settings: settings).predict(shouldStop: shouldStop)
        let simulated = try other.experiment
        let ensembles = try (c.widths ?? widths).map { width in
            let ensemble = Ensemble(
                simulated, EnsembleSettings(width: width, networks: c.networks ?? networks, seed: seed + 1))
            return EnsembleStatistics(width: width, try ensemble.train(shouldStop: shouldStop).state)
        }
        let comparison = Comparison.make(
            prediction: theory, steps: experiment.recordedSteps, ensembles: ensembles, falseAlarmRate: falseAlarm)
        return Result(name: c.name, comparison: comparison, seconds: start.duration(to: clock.now) / .seconds(1))
    }
}
