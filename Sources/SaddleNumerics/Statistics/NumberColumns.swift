/// One number that theory and measurement both know, where there are too many for names (``CheckedNumber``).
public struct ComparedNumber: Sendable {
    /// By theory.
    public var predicted: Double
    /// By sampling.
    public var measured: Double
    /// Standard error of the difference.
    public var error: Double
    /// The difference as a standard normal value; nil where neither side has any spread, no error bar is known, or numbers have converged to
    /// nothing.
    public var score: Double?

    /// A number with its score.
    public init(predicted: Double, measured: Double, error: Double, score: Double?) {
        (self.predicted, self.measured, self.error, self.score) = (predicted, measured, error, score)
    }
}

/// Many of them, in buffers.
public struct NumberColumns: Sendable {
    /// By theory, in the order in which numbers were appended.
    public private(set) var predicted: [Double] = []
    /// By sampling, likewise.
    public private(set) var measured: [Double] = []
    /// Standard errors of the differences, likewise.
    public private(set) var error: [Double] = []
    /// 0 where nothing is compared.
    public private(set) var score: [Double] = []
    /// Whether a number has a score.
    public private(set) var isCompared: [Bool] = []

    /// None yet, with room for so many.
    public init(capacity: Int) {
        predicted.reserveCapacity(capacity)
        measured.reserveCapacity(capacity)
        error.reserveCapacity(capacity)
        score.reserveCapacity(capacity)
        isCompared.reserveCapacity(capacity)
    }

    /// How many there are.
    public var count: Int { predicted.count }

    /// Number i, in the order in which numbers were appended.
    public subscript(i: Int) -> ComparedNumber {
        ComparedNumber(
            predicted: predicted[i], measured: measured[i], error: error[i], score: isCompared[i] ? score[i] : nil)
    }

    /// Appends one number.
    public mutating func append(_ number: ComparedNumber) {
        predicted.append(number.predicted)
        measured.append(number.measured)
        error.append(number.error)
        score.append(number.score ?? 0)
        isCompared.append(number.score != nil)
    }

    /// Appends the numbers of another.
    public mutating func append(_ other: NumberColumns) {
        predicted += other.predicted
        measured += other.measured
        error += other.error
        score += other.score
        isCompared += other.isCompared
    }
}
