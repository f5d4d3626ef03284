// Goals, in this order: no outlier where there is only noise (at the stated rate); strengths of outliers with intervals that hold; no assumption on which side of
// the matrix is samples until a strength is to be named. All is in the frame of the shorter side m and the longer side n, λ = s²/n.

import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eigenvalues of a matrix of noise plus a few directions: the level of the noise, its edges, and the eigenvalues beyond them.
///
/// The noise is σ² = median(λ)/μ_q with μ_q the median of Marchenko and Pastur's law (Gavish and Donoho 2014), which outliers hardly move. Eigenvalues are asked one
/// after the other, the largest first, whether the largest of so many of noise would be as large (Tracy and Widom, with Ma's centre and scale; Kritchman and Nadler 2009);
/// those found are taken out, and the level is found again, until nothing changes.
public struct NoiseSpectrum: Sendable {
    /// An eigenvalue beyond the noise.
    public struct Outlier: Sendable {
        /// λ, in the units of the spectrum.
        public let eigenvalue: Double
        /// That the largest of noise is as large.
        public let probability: Double
        /// θ² of the direction in units of nσ², by the map of Baik, Ben Arous and Péché, with its 95 % interval: λ/σ² = (1 + θ²)(q + θ²)/θ².
        public let strength: ScalingFit.Interval
    }

    /// Descending.
    public let eigenvalues: [Double]
    /// m and n.
    public let shorter, longer: Double
    /// σ²
    public let noise: Double
    /// Ends of the bulk, (1 ∓ √q)²σ² but for the outliers' dimensions.
    public let lower, upper: Double
    /// The largest first; at most a quarter of all eigenvalues.
    public let outliers: [Outlier]
    /// Largest distance of the share of eigenvalues below x from the law's, outliers aside; the probability that noise has as large a one.
    public let distance, probability: Double
    /// Of what is not an outlier, (m − k) × (n − k) numbers over n: q, and what the law for variance 1 is multiplied with, σ²(n − k)/n.
    public let ratio, unit: Double

    /// Level of both tests: of outliers, and of the bulk.
    public static let significance = 0.01
    /// Distances that no one minds, however sure they are.
    public static let tolerance = 0.02
    /// Eigenvalues that are needed.
    public static let fewest = 20

    /// Whether what is not an outlier follows the law.
    public var isNoise: Bool { probability >= Self.significance || distance < Self.tolerance }

    /// - Parameters:
    ///   - eigenvalues: all m of them, s²/n or a multiple of that.
    ///   - longer: n.
    ///   - scores: samples over which a direction's strength itself is random, as in data; nil if the directions are given, as in a matrix of weights.
    public init(_ eigenvalues: [Double], longer n: Double, scores: Double? = nil, seed: Int = 1) throws {
        let sorted = eigenvalues.sorted(by: >), m = Double(sorted.count)
        precondition(sorted.count >= Self.fewest && n >= m, "\(sorted.count) eigenvalues, longer side \(n)")
        let real = TracyWidomLaw(.real)
        func level(_ count: Int) -> Double {
            let rest = Array(sorted.dropFirst(count)), k = rest.count
            // A direction that is taken out takes one dimension of both sides with it.
            let n1 = n - Double(count)
            return (rest[(k - 1) / 2] + rest[k / 2]) / 2 / MarchenkoPasturCumulative(ratio: Double(k) / n1).median * n / n1
        }
        func probability(_ rank: Int, _ noise: Double) throws -> Double {
            let place = LargestCovarianceEigenvalue(samples: n - Double(rank), dimensions: m - Double(rank))
            return try real.upperTail((sorted[rank] * n / noise - place.centre) / place.scale)
        }
        var (count, noise, found) = (0, level(0), [Double]())
        // What rounding leaves of zeros is no noise.
        func require(_ noise: Double) throws {
            guard noise > 1e-12 * sorted[0] else {
                throw NoNoise(zeros: sorted.count { $0 <= 1e-12 * sorted[0] }, of: sorted.count)
            }
        }
        try require(noise)
        for _ in 0..<20 {
            found = []
            while found.count < sorted.count / 4 {
                let p = try probability(found.count, noise)
                if p >= Self.significance { break }
                found.append(p)
            }
            if found.count == count { break }
            count = found.count
            noise = level(count)
            try require(noise)
        }
        let k = found.count, left = n - Double(k), q = (m - Double(k)) / left, root = q.squareRoot()
        unit = noise * left / n
        (self.eigenvalues, shorter, longer, self.noise, ratio) = (sorted, m, n, noise, q)
        (lower, upper) = ((1 - root) * (1 - root) * unit, (1 + root) * (1 + root) * unit)
        let place = LargestCovarianceEigenvalue(samples: left, dimensions: m - Double(k))
        outliers = (0..<k).map { i in
            let strength = Self.strength(
                sorted[i] / noise, q: m / n, n: n, scores: scores, edge: 1.268 * place.scale / n,
                level: Self.levelError(q, m - Double(k)))
            return Outlier(eigenvalue: sorted[i], probability: found[i], strength: strength)
        }
        distance = Self.distance(Array(sorted.dropFirst(k)), unit, MarchenkoPasturCumulative(ratio: q))
        self.probability = try Self.probability(distance, m - Double(k), left, seed)
    }

    /// More than half of the eigenvalues are zero, up to rounding.
    public struct NoNoise: Error, CustomStringConvertible {
        /// Eigenvalues below 10⁻¹² of the largest, and how many there are in all.
        public let zeros, of: Int
        public var description: String {
            "\(zeros) of \(of) eigenvalues are zero: the matrix has less than half its rank, and no level of noise; expected a matrix of full rank"
        }
    }

    // MARK: Strengths

    /// λ/σ² of a direction of strength t = θ².
    static func place(_ t: Double, _ q: Double) -> Double { (1 + t) * (q + t) / t }

    /// Relative standard deviation of the level: the median eigenvalue of m scatters by √(log m)/(2.3 mρ), ρ the law's density there (the shape is
    /// Gustavsson's 2005, the factor from drawn matrices).
    private static func levelError(_ q: Double, _ m: Double) -> Double {
        let law = MarchenkoPasturCumulative(ratio: q), median = law.median
        return log(m).squareRoot() / (2.3 * m * law.density(median) * median)
    }

    /// Strengths at which λ is within two deviations of where it is expected.
    ///
    /// Var λ/σ⁴ = (2/n)(1 − q/t²)(2t + 1 + q) for a given direction; where its strength is random, (1 − q/t²)² 2t²/scores more, which is Paul's (2007). At the
    /// transition, where both vanish, λ scatters as the edge does.
    private static func strength(_ λ: Double, q: Double, n: Double, scores: Double?, edge: Double, level: Double)
        -> ScalingFit.Interval
    {
        let least = q.squareRoot()
        func deviation(_ t: Double) -> Double {
            let slope = 1 - q / (t * t)
            return (2 / n * slope * (2 * t + 1 + q) + (scores.map { slope * slope * 2 * t * t / $0 } ?? 0) + edge * edge)
                .squareRoot()
        }
        func root(_ target: (Double) -> Double) -> Double {
            if target(least) >= 0 { return least }
            var (low, high) = (least, max(2 * λ, 2 * least))
            while target(high) < 0, high < 1e12 * λ { high *= 2 }
            for _ in 0..<100 {
                let middle = (low + high) / 2
                if target(middle) < 0 { low = middle } else { high = middle }
            }
            return (low + high) / 2
        }
        let z = 1.96
        return .init(
            value: root { place($0, q) - λ }, low: root { place($0, q) + z * deviation($0) - λ },
            high: root { place($0, q) - z * deviation($0) - λ })
    }

    // MARK: The bulk

    private static func distance(_ descending: [Double], _ noise: Double, _ law: MarchenkoPasturCumulative) -> Double {
        let n = Double(descending.count)
        var largest = 0.0
        for (k, λ) in descending.reversed().enumerated() {
            let share = law(λ / noise)
            largest = max(largest, abs(share - Double(k) / n), abs(share - Double(k + 1) / n))
        }
        return largest
    }

    private static let draws = 199
    /// Eigenvalues repel each other: m times the distance hardly grows with m (as √log m), so that smaller matrices tell its law.
    private static let largest = 120.0

    private static func probability(_ distance: Double, _ m: Double, _ n: Double, _ seed: Int) throws -> Double {
        let size = min(m, largest).rounded(), samples = max((n * size / m).rounded(), size)
        let law = MarchenkoPasturCumulative(ratio: size / samples), median = law.median
        let bound = m * distance / log(m + 1).squareRoot()
        let reached = try Threads.map(draws) { k -> Bool in
            var stream = RandomStream(seed: seed, .randomMatrix, k)
            let values = try stream.covarianceEigenvalues(samples: Int(samples), dimensions: Int(size)).map { $0 / samples }
            let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
            return size * Self.distance(values.reversed(), middle / median, law) / log(size + 1).squareRoot() >= bound
        }
        return Double(1 + reached.count { $0 }) / Double(1 + draws)
    }
}
