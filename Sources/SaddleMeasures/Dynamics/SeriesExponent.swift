import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The largest Lyapunov exponent of a time series, or why it has none.
///
///     S(k) = ⟨log |x_{i+k} − x_{j(i)+k}|⟩,   j(i) the nearest state to i that is more than a period away in time
///
/// rises along a straight line of slope λ where neighbouring orbits part exponentially (Rosenstein, Collins and De Luca 1993). States of a single series are delays of it (``DelayChoice``). The line is sought where S is between 15 and
/// 60 % of its way from its start to where it ends; the slope's error is the scatter of 10 parts of the series.
///
/// A line is no proof of chaos, but its absence is told: neighbours that part at once (noise), that do not part (a cycle, a fixed point), or that part without a straight line.
public struct SeriesExponent: Sendable {
    /// Why a series has no exponent; raw values are sentences.
    public enum Refusal: String, Sendable {
        /// S has fewer than four steps between 15 and 60 % of its rise.
        case noise =
            "neighbours are far apart after one or two steps, as those of noise are: the series is noise, or sampled too coarsely"
        /// S rises by less than log 3.
        case regular = "neighbours do not part: the series is a cycle or comes to rest, and has no positive exponent"
        /// The slopes of the line's halves differ, or the slope is not positive by three errors.
        case curved =
            "neighbours part, but along no straight line: the series is too short or too noisy, or a mixture of several rates"
    }

    /// Per unit of time; nil where ``refusal`` says why.
    public let exponent: Estimate?
    /// Nil where there is an exponent.
    public let refusal: Refusal?
    /// S at k = 0, 1, …, and the steps between which the line was sought.
    public let divergence: [Double]
    /// Nil where neighbours do not part, or part at once.
    public let range: ClosedRange<Int>?
    /// Lag and order of the delays; nil for several variables, which are states as they are.
    public let delays: DelayChoice?
    /// Steps of a mean turn.
    public let period: Int

    /// - Parameters:
    ///   - series: times × variables at equal intervals.
    ///   - interval: of time.
    /// - Throws: ``SeriesError`` for one that is too short or constant; `CancellationError`.
    public init(_ series: Matrix, interval: Double, shouldStop: @escaping @Sendable () -> Bool = { false }) throws {
        let n = series.rows
        guard n >= 200 else { throw SeriesError.tooShort(n) }
        if (0..<series.columns).allSatisfy({ j in (1..<n).allSatisfy { series[$0, j] == series[0, j] } }) {
            throw SeriesError.constant
        }
        let period = Self.period(series)
        self.period = period
        // A map's next value is the next coordinate.
        let delays = series.columns == 1 ? DelayChoice([series], lag: period < 8 ? 1 : nil, order: nil, largestOrder: 8) : nil
        self.delays = delays
        let states = delays.map { $0.embedding.apply(series) } ?? series, count = states.rows
        let reach = min(max(4 * period, 12), count / 4)
        let usable = count - reach
        let neighbours = try NearestNeighbours(
            states.leading(rows: usable, columns: states.columns), count: min(2 * period + 2, usable - 1), shouldStop: shouldStop)
        let parts = 10
        var sums = [[Double]](repeating: [Double](repeating: 0, count: reach + 1), count: parts), counts = sums
        for i in 0..<usable {
            guard let j = neighbours.neighbours(of: i).first(where: { abs(Int($0) - i) > period }) else { continue }
            let part = i * parts / usable
            for k in 0...reach {
                var square = 0.0
                for d in 0..<states.columns {
                    let difference = states[i + k, d] - states[Int(j) + k, d]
                    square += difference * difference
                }
                if square > 0 {
                    sums[part][k] += 0.5 * log(square)
                    counts[part][k] += 1
                }
            }
        }
        let curves = zip(sums, counts).filter { $0.1.allSatisfy { $0 > 0 } }.map { zip($0.0, $0.1).map { $0 / $1 } }
        guard curves.count >= 3 else { throw SeriesError.constant }
        let mean = (0...reach).map { k in curves.reduce(0.0) { $0 + $1[k] } / Double(curves.count) }
        divergence = mean
        let plateau = mean.suffix(max(reach / 4, 2)).reduce(0, +) / Double(max(reach / 4, 2)), rise = plateau - mean[0]
        // Of neighbours that come no nearer than a factor 3 nothing can be told.
        guard rise > log(3) else {
            (exponent, refusal, range) = (nil, .regular, nil)
            return
        }
        let first = mean.firstIndex { $0 > mean[0] + 0.15 * rise } ?? 0
        let last = (mean.firstIndex { $0 > mean[0] + 0.6 * rise } ?? reach) - 1
        guard last - first >= 3 else {
            (exponent, refusal, range) = (nil, .noise, nil)
            return
        }
        func slope(_ curve: [Double], _ a: Int, _ b: Int) -> Double {
            let ks = (a...b).map(Double.init), m = ks.reduce(0, +) / Double(ks.count),
                s = curve[a...b].reduce(0, +) / Double(ks.count)
            return zip(ks, curve[a...b]).reduce(0.0) { $0 + ($1.0 - m) * ($1.1 - s) }
                / ks.reduce(0.0) { $0 + ($1 - m) * ($1 - m) } / interval
        }
        let middle = (first + last) / 2
        let (early, late) = (
            Estimate(curves.map { slope($0, first, max(middle, first + 1)) }),
            Estimate(curves.map { slope($0, min(middle, last - 1), last) })
        )
        let whole = Estimate(curves.map { slope($0, first, last) })
        range = first...last
        let isStraight = abs(early.mean - late.mean) < 0.5 * whole.mean + 2 * (early.standardError + late.standardError)
        guard whole.mean > 3 * whole.standardError, isStraight else {
            (exponent, refusal) = (nil, .curved)
            return
        }
        // Where the line is drawn is part of the error: that of its halves.
        let bend = abs(early.mean - late.mean) / 4
        exponent = Estimate(mean: whole.mean, standardError: hypot(whole.standardError, bend), count: whole.count)
        refusal = nil
    }

    /// Twice the number of times over the number of crossings of the mean, of the first variable.
    private static func period(_ series: Matrix) -> Int {
        let n = series.rows, mean = (0..<n).reduce(0.0) { $0 + series[$1, 0] } / Double(n)
        let crossings = (1..<n).count { (series[$0, 0] > mean) != (series[$0 - 1, 0] > mean) }
        return min(max(2 * n / max(crossings, 1), 1), n / 20)
    }
}

/// A series that nothing can be measured of.
public enum SeriesError: Error, Equatable, CustomStringConvertible {
    /// Fewer than 200 times.
    case tooShort(Int)
    /// All times, or all neighbouring states, are equal.
    case constant

    public var description: String {
        switch self {
        case .tooShort(let n): "a series of \(n) times is too short; expected 200 or more"
        case .constant: "the series is constant, or repeats itself exactly: no two neighbouring states differ"
        }
    }
}
