import SaddleReport

/// Theory against ensembles: every number that both know, a verdict for each width and one over all.
public struct Comparison: Codable, Sendable {
    /// What can be said, in the words of the report.
    public enum Verdict: String, Codable, Sendable {
        case agrees
        /// The ensemble is too narrow for corrections of order 1/N to suffice; wider ones agree, or the spread is as large
        /// as the outputs.
        case outsideRegime = "outside the 1/N regime"
        case disagrees
        /// The error bars are larger than the effect.
        case cannotTell = "cannot tell"
    }

    public var verdict: Verdict
    /// The verdict and its reason, as one or two sentences.
    public var summary: String
    /// Probability that any of the numbers exceeds `threshold` when theory and ensembles agree perfectly.
    public var falseAlarmRate: Double
    /// How many numbers were compared, over all widths.
    public var numbers: Int
    /// The largest |z| that so many numbers may show (Šidák).
    public var threshold: Double
    public var widths: [WidthComparison]
}

/// One width of a comparison.
public struct WidthComparison: Codable, Sendable {
    public var width: Int
    public var networks: Int
    public var verdict: Comparison.Verdict
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
    public var worst: [Deviation]
    public var quantities: [QuantityComparison]
}

/// All numbers of one observable: its mean over networks, or N times its variance.
public struct QuantityComparison: Codable, Sendable {
    public enum Statistic: String, Codable, Sendable {
        case mean, variance
    }

    /// Name of the array, as in `theory.npz`.
    public var quantity: String
    public var statistic: Statistic
    /// Axes of the arrays below, times first, in C order. Of a symmetric kernel only the pairs i ≤ j are listed, row by row:
    /// the shape is then times × pairs.
    public var shape: [Int]
    public var numbers: Int
    public var largestScore: Double
    /// Root mean square of the error bars over that of what is to be seen; below one half the quantity is tested.
    public var relativeError: Double?
    /// Theory at this width (mean + bias/N, or N·variance), ensemble, and the difference as a standard normal value; null
    /// where neither side has any spread.
    public var predicted: [Double]
    public var measured: [Double]
    public var score: [Double?]
}

/// One number that is off.
public struct Deviation: Codable, Sendable, CustomStringConvertible {
    public var quantity: String
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
