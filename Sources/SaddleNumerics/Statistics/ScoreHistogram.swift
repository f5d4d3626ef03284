/// How many z-scores fall into bins of equal width around zero.
public struct ScoreHistogram: Codable, Sendable, Equatable {
    /// Bins go from −edge to edge.
    public static let edge = 6.0
    /// Width of a bin.
    public static let bin = 0.25

    /// From −6 to 6; each holds its lower end.
    public var counts = [Int](repeating: 0, count: Int(2 * edge / bin))
    /// Outside.
    public var beyond = 0

    /// No scores yet.
    public init() {}

    /// Counts one score, in its bin or among those beyond.
    public mutating func add(_ score: Double) {
        let place = ((score + Self.edge) / Self.bin).rounded(.down)
        if place >= 0 && place < Double(counts.count) { counts[Int(place)] += 1 } else { beyond += 1 }
    }
}
