#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport
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

    /// From which width on the expected final loss exceeds that of infinite width by less than a fraction of it.
    public struct WideEnough: Codable, Sendable, CustomStringConvertible {
        /// Fraction.
        public var excess: Double
        /// Nil if the loss of any width is below that of infinite width.
        public var width: Number?

        /// `N ≥ 200`, to two digits, rounded up: a width that is enough.
        public var description: String {
            guard let value = width?.value else { return "any width" }
            guard value < 1e7 else { return "N ≥ " + NumberText.short(value, digits: 2) }
            let unit = value < 100 ? 1 : pow(10, floor(log10(value)) - 1)
            return "N ≥ " + NumberText.count(Int((value / unit).rounded(.up) * unit))
        }
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
            wideEnough: wideEnough, verdict: comparison?.verdict, explanation: comparison?.summary,
            verdicts: comparison?.widths.map {
                .init(width: $0.width, verdict: $0.verdict, reasons: $0.reasons, worst: Array($0.worst.prefix(3)))
            } ?? [],
            report: manifest.stages["report"] == nil ? nil : folder.report,
            seconds: manifest.stages.mapValues(\.seconds), warnings: warnings)
    }

    var wideEnough: StudySummary.WideEnough? {
        guard let set = sets.last, let loss = excessLoss(set, steps.count - 1), loss.whole.isResolved else { return nil }
        let excess = 0.1
        guard let width = loss.width(for: excess) else {
            return loss.whole.value <= 0 ? .init(excess: excess, width: nil) : nil
        }
        return .init(excess: excess, width: .init(width, width * loss.whole.error / loss.whole.value))
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
