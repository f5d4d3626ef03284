/// How many normal samples would know a variance as well as these: degrees of freedom of spreads that are not normal.
///
///     Var(s²)/σ⁴ = γ/n + 2/(n − 1) ≡ 2/ν,      γ = μ₄/σ⁴ − 3
///
/// For normal samples ν = n − 1. Few samples of a heavy-tailed law hide its tail, from their fourth moment too; for positive numbers
/// that of a log-normal law with their relative variance is then a bound, since sums and products of positive factors have less.
public enum EffectiveFreedom {
    /// ν, for n samples with the excess γ; never more than n − 1.
    public static func value(samples n: Int, excess: Double) -> Double {
        n < 2 ? 1 : 1 / (max(excess, 0) / Double(2 * n) + 1 / Double(n - 1))
    }

    /// γ of a log-normal law: w⁴ + 2w³ + 3w² − 6 with w = 1 + variance/mean².
    public static func logNormalExcess(relativeVariance: Double) -> Double {
        let w = 1 + relativeVariance
        return w * w * (w * w + 2 * w + 3) - 6
    }

    /// ν of the error of a mean of positive numbers, by the log-normal bound.
    ///
    /// - Parameter scale: what the spread is relative to; nil for the mean.
    public static func positive(_ estimate: Estimate, scale: Double? = nil) -> Double {
        let relative = estimate.standardError / (scale ?? estimate.mean), n = estimate.count
        guard n >= 2, relative.isFinite else { return 1 }
        return value(samples: n, excess: logNormalExcess(relativeVariance: relative * relative * Double(n)))
    }

    /// ν of the variance of samples, by their own fourth moment and, for positive numbers, by the log-normal bound.
    public static func sampled(_ samples: [Double], isPositive: Bool = false) -> Double {
        var moments = StreamingMoments(dimension: 1)
        for sample in samples { moments.add([sample]) }
        return moments.freedom(0, pooledExcess: moments.pooledExcess([0]), isPositive: isPositive)
    }
}

extension StreamingMoments {
    /// The excess γ of the numbers in `indices`, pooled: the mean of the estimates that are unbiased for normal samples. At least 0, and 0 with
    /// fewer than four vectors.
    public func pooledExcess(_ indices: some Sequence<Int>) -> Double {
        guard count >= 4 else { return 0 }
        let n = Double(count)
        var (sum, numbers) = (0.0, 0)
        for i in indices where secondSum[i] > 0 {
            let excess = n * fourthSum[i] / (secondSum[i] * secondSum[i]) - 3
            sum += (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
            numbers += 1
        }
        return numbers > 0 ? max(sum / Double(numbers), 0) : 0
    }

    /// Effective degrees of freedom of the spread of one number.
    ///
    /// - Parameters:
    ///   - pooledExcess: of the numbers that are like it.
    ///   - isPositive: whether a log-normal law bounds its tails.
    ///   - relativeVariance: that of a positive number by theory, if it is larger than the measured one: few samples may have missed the tail.
    public func freedom(_ i: Int, pooledExcess: Double, isPositive: Bool, relativeVariance: Double = 0) -> Double {
        var excess = pooledExcess
        if isPositive, count >= 2, mean[i] > 0 {
            let variance = secondSum[i] / Double(count - 1)
            excess = max(
                excess,
                EffectiveFreedom.logNormalExcess(relativeVariance: max(variance / (mean[i] * mean[i]), relativeVariance)))
        }
        return EffectiveFreedom.value(samples: count, excess: excess)
    }
}
