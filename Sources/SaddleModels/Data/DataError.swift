/// Why data cannot be used as described. Trouble with a file itself is a `FileError`.
public enum DataError: Error, Equatable, CustomStringConvertible {
    /// A key of the description has an impossible value, is missing, or does not apply.
    case key(_ key: String, reason: String)
    /// An array or a file has the wrong shape or holds something else than samples.
    case array(_ name: String, reason: String)
    /// One sample of an array is to blame. Rows count from 0.
    case sample(array: String, row: Int, SampleProblem)
    /// All training samples are equal.
    case nothingVaries(samples: Int, features: Int)
    /// Inputs are no images of the shape that a convolution reads.
    case convolution(_ reason: String)
    /// Labels that the loss cannot be computed for, as those other than ±1 and one-hot rows for the cross-entropy.
    case labelsDoNotFit(loss: Loss, reason: String)

    /// What may be wrong with one sample.
    public enum SampleProblem: Sendable, Equatable {
        /// Columns count from 0.
        case notFinite(column: Int, value: Double)
        /// An input of zeros, which no factor brings to |x|² = D.
        case zero
        /// An input that is nothing after centring.
        case equalsMean
        /// The squared norm is beyond, or below, the range of float64.
        case tooLarge, tooSmall
    }

    static func notFinite(array: String, row: Int, column: Int, value: Double) -> DataError {
        .sample(array: array, row: row, .notFinite(column: column, value: value))
    }

    /// The key of the description that is to blame, where it is a single one.
    public var key: String? {
        switch self {
        case .key(let key, _): key
        case .labelsDoNotFit: "loss"
        case .array, .sample, .nothingVaries, .convolution: nil
        }
    }

    /// The same error with the place in its file of a sample that preprocessing names.
    func moved(_ place: (_ isTest: Bool, _ row: Int) -> SamplePool.Place) -> DataError {
        guard case .sample(let array, let row, let problem) = self else { return self }
        let found = place(array == Preprocessing.names.test, row)
        return .sample(array: found.inputs, row: found.row, problem)
    }

    public var description: String {
        switch self {
        case .key(let key, let reason): "\(key): \(reason)"
        case .array(let name, let reason): "\(name): \(reason)"
        case .sample(let array, let row, .notFinite(let column, let value)):
            "\(array)[\(row), \(column)] is \(value) (row and column count from 0); every number must be finite"
        case .sample(let array, let row, .equalsMean):
            "\(array)[\(row)] equals the mean of the training inputs (rows count from 0), so it cannot be scaled to |x|² = D; "
                + Self.remedy
        case .sample(let array, let row, .zero):
            "\(array)[\(row)] is zero in every feature (rows count from 0), so it cannot be scaled to |x|² = D; " + Self.remedy
        case .sample(let array, let row, .tooLarge):
            "\(array)[\(row)]: its squared norm is beyond the range of float64 (rows count from 0); scale the data down"
        case .sample(let array, let row, .tooSmall):
            "\(array)[\(row)]: its squared norm is below the range of float64 (rows count from 0); scale the data up"
        case .nothingVaries(let samples, let features):
            samples == 1
                ? "one training sample cannot be centred by its own mean; use preprocess: none or more samples"
                : "all \(features) features are constant over the \(samples) training samples: nothing is left after centring"
        case .convolution(let reason): reason
        case .labelsDoNotFit(let loss, let reason): "loss \(loss.rawValue) does not fit the labels: \(reason)"
        }
    }

    private static let remedy = "remove it, or use preprocess: standardize, center or none"
}
