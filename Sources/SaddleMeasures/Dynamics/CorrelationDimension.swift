import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The correlation dimension of an orbit, d log C/d log r over its scaling region, or why it has none.
///
/// The scaling region is, of all ranges of radii a factor 4 wide or wider, with 1000 pairs or more at the least and C ≤ 0.05 at the largest radius, the widest whose slope has an error at most half more than the least. The error is, added in squares,
/// that from leaving out each tenth of the orbit (the jackknife) and half the difference between the slopes of the range's halves. If that is above 5 % of the slope there is none.
///
/// Noise has a region too, with the dimension of the space it is put into. So states are put into a larger one by delays: where the slope over the same shares of pairs rises by more than 15 % (and three errors), there is no dimension either.
public struct CorrelationDimension: Sendable {
    /// Why an orbit has no dimension; raw values are sentences.
    public enum Refusal: String, Sendable {
        /// No range of radii gives a slope known to 5 %.
        case noRegion =
            "there is no range of scales a factor 4 wide over which the slope of the correlation sum is known to 5 %: the series is too short or too noisy, or no such range exists"
        /// A variable's ranges in the two halves of the orbit do not overlap.
        case drifting =
            "the orbit drifts away and does not come back: a variable is nowhere in the second half what it was in the first"
        /// More delays raise the slope by more than 15 % and three errors.
        case growing =
            "the dimension grows with the number of delays, as that of noise does"
    }

    /// The slope over ``region``; nil where ``refusal`` says why.
    public let dimension: Estimate?
    /// Nil where there is a dimension.
    public let refusal: Refusal?
    /// Radii and C(r), where C is between zero and one.
    public let radii, sums: [Double]
    /// Slopes over a factor 2, at the middles.
    public let slopeRadii: [Double]
    /// d log C/d log r at `slopeRadii`.
    public let slopes: [Estimate]
    /// The radii between which the dimension is read.
    public let region: ClosedRange<Double>?
    /// With more delays, over the same shares of pairs.
    public let extendedSlope: Estimate?

    static let leastPairs = 1000.0
    static let largestShare = 0.05
    static let largestError = 0.05

    /// - Parameters:
    ///   - states: times × variables; at most ``mostStates`` of them are used, evenly spread.
    ///   - window: in times; nearer pairs are left out.
    ///   - lag: of the delays that test for noise; nil where the states are known to be all there is.
    /// - Throws: `CancellationError`.
    public init(_ states: Matrix, window: Int, lag: Int? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }) throws {
        guard !Self.drifts(states) else {
            (dimension, refusal, region, extendedSlope, radii, sums, slopeRadii, slopes) = (
                nil, .drifting, nil, nil, [], [], [], []
            )
            return
        }
        let sum = try Self.sum(states, window, shouldStop), values = sum.values
        let inside = values.indices.filter { values[$0] > 0 && (values[$0] < 1 || ($0 > 0 && values[$0 - 1] < 1)) }
        radii = inside.map { exp(sum.logRadii[$0]) }
        sums = inside.map { values[$0] }
        let half = CorrelationSum.perOctave / 2
        let local = stride(from: half, to: values.count - half, by: 4).compactMap { k -> (Double, Estimate)? in
            guard sum.count(at: k - half) >= 30, values[k + half] < 1 else { return nil }
            return sum.slope(k - half...k + half).map { (exp(sum.logRadii[k]), $0) }
        }
        (slopeRadii, slopes) = (local.map(\.0), local.map(\.1))
        guard let (range, slope) = Self.region(sum) else {
            (dimension, refusal, region, extendedSlope) = (nil, .noRegion, nil, nil)
            return
        }
        region = exp(sum.logRadii[range.lowerBound])...exp(sum.logRadii[range.upperBound])
        if let lag, states.rows > 4 * lag + 200 {
            let more = try Self.sum(DelayEmbedding(order: 3, lag: lag).apply(states), window, shouldStop), shares = more.values
            let low = shares.firstIndex { $0 >= values[range.lowerBound] }!,
                high = shares.firstIndex { $0 >= values[range.upperBound] }!
            let extended = high - low >= 4 ? more.slope(low...high) : nil
            extendedSlope = extended
            let allowed = 1.15 * slope.mean + 3 * hypot(slope.standardError, extended?.standardError ?? 0)
            if extended.map({ $0.mean > allowed }) ?? true {
                (dimension, refusal) = (nil, .growing)
                return
            }
        } else {
            extendedSlope = nil
        }
        (dimension, refusal) = (slope, nil)
    }

    /// States that are used at most.
    public static let mostStates = 20_000

    private static func sum(_ states: Matrix, _ window: Int, _ shouldStop: @escaping @Sendable () -> Bool) throws
        -> CorrelationSum
    {
        let every = (states.rows + mostStates - 1) / mostStates
        let chosen = every > 1 ? states.selectingRows(Array(Swift.stride(from: 0, to: states.rows, by: every))) : states
        return try CorrelationSum(chosen, window: (window + every - 1) / every, shouldStop: shouldStop)
    }

    private static func drifts(_ states: Matrix) -> Bool {
        let n = states.rows
        return (0..<states.columns).contains { j in
            let early = states.elements[j * n..<j * n + n / 2], late = states.elements[j * n + n / 2..<(j + 1) * n]
            return early.max()! < late.min()! || late.max()! < early.min()!
        }
    }

    /// The widest range whose error is at most half more than the least, and the slope with it.
    private static func region(_ sum: CorrelationSum) -> (ClosedRange<Int>, Estimate)? {
        let values = sum.values, width = 2 * CorrelationSum.perOctave
        guard let first = values.indices.first(where: { sum.count(at: $0) >= leastPairs }),
            let last = values.indices.last(where: { values[$0] <= largestShare }), last - first >= width
        else { return nil }
        var found: [(range: ClosedRange<Int>, slope: Estimate)] = []
        for low in stride(from: first, through: last - width, by: 4) {
            for high in stride(from: low + width, through: last, by: 4) {
                let middle = (low + high) / 2
                guard let whole = sum.slope(low...high), let early = sum.slope(low...middle), let late = sum.slope(middle...high)
                else { continue }
                let error = hypot(whole.standardError, (early.mean - late.mean) / 2)
                found.append((low...high, Estimate(mean: whole.mean, standardError: error, count: whole.count)))
            }
        }
        guard let least = found.map(\.slope.standardError).min() else { return nil }
        let good = found.filter { $0.slope.standardError <= min(1.5 * least, largestError * $0.slope.mean) }
        return good.max { ($0.range.count, $1.slope.standardError) < ($1.range.count, $0.slope.standardError) }
    }
}
