#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// When a recorded curve gets to a level.
public struct Arrival: Sendable, Equatable {
    /// By interpolation between the two records around the first crossing: in logarithms where numbers are positive.
    public let place: Double
    /// The last record before any arrival, or the first of all.
    public let low: Double
    /// The first record from which on the curve stays; infinite if it had left again at the end.
    public let high: Double

    /// - Parameters:
    ///   - places: ascending.
    ///   - isRising: whether the curve gets there from below.
    /// - Returns: nil if no record is there.
    public init?(_ places: [Double], _ values: [Double], level: Double, isRising: Bool = false) {
        precondition(places.count == values.count, "\(places.count) places for \(values.count) values")
        func isThere(_ i: Int) -> Bool { isRising ? values[i] >= level : values[i] <= level }
        guard let first = values.indices.first(where: isThere) else { return nil }
        let lastOutside = values.indices.last { !isThere($0) }
        high = lastOutside.map { $0 + 1 < places.count ? places[$0 + 1] : .infinity } ?? places[0]
        guard first > 0 else {
            (place, low) = (places[0], places[0])
            return
        }
        low = places[first - 1]
        let isLogarithmic = min(values[first], values[first - 1], level) > 0 && !isRising
        func height(_ x: Double) -> Double { isLogarithmic ? log(x) : x }
        let (before, after) = (height(values[first - 1]), height(values[first]))
        let share = after == before ? 1 : (height(level) - before) / (after - before)
        place =
            low > 0 ? low * pow(places[first] / low, share) : low + share * (places[first] - low)
    }
}
