import SaddleMeasures
import SaddleNetworks
import SaddleNumerics

/// A recurrent network trained on a series, and how well its free orbit resembles the system's.
public struct Reconstruction: Sendable {
    /// Where the free orbit ends.
    public enum Fate: String, Sendable {
        /// The largest exponent is positive by three errors.
        case chaos
        /// The largest exponent is not positive by three errors, nor negative.
        case cycle = "a cycle or torus"
        /// The largest exponent is negative, and the orbit moves: a cycle of whole steps.
        case locked = "a stable cycle"
        /// No observed variable moves in the second half of the orbit, by 10⁻⁶ of its deviation.
        case rest = "a fixed point"
        /// The network was trained, and its free orbit leaves the range of numbers allowed.
        case diverged = "the orbit diverges"
        /// Weights or losses diverge during training; there is no orbit.
        case lost = "training diverges"
    }

    /// Of initial weights and batches.
    public let seed: Int
    /// The one whose free orbit was best in the second half of training; where training diverges the last one before.
    public let network: PiecewiseLinearNetwork
    /// Loss, gradient norm and forcing during training.
    public let records: [RecurrentTraining.Record]
    /// Where the free orbit ends, or why there is none.
    public let fate: Fate
    /// Per unit of time; nil where orbit or training diverge.
    public let spectrum: LyapunovSpectrum?
    /// From the test series; nil where orbit or training diverge.
    public let distances: AttractorDistances?
    /// Errors 1, 2, … steps ahead, over the deviations; empty where training diverges.
    public let forecast: [Double]
    /// The free orbit, as many times as the test series; the observed variables.
    public let orbit: Matrix?

    /// Standardised variables beyond which an orbit counts as diverged.
    static let bound = 1e3
    /// Half the times of an orbit by which a network is chosen.
    static let scored = 20_000
    /// Steps over which exponents are measured.
    static let steps = 50_000

    /// Trains a network on the task's series and measures its free orbit.
    ///
    /// - Parameters:
    ///   - ahead: steps of the forecasts; fewer than the test series has.
    ///   - done: called with the number of updates after each hundred.
    /// - Throws: `CancellationError` if it should stop.
    public init(
        _ task: ReconstructionTask, _ training: RecurrentTraining, seed: Int, ahead: Int, done: (Int) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws {
        let series = task.training
        let result = try training.train(
            on: series, seed: seed, score: { try Self.score($0, on: series, shouldStop: shouldStop) }, done: done,
            shouldStop: shouldStop)
        let network = result.network
        (self.seed, self.network, records) = (seed, network, result.records)
        guard result.divergedAt == nil else {
            (fate, spectrum, distances, forecast, orbit) = (.lost, nil, nil, [], nil)
            return
        }
        let test = task.test, observed = test.columns
        func latent(_ x: [Double]) -> [Double] { x + [Double](repeating: 0, count: network.latent - observed) }
        let starts = Array(stride(from: 0, to: test.rows - ahead - 1, by: max((test.rows - ahead - 1) / 500, 1)))
        forecast = Self.bounded(
            ForecastError.course(test, starts: starts, steps: ahead, first: latent, next: network.next))
        do {
            let transient = max(test.rows / 10, 100)
            let whole = try network.orbit(
                from: latent((0..<observed).map { test[0, $0] }), count: transient + test.rows, bound: Self.bound,
                shouldStop: shouldStop)
            let settled = whole.selectingRows(Array(transient..<whole.rows))
            let seen = settled.leading(rows: settled.rows, columns: observed)
            var tangent = PiecewiseLinearTangent(network, interval: task.interval)
            let last = (0..<network.latent).map { settled[settled.rows - 1, $0] }
            let spectrum = try LyapunovSpectrum(
                of: &tangent, from: last, count: network.latent, intervals: Self.steps, transient: 500, seed: seed,
                shouldStop: shouldStop)
            self.spectrum = spectrum
            distances = AttractorDistances(system: test, model: seen)
            orbit = seen
            let first = spectrum.exponents[0]
            let spread = (0..<observed).map { j -> Double in
                let late = (seen.rows / 2..<seen.rows).map { seen[$0, j] }
                return late.max()! - late.min()!
            }.max()!
            fate =
                spread < 1e-6
                ? .rest
                : first.mean > 3 * first.standardError ? .chaos : first.mean < -3 * first.standardError ? .locked : .cycle
        } catch is OrbitError {
            (fate, spectrum, distances, orbit) = (.diverged, nil, nil, nil)
        }
    }

    /// How far the free orbit is from the series that was trained on, the larger of that of its halves, so that an orbit that ends on a cycle after a long time is found: D_stsp, or D_H of more variables than that
    /// has cells for.
    private static func score(_ network: PiecewiseLinearNetwork, on series: Matrix, shouldStop: () -> Bool) throws -> Double {
        let start = (0..<network.latent).map { $0 < series.columns ? series[0, $0] : 0 }
        do {
            let orbit = try network.orbit(from: start, count: 2 * scored + 200, bound: bound, shouldStop: shouldStop)
            return [200, 200 + scored].map { first in
                let part = orbit.leading(rows: orbit.rows, columns: series.columns).selectingRows(Array(first..<first + scored))
                return series.columns <= AttractorDistances.mostVariables
                    ? AttractorDistances.divergence(series, part) : AttractorDistances(system: series, model: part).spectral
            }.max()!
        } catch is OrbitError {
            return .infinity
        }
    }

    /// Up to where a forecast leaves the range of numbers.
    private static func bounded(_ errors: [Double]) -> [Double] { Array(errors.prefix { $0.isFinite && $0 < bound }) }
}

/// Reconstructions from several seeds, and what gradients do with and without forcing.
public struct ReconstructionEnsemble: Sendable {
    /// One for each seed.
    public let members: [Reconstruction]
    /// Of the first member that is not lost.
    public let growth: GradientGrowth?

    /// Trains `seeds` networks, with seeds from `seed` on, on all cores.
    ///
    /// - Parameter ahead: steps of the forecasts.
    /// - Throws: ``ReconstructionError/tooShort(times:needed:)`` for either series; `CancellationError`.
    public init(
        _ task: ReconstructionTask, _ training: RecurrentTraining, seeds: Int, seed: Int, ahead: Int,
        progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let needed = max(training.length + 2, 200), rows = task.training.rows
        if rows < needed { throw ReconstructionError.tooShort(times: rows, needed: needed) }
        if task.test.rows < ahead + 20 { throw ReconstructionError.tooShort(times: task.test.rows, needed: ahead + 20) }
        // Orbits and exponents after training take about as long as a tenth of it.
        let counter = Counter(), total = Double(seeds * (training.updates / 100))
        members = try Threads.map(seeds) { k throws in
            try Reconstruction(
                task, training, seed: seed + k, ahead: ahead, done: { _ in progress?(Double(counter.increment()), total) },
                shouldStop: shouldStop)
        }
        growth = try members.first { $0.fate != .lost }.map { try GradientGrowth($0.network, on: task.test) }
    }

    /// Over members that have one.
    public func spread(_ value: (Reconstruction) -> Double?) -> [Double] { members.compactMap(value) }
}
