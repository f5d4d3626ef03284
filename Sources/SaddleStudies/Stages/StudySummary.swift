import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What came out of a study, in few numbers: what the program prints.
public struct StudySummary: Codable, Sendable {
    public struct Number: Codable, Sendable {
        public var value: Double
        /// The whole error; nil if unknown.
        public var error: Double?
        /// The part of it that truncation makes (`predict.tolerance`); nil where nothing is truncated.
        public var truncation: Double?

        public init(_ value: Double, _ error: Double, truncation: Double? = nil) {
            self.value = value
            self.error = error.isFinite ? error : nil
            self.truncation = truncation.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// One of the two losses at the last recorded step.
    public struct Loss: Codable, Sendable {
        public var infiniteWidth: Number?
        public var widths: [Width]
    }

    /// The loss at one width: its mean over networks, and how much one network differs from the next.
    public struct Width: Codable, Sendable {
        public var width: Int
        public var predictedMean: Number?
        public var measuredMean: Number?
        public var predictedSpread: Number?
        public var measuredSpread: Number?
    }

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
    public var verdict: Comparison.Verdict?
    public var explanation: String?
    public var verdicts: [Verdict]
    public var report: String?
    /// Seconds by stage, of this run or the earlier one that computed it.
    public var seconds: [String: Double]
    public var warnings: [String]
}

extension StudyResults {
    /// - Parameter warnings: in the order in which they were said.
    func summary(_ folder: RunFolder, warnings: [String]) -> StudySummary {
        StudySummary(
            study: study.name, folder: folder.path, step: steps.last ?? 0, trainLoss: loss(.train) ?? .init(widths: []),
            testLoss: loss(.test),
            accuracies: comparison?.widths.compactMap { width in width.accuracy.map { .init(width: width.width, accuracy: $0) } }
                ?? [],
            verdict: comparison?.verdict, explanation: comparison?.summary,
            verdicts: comparison?.widths.map {
                .init(width: $0.width, verdict: $0.verdict, reasons: $0.reasons, worst: Array($0.worst.prefix(3)))
            } ?? [],
            report: manifest.stages["report"] == nil ? nil : folder.report,
            seconds: manifest.stages.mapValues(\.seconds), warnings: warnings)
    }

    private func loss(_ set: SampleSet) -> StudySummary.Loss? {
        let layout = prediction?.layout ?? ensembleLayout
        guard let last = layout[.loss(set)].map({ $0.range.upperBound - 1 }) else { return nil }
        return StudySummary.Loss(
            infiniteWidth: prediction.map {
                .init($0.mean[last], $0.meanTotalError(at: last), truncation: $0.meanTruncation[last])
            },
            widths: (study.simulate?.widths ?? []).map { width(.loss(set), at: last, $0) })
    }

    private func width(_ loss: Observable, at i: Int, _ width: Int) -> StudySummary.Width {
        let n = Double(width)
        var result = StudySummary.Width(width: width)
        if let prediction, !prediction.variance.isEmpty {
            let (error, biasError) = (prediction.meanError[i], prediction.biasError[i] / n)
            // Both truncation errors are of the same bases.
            let truncation = prediction.meanTruncation[i] + prediction.biasTruncation[i] / n
            result.predictedMean = .init(
                prediction.mean[i] + prediction.bias[i] / n,
                (error * error + biasError * biasError + truncation * truncation).squareRoot(), truncation: truncation)
            result.predictedSpread = spread(
                prediction.variance[i] / n, prediction.varianceTotalError(at: i) / n,
                truncation: prediction.varianceTruncation[i] / n)
        }
        if let scalar = prediction?.scalars.first(where: { $0.name == loss.name }), let variance = scalar.variance.last,
            let error = scalar.errors.last, let truncation = scalar.truncation.last
        {
            result.predictedSpread = spread(variance.mean / n, error / n, truncation: truncation / n)
        }
        if let measured = ensembles.first(where: { $0.width == width }) {
            result.measuredMean = .init(measured.mean[i], measured.meanError[i])
            result.measuredSpread = spread(measured.variance[i], measured.varianceError[i])
        }
        return result
    }

    /// √V, with the error of V carried over: δ√V = δV/(2√V).
    private func spread(_ variance: Double, _ error: Double, truncation: Double? = nil) -> StudySummary.Number? {
        guard variance > 0, variance.isFinite else { return nil }
        let slope = 1 / (2 * variance.squareRoot())
        return .init(variance.squareRoot(), error * slope, truncation: truncation.map { $0 * slope })
    }
}
