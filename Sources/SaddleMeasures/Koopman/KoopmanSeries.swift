import Numerics
import SaddleNumerics

/// A time series as dynamic mode decomposition reads it: states at equal intervals, one a row.
public struct KoopmanSeries: Sendable {
    /// Times × variables, finite.
    public let states: Matrix
    /// δt
    public let interval: Double

    /// - Parameter times: of the rows; nil where they are `interval` apart.
    /// - Throws: ``KoopmanError`` for states that are not finite or do not vary, and for times that are not equally far apart.
    public init(_ states: Matrix, times: [Double]? = nil, interval: Double = 1) throws(KoopmanError) {
        let n = states.rows
        for j in 0..<states.columns {
            for i in 0..<n where !states[i, j].isFinite { throw .notFinite(row: i, column: j, value: states[i, j]) }
        }
        guard states.columns > 0, n >= 3 else { throw .tooShort(count: n, needed: 3) }
        let varies = (0..<states.columns).contains { j in (1..<n).contains { states[$0, j] != states[0, j] } }
        if !varies { throw .constant(count: n) }
        self.states = states
        guard let times else {
            self.interval = interval
            return
        }
        precondition(times.count == n, "\(times.count) times of \(n) states")
        let mean = (times[n - 1] - times[0]) / Double(n - 1)
        // Digits of the times themselves, and a millionth.
        let allowed = 1e-6 * abs(mean) + 4 * .ulpOfOne * max(abs(times[0]), abs(times[n - 1]))
        for i in 1..<n {
            let step = times[i] - times[i - 1]
            if !(step > 0) { throw .notAscending(row: i, time: times[i], before: times[i - 1]) }
            if !(abs(step - mean) <= allowed) { throw .notUniform(row: i, interval: step, mean: mean) }
        }
        self.interval = mean
    }
}

/// What a decomposition asks of a series and does not find.
public enum KoopmanError: Error, Equatable, CustomStringConvertible {
    /// Fewer states than delays and held-out states leave room for.
    case tooShort(count: Int, needed: Int)
    /// All states are equal.
    case constant(count: Int)
    /// A number that is none; row and column count from 0.
    case notFinite(row: Int, column: Int, value: Double)
    /// A time is not after the one before.
    case notAscending(row: Int, time: Double, before: Double)
    /// Rows are not equally far apart in time.
    case notUniform(row: Int, interval: Double, mean: Double)
    /// More functions than are allowed; the count is nil beyond a billion.
    case tooManyFunctions(count: Int?, limit: Int)
    /// The threshold is above all singular values, `largest` among them.
    case nothingKept(largest: Double)
    /// λ and −λ are both eigenvalues.
    case ambiguousRoot(Complex<Double>)

    public var description: String {
        switch self {
        case .tooShort(let count, let needed):
            "the series has \(count) states; expected at least \(needed) with these delays and held-out states"
        case .constant(let count): "all \(count) states are equal; expected a series that moves"
        case .notFinite(let row, let column, let value):
            "state \(row), variable \(column) (from 0) is \(value); expected finite numbers"
        case .notAscending(let row, let time, let before):
            "time \(time) of row \(row) (from 0) does not come after \(before); expected ascending times"
        case .notUniform(let row, let interval, let mean):
            "rows \(row - 1) and \(row) (from 0) are \(interval) apart in time, and rows are \(mean) apart in the mean; expected equal intervals (interpolate the series first)"
        case .tooManyFunctions(let count, let limit):
            "the dictionary has \(count.map { "\($0)" } ?? "more than a billion") functions; expected at most \(limit): a lower degree or order, or fewer delays"
        case .ambiguousRoot(let value):
            "forwards and backwards only squares of eigenvalues are seen, and \(value) and minus that are both eigenvalues (as for four states in a period); expected another method"
        case .nothingKept(let largest):
            "no singular value is above the threshold, the largest is \(largest): nothing but noise is seen; expected less noise, or a rank"
        }
    }
}
