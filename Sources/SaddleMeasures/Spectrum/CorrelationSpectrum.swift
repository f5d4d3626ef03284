import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eigenvalues of the correlation matrix of features, beside those that independent features would have by chance.
///
/// Of n samples of D independent features the eigenvalues fill the band of Marchenko and Pastur with q = D/n, and the largest exceeds
///
///     s (√(n−1) + √D)²/n + 2.0234 s (√(n−1) + √D)(1/√(n−1) + 1/√D)^{1/3}/n
///
/// in one of a hundred sets (Johnstone 2001; 2.0234 is Tracy and Widom's quantile); what does is a direction that samples share. With the outliers taken out, s is the mean
/// of the other eigenvalues, until no more are found. Features that are constant have no correlation and are left out.
public struct CorrelationSpectrum: Sendable {
    /// Descending; min(n − 1, D) of them may differ from zero.
    public let eigenvalues: [Double]
    /// n, samples.
    public let samples: Int
    /// D, without constant features.
    public let features: Int
    /// Features with the same value in all samples, which are left out.
    public let constantFeatures: Int
    /// How many eigenvalues exceed ``threshold``.
    public let outliers: Int
    /// s
    public let noise: Double
    /// What the largest eigenvalue of noise stays below.
    public let threshold: Double

    /// Share of the variance in the outliers.
    public var outlyingShare: Double { eigenvalues.prefix(outliers).reduce(0, +) / Double(features) }

    /// - Returns: nil where fewer than two features vary.
    public init?(_ points: Matrix) throws {
        let n = points.rows
        var columns: [[Double]] = []
        for j in 0..<points.columns {
            let x = points.elements[j * n..<(j + 1) * n], mean = x.reduce(0, +) / Double(n)
            let centred = x.map { $0 - mean }
            // Divided by the largest, squares stay within range.
            let largest = centred.reduce(0) { max($0, abs($1)) }
            guard x.contains(where: { $0 != x.first! }), largest > 0 else { continue }
            let norm = centred.reduce(0.0) { $0 + $1 / largest * ($1 / largest) }.squareRoot() * largest
            columns.append(centred.map { $0 / norm })
        }
        guard columns.count >= 2, n >= 2 else { return nil }
        constantFeatures = points.columns - columns.count
        (samples, features) = (n, columns.count)
        let x = Matrix(rows: n, columns: columns.count, elements: columns.flatMap { $0 })
        let gram = n < columns.count ? x.transposed.gram() : x.gram()
        eigenvalues = try gram.symmetricEigenvalues().map { max($0, 0) }.sorted(by: >)
        let (d, m) = (Double(columns.count), Double(n))
        let sum = (m - 1).squareRoot() + d.squareRoot()
        let edge = (sum * sum + 2.0234 * sum * cbrt(1 / (m - 1).squareRoot() + 1 / d.squareRoot())) / m
        var (count, scale) = (0, 1.0)
        while true {
            let found = eigenvalues.prefix { $0 > scale * edge }.count
            if found <= count || found >= columns.count - 1 { break }
            count = found
            scale = eigenvalues.dropFirst(count).reduce(0, +) / (d - Double(count))
        }
        (outliers, noise, threshold) = (count, scale, scale * edge)
    }

    /// a of λ_k ∝ k^{−a}, the slope between the ranks, and how far logarithms are from a straight line; nil where there are fewer than five.
    public func decay(from first: Int = 3) -> (exponent: Double, deviation: Double, ranks: ClosedRange<Int>)? {
        // Half of what samples resolve: the last ones are bent down by their number.
        let last = min(samples - 1, features) / 2
        guard last - first >= 4, eigenvalues[last - 1] > 0 else { return nil }
        let u = (first...last).map { log(Double($0)) }, v = (first...last).map { log(eigenvalues[$0 - 1]) }, n = Double(u.count)
        let (mu, mv) = (u.reduce(0, +) / n, v.reduce(0, +) / n)
        let slope = zip(u, v).reduce(0.0) { $0 + ($1.0 - mu) * ($1.1 - mv) } / u.reduce(0.0) { $0 + ($1 - mu) * ($1 - mu) }
        let squares = zip(u, v).reduce(0.0) { sum, p in
            let miss = p.1 - mv - slope * (p.0 - mu)
            return sum + miss * miss
        }
        return (-slope, (squares / n).squareRoot(), first...last)
    }
}
