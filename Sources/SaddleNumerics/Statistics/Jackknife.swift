/// Smooth functions of a mean that is known from independent samples, freed of the bias that the noise of the mean gives them.
///
/// A function that bends, g(x̄), is off by ½ g″ Var(x)/n on average. With g₍ⱼ₎ the value without sample j,
///
///     ĝ = n g(x̄) − (n − 1) ⟨g₍ⱼ₎⟩,      error² = (n − 1)/n Σⱼ (g₍ⱼ₎ − ⟨g₍ⱼ₎⟩)²
///
/// removes it: exactly for quadratic functions, up to O(1/n²) for others. The error is right to leading order and, where the
/// noise exceeds the slope's effect, on the safe side (by up to √2). Source: Efron and Tibshirani, "An introduction to the
/// bootstrap" (1993), chapters 10 and 11.
public enum Jackknife {
    /// - Parameters:
    ///   - samples: independent vectors; with a single one there is neither a correction nor an error (infinite).
    ///   - function: numbers made of a mean vector.
    public static func estimates(_ samples: [[Double]], of function: ([Double]) throws -> [Double]) rethrows -> [Estimate] {
        let count = samples.count, n = Double(count)
        precondition(count > 0 && samples.allSatisfy { $0.count == samples[0].count }, "\(count) samples of unequal lengths")
        guard count > 1 else {
            return try function(samples[0]).map { Estimate(mean: $0, standardError: .infinity, count: 1) }
        }
        var mean = [Double](repeating: 0, count: samples[0].count)
        for (k, sample) in samples.enumerated() { for i in mean.indices { mean[i] += (sample[i] - mean[i]) / Double(k + 1) } }
        let whole = try function(mean)
        let without = try samples.map { sample in try function(mean.indices.map { mean[$0] + (mean[$0] - sample[$0]) / (n - 1) })
        }
        return whole.indices.map { i in
            let values = without.map { $0[i] }
            let centre = values.reduce(0) { $0 + ($1 - whole[i]) } / n
            let squares = values.reduce(0) { $0 + ($1 - whole[i] - centre) * ($1 - whole[i] - centre) }
            return Estimate(
                mean: whole[i] - (n - 1) * centre, standardError: ((n - 1) / n * squares).squareRoot(), count: count)
        }
    }
}
