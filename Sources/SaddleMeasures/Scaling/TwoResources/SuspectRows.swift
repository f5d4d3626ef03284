import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Rows that lie off the law which the others follow.
///
/// A few rows at the edge of a table (the least data for each parameter, say) can draw the law to themselves, and then miss it no more than others do:
/// residuals of a fit to all rows do not show them. So laws are fitted to the nine tenths of rows that fit best, starting from all rows and from what is
/// left without each edge of the table; of these laws the one whose nine tenths miss least is kept, and rows are measured by it (least trimmed
/// misses, Rousseeuw 1984, with Huber's function for the square).
struct SuspectRows: Sendable {
    /// Indices of rows, the farthest first, and by how many standard deviations of the others they miss.
    let rows: [Int]
    let scores: [Double]
    /// Beyond which none of so many normal misses is, 99 times in a hundred.
    let threshold: Double
    /// Scatter of log-losses about the law.
    let scale: Double

    static let kept = 0.9
    private static let significance = 0.01

    init(_ fit: HuberFit, all: [Double]) {
        let n = fit.count
        let most = Int((Self.kept * Double(n)).rounded(.up))
        let edge = max(2, n / 20)
        let keys: [[Double]] = [
            fit.x, fit.y, zip(fit.y, fit.x).map { $0 - $1 }, zip(fit.x, fit.y).map { $0 + $1 },
        ]
        var subsets: [[Double]] = [[Double](repeating: 1, count: n)]
        for key in keys {
            let order = key.indices.sorted { key[$0] < key[$1] }
            for part in [Array(order.prefix(edge)), Array(order.suffix(edge))] {
                var weights = [Double](repeating: 1, count: n)
                for i in part { weights[i] = 0 }
                subsets.append(weights)
            }
        }
        let starts = subsets
        let candidates = Threads.compute(starts.count) { k -> (misses: [Double], sum: Double)? in
            guard var found = fit.fit(from: all, starts[k]) else { return nil }
            var misses = fit.misses(found.point), sum = Double.infinity
            for _ in 0..<6 {
                let order = misses.indices.sorted { abs(misses[$0]) < abs(misses[$1]) }
                let next = order.prefix(most).reduce(0) { $0 + abs(misses[$1]) }
                if !(next < sum * (1 - 1e-9)) { break }
                sum = next
                var weights = [Double](repeating: 0, count: n)
                for i in order.prefix(most) { weights[i] = 1 }
                guard let again = fit.fit(from: found.point, weights) else { break }
                found = again
                misses = fit.misses(found.point)
            }
            let sizes = misses.map { abs($0) }.sorted()
            return (misses, sizes.prefix(most).reduce(0, +))
        }
        let freedom = Double(n - fit.parameters)
        let misses = candidates.compactMap { $0 }.min { $0.sum < $1.sum }?.misses ?? fit.misses(all)
        let sizes = misses.map { abs($0) }.sorted()
        let median = (sizes[(n - 1) / 2] + sizes[n / 2]) / 2
        // The median of sizes is known as well as a deviation from 37 % of the rows would be.
        let scale = max(1.4826 * median * (Double(n) / freedom).squareRoot(), 1e-12)
        let threshold = studentQuantile(twoSided: Self.significance / Double(n), degreesOfFreedom: 0.37 * freedom)
        rows = misses.indices.filter { abs(misses[$0]) > threshold * scale }.sorted { abs(misses[$0]) > abs(misses[$1]) }
        scores = rows.map { misses[$0] / scale }
        (self.scale, self.threshold) = (scale, threshold)
    }
}
