/// Counts of numbers in bins of equal width, as a density.
public struct Histogram: Sendable {
    /// One more than densities.
    public let edges, densities: [Double]

    /// - Parameter weight: what one value counts: one over their number unless the values are some of all.
    public init(_ values: [Double], from low: Double, to high: Double, bins: Int, weight: Double? = nil) {
        let width = (high - low) / Double(bins), weight = weight ?? 1 / Double(values.count)
        var counts = [Double](repeating: 0, count: bins)
        for x in values where x >= low && x <= high { counts[min(Int((x - low) / width), bins - 1)] += 1 }
        edges = (0...bins).map { low + Double($0) * width }
        densities = counts.map { $0 * weight / width }
    }
}
