/// Counts of numbers in bins of equal width, as a density.
struct SpectrumHistogram: Sendable {
    let edges, densities: [Double]

    /// - Parameter weight: what a share of one value counts; the numbers may be some of all.
    init(_ values: [Double], from low: Double, to high: Double, bins: Int, weight: Double) {
        let width = (high - low) / Double(bins)
        var counts = [Double](repeating: 0, count: bins)
        for x in values where x >= low && x <= high { counts[min(Int((x - low) / width), bins - 1)] += 1 }
        edges = (0...bins).map { low + Double($0) * width }
        densities = counts.map { $0 * weight / width }
    }
}
