/// Why data cannot be used as described. Trouble with a file itself is a `FileError`.
public enum DataError: Error, Equatable, CustomStringConvertible {
    /// A key of the description has an impossible value, is missing, or does not apply.
    case key(_ key: String, reason: String)
    /// An array or a file has the wrong shape or holds something else than samples.
    case array(_ name: String, reason: String)
    /// Rows and columns count from 0.
    case notFinite(array: String, row: Int, column: Int, value: Double)
    /// A sample that cannot be scaled to |x|² = D. Rows count from 0.
    case zeroNorm(array: String, row: Int)
    /// An input of zeros, which no factor brings to |x|² = D.
    case zeroInput(array: String, row: Int)
    /// All training samples are equal.
    case nothingVaries(samples: Int, features: Int)
    /// Inputs are no images of the shape that a convolution reads.
    case convolution(_ reason: String)
    case labelsDoNotFit(loss: Loss, reason: String)

    /// The key of the description that is to blame, where it is a single one.
    public var key: String? {
        switch self {
        case .key(let key, _): key
        case .labelsDoNotFit: "loss"
        case .array, .notFinite, .zeroNorm, .zeroInput, .nothingVaries, .convolution: nil
        }
    }

    public var description: String {
        switch self {
        case .key(let key, let reason): "\(key): \(reason)"
        case .array(let name, let reason): "\(name): \(reason)"
        case .notFinite(let array, let row, let column, let value):
            "\(array)[\(row), \(column)] is \(value) (row and column count from 0); every number must be finite"
        case .zeroNorm(let array, let row):
            "\(array)[\(row)] equals the mean of the training inputs (rows count from 0), so it cannot be scaled to |x|² = D; "
                + "remove it, or use preprocess: standardize, center or none"
        case .zeroInput(let array, let row):
            "\(array)[\(row)] is zero in every feature (rows count from 0), so it cannot be scaled to |x|² = D; "
                + "remove it, or use preprocess: standardize, center or none"
        case .nothingVaries(let samples, let features):
            samples == 1
                ? "one training sample cannot be centred by its own mean; use preprocess: none or more samples"
                : "all \(features) features are constant over the \(samples) training samples: nothing is left after centring"
        case .convolution(let reason): reason
        case .labelsDoNotFit(let loss, let reason): "loss \(loss.rawValue) does not fit the labels: \(reason)"
        }
    }
}
