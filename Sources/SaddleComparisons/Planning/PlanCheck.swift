import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Fresh networks of the width that a plan recommends: whether they keep what it promises.
public struct PlanCheck: Sendable {
    /// `held`: below the tolerance by more than one error; `broken`: above it by more than three; else it cannot tell.
    public enum Word: String, Sendable { case held, broken, cannotTell = "cannot tell" }

    /// One requirement of the plan, as measured.
    public struct Row: Sendable {
        /// The quantity and its tolerance.
        public let requirement: WidthRequirement
        /// The quantity over the fresh networks.
        public let measured: Estimate
        /// The quantity as the evidence predicts it at this width, with its standard error.
        public let expected: (value: Double, error: Double)
        /// Above the tolerance by more than three errors: broken; below by more than one: held.
        public var word: Word {
            let error = measured.standardError, miss = measured.mean - requirement.tolerance
            return miss > 3 * error ? .broken : miss < -error ? .held : .cannotTell
        }
    }

    /// N of the fresh networks, and how many were trained.
    public let width, networks: Int
    /// One for each requirement, in the order given.
    public let rows: [Row]

    /// `broken` if any requirement is broken, `held` if all are held.
    public var word: Word {
        rows.contains { $0.word == .broken } ? .broken : rows.allSatisfy { $0.word == .held } ? .held : .cannotTell
    }

    /// How many networks tell the excess of the loss to a twentieth of its tolerance.
    public static func networks(_ evidence: WidthEvidence, _ requirements: [WidthRequirement], width: Int) -> Int {
        let excess = requirements.first { $0.kind == .excessLoss }
        let wanted = excess.map { 0.05 * $0.tolerance * evidence.loss.coefficients[0] }
        let count = wanted.map { evidence.lossVariance / Double(width) / ($0 * $0) } ?? 400
        return min(max(Int(count.rounded(.up)), 50), 4000)
    }

    /// - Parameters:
    ///   - seed: other than that of the evidence.
    ///   - state: the first networks, as an earlier call handed them to `checkpoint`.
    public init(
        _ experiment: Experiment, _ evidence: WidthEvidence, _ requirements: [WidthRequirement], width: Int, networks: Int,
        seed: Int, from state: EnsembleState? = nil,
        progress: @escaping ProgressHandler, shouldStop: @escaping @Sendable () -> Bool,
        checkpoint: @escaping @Sendable (EnsembleState) throws -> Void = { _ in }
    ) throws {
        let set = experiment.data.judged
        let settings = EnsembleSettings(width: width, networks: networks, seed: seed, recordsKernels: false)
        let saving = PacedSaving(checkpoint)
        let result = try saving.finishing {
            let result = try Ensemble(experiment, settings).train(
                from: state, progress: progress, shouldStop: shouldStop, checkpointEvery: .milliseconds(200),
                checkpoint: saving.offer)
            if networks > state?.count ?? 0 { try saving.offer(result.state) }
            return result
        }
        let statistics = EnsembleStatistics(width: width, result.state), panel = ObservablePanel(result.layout),
            final = panel.final!
        let rows = statistics.panel.map { Array($0[final.range]) }, place = result.layout[.loss(set)]!.range.upperBound - 1
        let limit = evidence.loss.value(at: .infinity)
        (self.width, self.networks) = (width, networks)
        self.rows = requirements.map { requirement in
            let measured: Estimate
            switch requirement.kind {
            case .excessLoss:
                let loss = statistics.mean[place], ratio = loss / limit.value
                let error =
                    (statistics.meanError[place] * statistics.meanError[place] + ratio * ratio * limit.error * limit.error)
                    .squareRoot()
                measured = Estimate(mean: ratio - 1, standardError: error / abs(limit.value), count: networks)
            case .outputSpread:
                let v = WidthEvidence.spread(rows, samples: panel.finalSamples),
                    root = (2 * v.mean / Double(evidence.outputs)).squareRoot()
                measured = Estimate(
                    mean: root, standardError: root > 0 ? root * v.standardError / (2 * v.mean) : 0, count: networks)
            case .labelFlips: measured = MadeNetworks.flipRate(of: rows, outputs: evidence.outputs)!
            }
            return Row(
                requirement: requirement, measured: measured, expected: requirement.expected(evidence, width: Double(width)))
        }
    }
}
