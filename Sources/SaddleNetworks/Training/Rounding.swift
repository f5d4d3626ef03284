import SaddleModels
import SaddleNumerics

/// What single precision does to the results of an ensemble, measured: networks of the ensemble are trained in both precisions.
///
/// The differences of all numbers of an observable at one step are compared with the standard errors of their means,
///
///     ratio = rms(single − double) / (rms(s)/√n)
///
/// with s the standard deviations over the n networks of the ensemble. Rounding moves the mean by at most rms(single − double), if all
/// networks were to move alike, and the variance s² by at most 2 s·rms(single − double), which is √2·ratio of its own standard error
/// √(2/n) s². So below a tenth of a standard error nothing that the ensemble can tell is changed. Chaotic dynamics,
/// rates near the edge of stability and very long training are where it is not; so are very large ensembles.
public struct Rounding: Sendable, CustomStringConvertible {
    /// The largest over observables and steps.
    public let ratio: Double
    /// Where that is.
    public let observable: Observable
    /// The recorded step of the largest ratio.
    public let step: Int
    /// How many networks were trained twice.
    public let networks: Int

    /// Up to this ratio single precision is safe.
    public static let tolerance = 0.1

    /// Whether the largest ratio is at most ``tolerance``.
    public var isSafe: Bool { ratio <= Self.tolerance }

    public var description: String {
        """
        single precision moves '\(observable.name)' at step \(step) by \(NumberText.short(ratio)) standard errors of its mean \
        (in \(networks) networks trained in both precisions; up to \(NumberText.short(Self.tolerance)) is safe)\
        \(isSafe ? "" : "; use precision: double")
        """
    }

    /// - Parameters:
    ///   - pairs: the recorded numbers of the same networks in single and in double precision.
    ///   - variance: of each number over the networks of the ensemble, `count` of them.
    package init(
        _ pairs: [(single: [Double], double: [Double])], _ layout: ObservableLayout, steps: [Int], variance: [Double], count: Int
    ) {
        var worst = (ratio: 0.0, observable: layout.entries[0].observable, step: steps[0])
        for entry in layout.entries {
            for (time, step) in steps.enumerated() {
                let range = entry.range(at: time)
                let squares = pairs.reduce(0) { sum, pair in
                    sum + range.reduce(0) { $0 + (pair.single[$1] - pair.double[$1]) * (pair.single[$1] - pair.double[$1]) }
                }
                // Centred outputs at initialisation are zero in all networks and either precision.
                if squares == 0 { continue }
                let spread = range.reduce(0) { $0 + variance[$1] } / Double(count)
                let ratio = (squares / Double(pairs.count) / spread).squareRoot()
                if !(ratio <= worst.ratio) { worst = (ratio, entry.observable, step) }
            }
        }
        (ratio, observable, step) = worst
        networks = pairs.count
    }
}

extension Ensemble {
    /// How far single precision has moved `result`, by the first networks in both precisions; nil in double precision, and for a single
    /// network, which has no spread to compare with.
    ///
    /// - Throws: `CancellationError` when stopped; ``Divergence``.
    public func rounding(
        of result: EnsembleResult, networks: Int = 2, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Rounding? {
        if settings.precision == .double || result.count < 2 { return nil }
        let trainers = [Precision.single, .double].map {
            Trainer(trainer.experiment, width: settings.width, recordsKernels: settings.recordsKernels, precision: $0)
        }
        let pilots = min(networks, result.count)
        let values = try Threads.map(2 * pilots) { number in
            var network = trainer.initialNetwork(seed: settings.seed, index: number / 2)
            return try trainers[number % 2].train(&network, index: number / 2) { _ in
                if shouldStop() { throw CancellationError() }
            }
        }
        return Rounding(
            (0..<pilots).map { (values[2 * $0], values[2 * $0 + 1]) }, result.layout, steps: trainer.experiment.recordedSteps,
            variance: result.variance, count: result.count)
    }
}

extension Rounding? {
    /// What the user of an ensemble of that width should know.
    package func warnings(width: Int) -> [String] {
        guard let self, !self.isSafe else { return [] }
        return ["width \(width): \(self)"]
    }
}
