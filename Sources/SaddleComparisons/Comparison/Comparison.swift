import SaddleModels
import SaddleNumerics

/// Theory against ensembles: a verdict for each width and one over all, with what leads to it. The numbers themselves, of which there may be
/// millions, are in `comparison.npz` (``ComparedNumbers``).
public struct Comparison: Codable, Sendable {
    /// Agreement, disagreement, outside the 1/N regime, or undecidable.
    public typealias Verdict = SaddleNumerics.Verdict

    /// Over all widths and pooled numbers; ``summary`` gives its reason.
    public var verdict: Verdict
    /// The verdict and its reason, as one or two sentences.
    public var summary: String
    /// Probability that a correct theory shows any difference beyond a threshold.
    public var falseAlarmRate: Double
    /// How many single numbers were compared, over all widths.
    public var numbers: Int
    /// The largest |z| that so many single numbers may show (Šidák), and the one that pooled numbers may.
    public var threshold: Double
    /// The largest |z| that a pooled number may show.
    public var pooledThreshold: Double
    /// One for each width, ascending.
    public var widths: [WidthComparison]
    /// Numbers pooled over each observable, by width and over all widths.
    public var pooled: [PooledComparison]
}

/// One width of a comparison.
public struct WidthComparison: Codable, Sendable {
    /// N, the width of the networks.
    public var width: Int
    /// Networks in the ensemble.
    public var networks: Int
    /// What this width alone says, before the others are looked at.
    public var verdict: Verdict
    /// Why, and what else the reader should know: complete sentences.
    public var reasons: [String]
    /// Single numbers that were compared at this width.
    public var numbers: Int
    /// The largest |z| of them.
    public var largestScore: Double
    /// How many |z| exceed 3, and how many would by chance.
    public var beyondThree: Int
    /// Numbers that a correct theory would show beyond |z| = 3, on average.
    public var expectedBeyondThree: Double
    /// Predicted spread of the outputs over their size at the last recorded time: the small parameter.
    public var relativeSpread: Double?
    /// Whether the predicted shift b/N of the outputs is larger than the error bars, so that it is tested too.
    public var resolvesShift: Bool
    /// Nil without classes.
    public var accuracy: AccuracyComparison?
    /// The numbers with the largest |z|, the worst first.
    public var worst: [Deviation]
    /// Each observable's mean and variance.
    public var quantities: [QuantityComparison]
    /// How often each z-score occurs; nil in files of earlier versions.
    public var scores: ScoreHistogram?
}

/// All numbers of one observable in one: how large they are, or how much they vary.
public struct PooledComparison: Codable, Sendable {
    /// What of an observable is pooled.
    public enum Statistic: String, Codable, Sendable {
        /// Measured over predicted means: the factor that fits best.
        case size
        /// Sum of the measured variances over that of the predicted ones.
        case variance
        /// Fraction of samples that a network classifies correctly at the last recorded time.
        case accuracy
    }

    /// One width, or all together.
    public struct Value: Codable, Sendable {
        /// Nil for all widths together: a deviation that is the same at every width.
        public var width: Int?
        /// Measured over predicted; of an accuracy measured less predicted.
        public var value: Double
        /// Its standard error: sampling of both sides, and truncation of the theory.
        public var error: Double
        /// z, positive where the measurement is the larger; nil where no error is known.
        public var score: Double?
        /// The smallest deviation that would have been seen nine times in ten.
        public var visible: Double?
    }

    /// The observable whose numbers are pooled.
    public var quantity: ObservableSlice
    /// Its size, its variance or the accuracy.
    public var statistic: Statistic
    /// One for each width, and one for all widths together.
    public var values: [Value]

    /// What a perfect theory gives.
    public var expected: Double { statistic == .accuracy ? 0 : 1 }
}

/// How many samples networks of one width classify correctly at the last recorded time.
public struct AccuracyComparison: Codable, Sendable {
    /// Samples that were classified.
    public var samples: Int
    /// At infinite width.
    public var limit: Double
    /// Mean over networks, its standard error, and the standard deviation of single networks.
    public var predictedMean: Double
    /// Standard error of the predicted mean.
    public var predictedError: Double
    /// Predicted standard deviation of single networks.
    public var predictedSpread: Double
    /// Mean over the networks of the ensemble.
    public var measuredMean: Double
    /// Standard error of the measured mean.
    public var measuredError: Double
    /// Standard deviation of the networks' accuracies.
    public var measuredSpread: Double
}

/// All numbers of one observable: its mean over networks, or N times its variance.
public struct QuantityComparison: Codable, Sendable {
    /// Which moment over networks.
    public enum Statistic: String, Codable, Sendable {
        /// The mean, or N times the variance.
        case mean, variance
    }

    /// The observable, or the place of it.
    public var quantity: ObservableSlice
    /// Its mean or its variance.
    public var statistic: Statistic
    /// Axes of the arrays in `comparison.npz`, times first. Of a symmetric kernel only the pairs i ≤ j are listed, row by row: the shape is
    /// then times × pairs.
    public var shape: [Int]
    /// How many of them are compared: where one side has spread, an error bar is known, and numbers have not converged to nothing.
    public var numbers: Int
    /// The largest |z| of its numbers.
    public var largestScore: Double
    /// Root mean square of the error bars over that of what is to be seen; below one half the quantity is tested.
    public var relativeError: Double?
}

/// One number that is off.
public struct Deviation: Codable, Sendable, CustomStringConvertible {
    /// The observable that the number belongs to.
    public var quantity: ObservableSlice
    /// Whether the number is a mean or N times a variance.
    public var statistic: QuantityComparison.Statistic
    /// Recorded step.
    public var step: Int
    /// Sample (and output, or second sample of a kernel), from 0.
    public var index: [Int]
    /// The value of the theory, its correction of order 1/N included where known.
    public var predicted: Double
    /// The value of the ensemble.
    public var measured: Double
    /// Standard error of the difference.
    public var error: Double
    /// z, on the scale of a normal variable; positive where the measurement is the larger.
    public var score: Double

    public var description: String {
        let place = index.isEmpty ? "" : "[\(index.map(String.init).joined(separator: ", "))]"
        let name = statistic == .mean ? "mean of \(quantity)\(place)" : "N × variance of \(quantity)\(place)"
        return
            "\(name) at step \(step): \(NumberText.short(predicted)) predicted, \(NumberText.short(measured)) measured, "
            + "z = \(NumberText.short(score))"
    }
}
