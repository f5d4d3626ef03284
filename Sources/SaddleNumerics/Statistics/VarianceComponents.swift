/// Numbers in equally large groups, x_kj = μ + a_k + e_kj: what they vary by within a group, and what groups vary by.
///
///     within: ⟨s_k²⟩,      between: Var_k(x̄_k) − ⟨s_k²⟩/n
///
/// for n numbers in each of K groups. Both are unbiased, so that the second may come out negative where groups do not differ; errors are
/// jackknife's over groups. Source: Searle, Casella, McCulloch, "Variance Components" (1992), section 3.5.
public struct VarianceComponents: Sendable {
    /// μ, the variance within groups, and that of a.
    public let mean, within, between: Estimate

    /// - Parameter groups: mean and unbiased variance of each, and how many numbers it has: the same for all, at least 2; three groups or more.
    public init(_ groups: [(mean: Double, variance: Double)], size: Int) {
        precondition(groups.count > 2 && size > 1, "\(groups.count) groups of \(size)")
        // From the first group on: squares of numbers that are all alike lose digits.
        let origin = groups[0].mean
        let samples = groups.map { [$0.mean - origin, ($0.mean - origin) * ($0.mean - origin), $0.variance] }
        // The jackknife makes ⟨x̄²⟩ − ⟨x̄⟩² the unbiased variance.
        let parts = Jackknife.estimates(samples) { [origin + $0[0], $0[2], $0[1] - $0[0] * $0[0] - $0[2] / Double(size)] }
        (mean, within, between) = (parts[0], parts[1], parts[2])
    }
}
