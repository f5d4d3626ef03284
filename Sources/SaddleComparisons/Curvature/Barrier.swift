import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// The loss on the straight line between two networks that were trained from different initialisations,
///
///     B = max_t [ℒ((1 − t)θ + tθ′) − (1 − t)ℒ(θ) − tℒ(θ′)],
///
/// as they are and with the units of one in the order of those of the other that they are most like.
package struct Barrier: Sendable {
    /// t
    package let shares: [Double]
    /// ℒ along the line, mean over pairs: as they are, matched.
    package let plain, matched: [Estimate]
    /// B over pairs.
    package let plainHeight, matchedHeight: Estimate

    /// - Parameters:
    ///   - pairs: of networks 2k and 2k + 1 of the ensemble.
    ///   - points: on the line, the ends among them; 3 or more.
    /// - Throws: ``Divergence``, `CancellationError`.
    package init(
        _ experiment: Experiment, _ settings: EnsembleSettings, pairs: Int, points: Int, progress: @escaping ProgressHandler,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let trainer = Trainer(experiment, width: settings.width, recordsKernels: false)
        let shares = (0..<points).map { Double($0) / Double(points - 1) }, finished = Counter()
        let found = try Threads.map(pairs) { pair -> (plain: [Double], matched: [Double]) in
            let trained = try [2 * pair, 2 * pair + 1].map { index in
                var network = trainer.initialNetwork(seed: settings.seed, index: index)
                _ = try trainer.train(&network, index: index) { _ in if shouldStop() { throw CancellationError() } }
                return network
            }
            let surface = LossSurface(
                trained[0], inputs: experiment.data.trainInputs, labels: experiment.data.trainLabels,
                loss: experiment.training.loss)
            func line(to other: FiniteNetwork) throws -> [Double] {
                let end = LossSurface.parameters(of: other)
                return try shares.map { t in
                    if shouldStop() { throw CancellationError() }
                    return surface.value(at: zip(surface.parameters, end).map { (1 - t) * $0 + t * $1 })
                }
            }
            let lines = (
                try line(to: trained[1]), try line(to: trained[1].matched(to: trained[0], inputs: experiment.data.trainInputs))
            )
            progress(Double(finished.increment()), Double(pairs))
            return lines
        }
        func mean(_ lines: [[Double]]) -> [Estimate] { shares.indices.map { i in Estimate(lines.map { $0[i] }) } }
        func height(_ lines: [[Double]]) -> Estimate {
            Estimate(lines.map { line in zip(shares, line).map { t, l in l - (1 - t) * line[0] - t * line.last! }.max()! })
        }
        self.shares = shares
        (plain, matched) = (mean(found.map(\.plain)), mean(found.map(\.matched)))
        (plainHeight, matchedHeight) = (height(found.map(\.plain)), height(found.map(\.matched)))
    }
}
