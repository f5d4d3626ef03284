import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What came out of a study, in few numbers: what the program prints.
public struct StudySummary: Codable, Sendable {
    public typealias Loss = LossSummary
    public typealias Number = LossSummary.Number

    /// Fraction of test samples (training samples without any) that networks of one width classify correctly at the last step.
    public struct Accuracy: Codable, Sendable {
        public var width: Int
        public var accuracy: AccuracyComparison
    }

    public struct Verdict: Codable, Sendable {
        public var width: Int
        public var verdict: Comparison.Verdict
        public var reasons: [String]
        public var worst: [Deviation]
    }

    public var study: String
    public var folder: String
    /// The last recorded step, to which the losses belong.
    public var step: Int
    public var trainLoss: Loss
    public var testLoss: Loss?
    public var accuracies: [Accuracy]
    /// On the test samples, or the training samples without any; nil unless the correction to the loss is known to differ from zero.
    public var wideEnough: WideEnough?
    /// How many steps more than the infinitely wide network each width takes, on a stream.
    public var stepsLost: StepsLost?
    public var verdict: Comparison.Verdict?
    public var explanation: String?
    public var verdicts: [Verdict]
    public var theoryCost: TheoryCost?
    public var report: String?
    /// Seconds by stage, of this run or the earlier one that computed it.
    public var seconds: [String: Double]
    public var warnings: [String]
    /// Of one study of many: why stages have no result, by name (`theory`, `ensemble_64`).
    public var diverged: [String: String]?
}

extension StudyResults {
    /// - Parameter warnings: in the order in which they were said.
    func summary(_ folder: RunFolder, warnings: [String]) -> StudySummary {
        StudySummary(
            study: study.name, folder: folder.path, step: steps.last ?? 0, trainLoss: loss(.train) ?? .init(widths: []),
            testLoss: loss(.test),
            accuracies: comparison?.widths.compactMap { width in width.accuracy.map { .init(width: width.width, accuracy: $0) } }
                ?? [],
            wideEnough: wideEnough, stepsLost: stepsLost, verdict: comparison?.verdict, explanation: comparison?.summary,
            verdicts: comparison?.widths.map {
                .init(width: $0.width, verdict: $0.verdict, reasons: $0.reasons, worst: Array($0.worst.prefix(3)))
            } ?? [],
            theoryCost: theoryCost, report: manifest.stages["report"] == nil ? nil : folder.report,
            seconds: manifest.stages.mapValues(\.seconds), warnings: warnings)
    }

    var wideEnough: WideEnough? { sets.last.flatMap { excessLoss($0, steps.count - 1) }.flatMap { WideEnough($0) } }

    private func loss(_ set: SampleSet) -> StudySummary.Loss? {
        LossSummary(
            .loss(set), prediction: prediction, ensembles: ensembles, layout: prediction?.layout ?? ensembleLayout,
            widths: study.simulate?.widths ?? [])
    }
}
