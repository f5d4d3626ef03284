import SaddleModels
import SaddleNumerics

/// Theory against ensembles: a verdict for each width and one over all, with what leads to it. The numbers themselves, of which there may be
/// millions, are in `comparison.npz` (``ComparedNumbers``).
public struct Comparison: Codable, Sendable {
    public typealias Verdict = SaddleNumerics.Verdict

    public var verdict: Verdict
    /// The verdict and its reason, as one or two sentences.
    public var summary: String
    /// Probability that a correct theory shows any difference beyond a threshold.
    public var falseAlarmRate: Double
    /// How many single numbers were compared, over all widths.
    public var numbers: Int
    /// The largest |z| that so many single numbers may show (Šidák), and the one that pooled numbers may.
    public var threshold: Double
    public var pooledThreshold: Double
    public var widths: [WidthComparison]
    public var pooled: [PooledComparison]
}

/// One width of a comparison.
public struct WidthComparison: Codable, Sendable {
    public var width: Int
    public var networks: Int
    public var verdict: Verdict
    /// Why, and what else the reader should know: complete sentences.
    public var reasons: [String]
    public var numbers: Int
    public var largestScore: Double
    /// How many |z| exceed 3, and how many would by chance.
    public var beyondThree: Int
    public var expectedBeyondThree: Double
    /// Predicted spread of the outputs over their size at the last recorded time: the small parameter.
    public var relativeSpread: Double?
    /// Whether the predicted shift b/N of the outputs is larger than the error bars, so that it is tested too.
    public var resolvesShift: Bool
    /// Nil without classes.
    public var accuracy: AccuracyComparison?
    public var worst: [Deviation]
    public var quantities: [QuantityComparison]
    /// How often each z-score occurs; nil in files of earlier versions.
    public var scores: ScoreHistogram?
}

/// All numbers of one observable in one: how large they are, or how much they vary.
public struct PooledComparison: Codable, Sendable {
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
        public var score: Double?
        /// The smallest deviation that would have been seen nine times in ten.
        public var visible: Double?
    }

    public var quantity: ObservableSlice
    public var statistic: Statistic
    public var values: [Value]

    /// What a perfect theory gives.
    public var expected: Double { statistic == .accuracy ? 0 : 1 }
}

/// How many samples networks of one width classify correctly at the last recorded time.
public struct AccuracyComparison: Codable, Sendable {
    public var samples: Int
    /// At infinite width.
    public var limit: Double
    /// Mean over networks, its standard error, and the standard deviation of single networks.
    public var predictedMean: Double
    public var predictedError: Double
    public var predictedSpread: Double
    public var measuredMean: Double
    public var measuredError: Double
    public var measuredSpread: Double
}

/// All numbers of one observable: its mean over networks, or N times its variance.
public struct QuantityComparison: Codable, Sendable {
    public enum Statistic: String, Codable, Sendable {
        case mean, variance
    }

    public var quantity: ObservableSlice
    public var statistic: Statistic
    /// Axes of the arrays in `comparison.npz`, times first. Of a symmetric kernel only the pairs i ≤ j are listed, row by row: the shape is
    /// then times × pairs.
    public var shape: [Int]
    /// How many of them are compared: where one side has spread, an error bar is known, and numbers have not converged to nothing.
    public var numbers: Int
    public var largestScore: Double
    /// Root mean square of the error bars over that of what is to be seen; below one half the quantity is tested.
    public var relativeError: Double?
}

/// One number that is off.
public struct Deviation: Codable, Sendable, CustomStringConvertible {
    public var quantity: ObservableSlice
    public var statistic: QuantityComparison.Statistic
    /// Recorded step.
    public var step: Int
    /// Sample (and output, or second sample of a kernel), from 0.
    public var index: [Int]
    public var predicted: Double
    public var measured: Double
    /// Standard error of the difference.
    public var error: Double
    public var score: Double

    public var description: String {
        let place = index.isEmpty ? "" : "[\(index.map(String.init).joined(separator: ", "))]"
        let name = statistic == .mean ? "mean of \(quantity)\(place)" : "N × variance of \(quantity)\(place)"
        return
            "\(name) at step \(step): \(NumberText.short(predicted)) predicted, \(NumberText.short(measured)) measured, "
            + "z = \(NumberText.short(score))"
    }
}
