import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Distances from which dimensions are estimated: of every different point to its nearest neighbours.
///
/// Equal points say nothing of a dimension and stop every estimator, which divides by their distance; of each group one is kept, and the others are
/// counted (``copies``).
public struct DimensionSample: Sendable {
    /// Of the different points, the nearest first.
    public let neighbours: NearestNeighbours
    /// Samples that are left out as copies of another, by their rows.
    public let copies: [Int]
    /// Features that are the same in all samples.
    public let constantFeatures: Int
    /// D
    public let features: Int
    /// Group of every point, for errors.
    let groups: [Int]
    let groupCount: Int

    /// n, without copies.
    public var count: Int { neighbours.points }

    /// - Parameter largest: k at most; fewer where there are fewer points.
    /// - Throws: ``TooFewPoints``: at least 16 different points are needed.
    public init(
        _ points: Matrix, neighbours largest: Int, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let copies = Set(EqualInputs(points).groups.flatMap { $0.dropFirst() })
        let kept = copies.isEmpty ? points : points.selectingRows((0..<points.rows).filter { !copies.contains($0) })
        guard kept.rows >= 16 else { throw TooFewPoints(points: kept.rows, neighbours: 15) }
        self.copies = copies.sorted()
        features = points.columns
        constantFeatures = (0..<points.columns).count { j in (1..<points.rows).allSatisfy { points[$0, j] == points[0, j] } }
        neighbours = try NearestNeighbours(
            kept, count: min(largest, kept.rows - 1), progress: progress, shouldStop: shouldStop)
        var count = 8
        while count < 32, kept.rows >= 16 * count { count *= 2 }
        groupCount = count
        groups = SpatialGroups.halving(kept, into: count)
    }

    /// log T_b − log T_a of every point, for its neighbours number a and b from 1.
    func logRatios(_ a: Int, _ b: Int) -> [Double] {
        let k = neighbours.count, distances = neighbours.distances
        return (0..<count).map { i in log(distances[i * k + b - 1] / distances[i * k + a - 1]) }
    }

    /// Σ_{j<k} log(T_k/T_j) of every point.
    func logSums(_ k: Int) -> [Double] {
        let stride = neighbours.count
        return (0..<count).map { i in
            let last = neighbours.distances[i * stride + k - 1]
            return (0..<k - 1).reduce(0.0) { $0 + log(last / neighbours.distances[i * stride + $1]) }
        }
    }

    /// Share of points whose two nearest neighbours are equally far.
    public var tiedShare: Double {
        let k = neighbours.count, distances = neighbours.distances
        return k < 2 ? 0 : Double((0..<count).count { distances[$0 * k] == distances[$0 * k + 1] }) / Double(count)
    }

    /// The mean distance to neighbour number k.
    func scale(_ k: Int) -> Double {
        let stride = neighbours.count
        return (0..<count).reduce(0.0) { $0 + neighbours.distances[$1 * stride + k - 1] } / Double(count)
    }

    /// The standard error of a mean of influences, from the scatter of groups.
    func error(ofMean influences: [Double]) -> Double {
        var sums = [Double](repeating: 0, count: groupCount)
        for (i, value) in influences.enumerated() { sums[groups[i]] += value }
        let b = Double(groupCount), mean = sums.reduce(0, +) / b
        let squares = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares * b / (b - 1)).squareRoot() / Double(influences.count)
    }

    /// Student's factor of a 95 % interval.
    var quantile: Double { studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(groupCount - 1)) }
}
