import SaddleNumerics

/// Why losses cannot be fitted at all. Rows count from 0.
public enum LossTableError: Error, Equatable, CustomStringConvertible {
    /// Which number of a row is wrong.
    public enum Subject: String, Sendable { case size, loss, error }

    /// A number that is zero, negative or not finite.
    case notPositive(_ subject: Subject, row: Int, value: Double)
    /// Powers of it leave the range of double precision.
    case extreme(_ subject: Subject, row: Int, value: Double)
    /// Fewer different sizes than ``LossTable/fewest``.
    case tooFewPoints(count: Int)

    public var description: String { (row.map { "row \($0 + 1): " } ?? "") + reason }

    /// What is wrong, without the place.
    public var reason: String {
        switch self {
        case .notPositive(.error, _, let value): "the error is \(value); expected a number above 0"
        case .notPositive(let subject, _, let value):
            "the \(subject.rawValue) is \(value); expected a number above 0 (the fit works on logarithms)"
        case .extreme(let subject, _, let value):
            "the \(subject.rawValue) is \(value); expected a number from 1e-100 to 1e100: change the unit, or divide all by a typical one"
        case .tooFewPoints(let count):
            "\(count) different \(count == 1 ? "size" : "sizes"); expected \(LossTable.fewest) or more, of data, width, time or compute"
        }
    }

    /// The row to blame, and what in it.
    public var row: Int? {
        switch self {
        case .notPositive(_, let row, _), .extreme(_, let row, _): row
        case .tooFewPoints: nil
        }
    }

    var subject: Subject {
        switch self {
        case .notPositive(let subject, _, _), .extreme(let subject, _, _): subject
        case .tooFewPoints: .size
        }
    }
}

/// Measured losses against a size: samples, width, steps or compute.
///
/// Rows with the same size are repetitions, such as seeds; if every size has two or more, their spread gives the errors.
public struct LossTable: Sendable, Equatable {
    /// Ascending, different.
    public let sizes: [Double]
    /// The losses at each size.
    public let repetitions: [[Double]]
    /// Standard error of the mean at each size; nil if unknown.
    public let errors: [Double]?

    /// Different sizes that a fit needs.
    public static let fewest = 4

    /// - Parameter errors: standard errors of the losses, if measured with them.
    public init(sizes: [Double], losses: [Double], errors: [Double]? = nil) throws(LossTableError) {
        precondition(sizes.count == losses.count && errors.map { $0.count == losses.count } ?? true, "columns of unequal length")
        for row in sizes.indices {
            for (subject, value) in [(LossTableError.Subject.size, sizes[row]), (.loss, losses[row])] {
                if !(value > 0 && value.isFinite) { throw .notPositive(subject, row: row, value: value) }
                if !(1e-100...1e100).contains(value) { throw .extreme(subject, row: row, value: value) }
            }
            if let error = errors?[row], !(error > 0 && error.isFinite) { throw .notPositive(.error, row: row, value: error) }
        }
        let groups = Dictionary(grouping: sizes.indices, by: { sizes[$0] }).sorted { $0.key < $1.key }
        if groups.count < Self.fewest { throw .tooFewPoints(count: groups.count) }
        self.sizes = groups.map(\.key)
        repetitions = groups.map { $0.value.map { losses[$0] } }
        if let errors {
            // Repetitions with errors of their own: the error of their plain mean.
            self.errors = groups.map { group in
                group.value.reduce(0) { $0 + errors[$1] * errors[$1] }.squareRoot() / Double(group.value.count)
            }
            freedom = .infinity
        } else if repetitions.allSatisfy({ $0.count >= 2 }) {
            (self.errors, freedom) = Self.errors(of: repetitions)
        } else {
            (self.errors, freedom) = (nil, 0)
        }
    }

    /// The mean loss at each size.
    public var losses: [Double] { repetitions.map { $0.reduce(0, +) / Double($0.count) } }

    /// Degrees of freedom behind each of `errors`; infinite if they were given.
    let freedom: Double

    /// Largest over smallest size.
    public var range: Double { sizes.last! / sizes.first! }

    /// With few repetitions an error of one size alone is too uncertain to weigh with: the relative spread is pooled over sizes, unless
    /// spreads differ by more than chance (F test of the largest against the smallest, of all pairs, 1 %) and are known well enough.
    ///
    /// No errors if all repetitions agree exactly.
    private static func errors(of repetitions: [[Double]]) -> (errors: [Double]?, freedom: Double) {
        let means = repetitions.map { $0.reduce(0, +) / Double($0.count) }
        let variances = zip(repetitions, means).map { values, mean in
            values.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) } / Double(values.count - 1)
        }
        let freedoms = repetitions.map { Double($0.count - 1) }
        let pooled = zip(variances, freedoms).reduce(0) { $0 + $1.0 * $1.1 } / freedoms.reduce(0, +)
        if !(pooled > 0) { return (nil, 0) }
        func errors(_ variance: (Int) -> Double) -> [Double] {
            means.indices.map { means[$0] * (variance($0) / Double(repetitions[$0].count)).squareRoot() }
        }
        let least = freedoms.min()!
        if least >= fewestOwnFreedom, let low = variances.indices.min(by: { variances[$0] < variances[$1] }),
            let high = variances.indices.max(by: { variances[$0] < variances[$1] }), variances[low] > 0
        {
            let z = normalScore(
                varianceRatio: variances[high] / variances[low], degreesOfFreedom: freedoms[high], freedoms[low])
            let pairs = Double(means.count * (means.count - 1))
            if normalTail(twoSided: max(z, 0)) / 2 * pairs < ScalingFit.significance { return (errors { variances[$0] }, least) }
        }
        return (errors { _ in pooled }, freedoms.reduce(0, +))
    }

    /// Degrees of freedom from which on a size may have an error of its own.
    private static let fewestOwnFreedom = 4.0
}
