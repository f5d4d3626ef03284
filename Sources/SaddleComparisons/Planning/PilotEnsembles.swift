import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Small ensembles of four widths N₀ … 8N₀, from which those of all widths are told; they grow until somebody is content.
///
/// What networks do is a series in 1/N: three terms are fitted to four widths, and the number that is left over tells whether they suffice.
/// If not, or if so narrow networks diverge, all widths are doubled.
public final class PilotEnsembles {
    /// The samples on which losses and outputs are judged: the test set, or without one the training set.
    public let set: SampleSet
    /// The four widths, ascending; doubled by ``evidence(goal:looseness:progress:notice:shouldStop:)`` where needed.
    public private(set) var widths: [Int]
    /// Of one network of each width, on all cores together.
    public private(set) var seconds: [Double] = []
    private let experiment: Experiment
    private let seed: Int
    private var states: [EnsembleState?] = []

    /// Networks of the widest in the first round, and of any at most.
    public static let first = 24
    /// The largest number of networks of one width.
    public static let most = 8192
    /// A misfit that a right series exceeds once in 700 times.
    static let largestMisfit = 3.2

    /// Chooses the widths, from 16 or the next width that the network allows, and estimates their cost; trains nothing yet.
    public init(_ experiment: Experiment, seed: Int) {
        self.experiment = experiment
        self.seed = seed
        set = experiment.data.judged
        let unit = experiment.graph.widthUnit
        let first = (16 + unit - 1) / unit * unit
        widths = [1, 2, 4, 8].map { $0 * first }
        begin()
    }

    private func begin() {
        states = widths.map { _ in nil }
        seconds = widths.map {
            Ensemble(experiment, settings($0, networks: 1)).expectedSeconds.map { $0 / Double(Threads.count) } ?? 1e-3
        }
    }

    private func settings(_ width: Int, networks: Int) -> EnsembleSettings {
        EnsembleSettings(width: width, networks: networks, seed: seed, recordsKernels: false)
    }

    /// Networks of each width when there are so many of the widest: as many for the error of each at the same cost, ∝ time^{−1/2}.
    private func counts(widest: Int) -> [Int] {
        seconds.map { min(Int((Double(widest) * (seconds.last! / max($0, 1e-6)).squareRoot()).rounded(.up)), Self.most) }
    }

    /// Seconds until there are so many of the widest.
    public func expectedSeconds(widest: Int = PilotEnsembles.first) -> Double {
        counts(widest: widest).enumerated().reduce(0) { sum, part in
            sum + Double(max(part.element - (states[part.offset]?.count ?? 0), 0)) * seconds[part.offset]
        }
    }

    /// Trains until `looseness` of the evidence is at most `goal`, or the ensembles have their largest size.
    ///
    /// - Throws: `CancellationError` when stopped; ``EnsembleError`` where networks diverge at every width.
    public func evidence(
        goal: Double, looseness: (WidthEvidence) -> Double, progress: @escaping ProgressHandler,
        notice: (String) -> Void, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> WidthEvidence {
        var widest = Self.first, doublings = 0
        while true {
            do {
                let evidence = try grow(widest: widest, progress, shouldStop)
                if let misfit = evidence.loss.misfit, misfit > Self.largestMisfit, doublings < 3 {
                    doublings += 1
                    try double("terms beyond 1/N² are visible", notice)
                    continue
                }
                let now = looseness(evidence)
                if now <= goal || widest >= Self.most { return evidence }
                // Errors fall as the root of the number; what is not finite yet needs more in any case.
                let factor = now.isFinite ? min(max((now - 1) / (goal - 1), 1.1) * max((now - 1) / (goal - 1), 1.1), 8) : 4
                widest = min(Int((Double(widest) * factor).rounded(.up)), Self.most)
                notice(
                    "More networks are needed: about \(NumberText.duration(seconds: rounded(expectedSeconds(widest: widest), digits: 2)))."
                )
            } catch let error as EnsembleError {
                guard case .networksDiverged = error, doublings < 3 else { throw error }
                doublings += 1
                try double("networks of width \(widths[0]) diverge", notice)
            }
        }
    }

    private func double(_ reason: String, _ notice: (String) -> Void) throws {
        widths = widths.map { 2 * $0 }
        begin()
        notice("Widths \(widths.map(String.init).joined(separator: ", ")): \(reason) at half of these.")
    }

    private func grow(
        widest: Int, _ progress: @escaping ProgressHandler, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> WidthEvidence {
        let counts = counts(widest: widest), all = expectedSeconds(widest: widest)
        var done = 0.0, ensembles: [EnsembleStatistics] = [], layout = ObservableLayout([])
        for (k, width) in widths.enumerated() {
            let ensemble = Ensemble(experiment, settings(width, networks: max(counts[k], states[k]?.count ?? 0)))
            let (start, before, each) = (states[k]?.count ?? 0, done, seconds[k])
            let result = try ensemble.train(
                from: states[k],
                progress: { networks, _ in progress(before + (networks - Double(start)) * each, max(all, 1e-9)) },
                shouldStop: shouldStop)
            done += Double(max(counts[k] - start, 0)) * each
            states[k] = result.state
            layout = result.layout
            ensembles.append(EnsembleStatistics(width: width, result.state))
        }
        return try WidthEvidence(ensembles, layout: layout, set: set, loss: experiment.training.loss)
    }
}
