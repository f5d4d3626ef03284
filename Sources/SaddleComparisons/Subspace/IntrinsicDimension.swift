import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The smallest dimension at which training in a random subspace has done a share of what direct training does, from several subspaces of each of some
/// dimensions: where the mean share, a straight line in ln d between them, first reaches it.
package struct IntrinsicDimension: Sendable {
    package let dimensions: [Int]
    /// (ℒ₀ − ℒ_d)/(ℒ₀ − ℒ_direct) of each dimension, a sample a subspace.
    package let shares: [[Double]]
    package let threshold: Double

    package init(dimensions: [Int], shares: [[Double]], threshold: Double = 0.9) {
        precondition(dimensions.count == shares.count && !shares.contains(where: \.isEmpty), "\(dimensions), \(shares)")
        (self.dimensions, self.shares, self.threshold) = (dimensions, shares, threshold)
    }

    package var means: [Estimate] { shares.map { Estimate($0) } }

    /// Nil where no dimension reaches it, or the smallest one does.
    package var value: Double? { crossing(means.map(\.mean)) }

    /// Of 95 %, by bootstrap over subspaces; nil where a tenth of the draws or more do not cross.
    package func interval(draws: Int = 1000, seed: Int = 1) -> (low: Double, high: Double)? {
        var stream = RandomStream(seed: seed, .probe, 6)
        let found = (0..<draws).compactMap { _ in
            crossing(
                shares.map { samples in
                    (0..<samples.count).reduce(0) { sum, _ in sum + samples[Int(stream.word() % UInt64(samples.count))] }
                        / Double(samples.count)
                })
        }.sorted()
        guard value != nil, Double(found.count) > 0.9 * Double(draws) else { return nil }
        return (found[Int(0.025 * Double(found.count))], found[Int(0.975 * Double(found.count - 1))])
    }

    private func crossing(_ means: [Double]) -> Double? {
        guard let k = means.firstIndex(where: { $0 >= threshold }), k > 0 else { return nil }
        let (a, b) = (log(Double(dimensions[k - 1])), log(Double(dimensions[k])))
        return exp(a + (b - a) * (threshold - means[k - 1]) / (means[k] - means[k - 1]))
    }
}
