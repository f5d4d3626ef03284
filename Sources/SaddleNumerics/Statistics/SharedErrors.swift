/// Error bars from few samples, steadied by those of their neighbours.
///
/// Among many thousand error bars from four replicas each, some are ten times too small by chance, and just these numbers
/// would look wrong. But the numbers of one observable at one time have error bars alike, in proportion to the spread of the
/// networks. With ν degrees of freedom each, k of them independent, the neighbours count as ν₀ = ν(k − 1) more,
///
///     s̃² = max(s², (ν₀ r v + ν s²)/(ν₀ + ν)),   r = mean of s²/v over the neighbours,
///
/// where v is the variance over networks, known from the other side. This is the moderated variance of Smyth (Stat. Appl.
/// Genet. Mol. Biol. 3, 2004) never below s itself. Numbers that vary together add no degrees of freedom: k is the effective number of
/// ways in which they vary (``SampledModes``).
public struct SharedErrors: Sendable {
    /// s̃ of each number, times first.
    public let errors: [Double]
    /// ν + ν₀, of each of `errors`.
    public let degreesOfFreedom: Double

    /// - Parameters:
    ///   - errors: standard errors, times first.
    ///   - scale: v of each, in any unit; zero where there is no spread.
    ///   - stride: numbers at each time. With a single one the neighbours are the other times.
    ///   - degreesOfFreedom: ν.
    ///   - modes: k ≥ 1.
    public init(_ errors: [Double], scale: [Double], stride: Int, degreesOfFreedom ν: Double, modes: Double) {
        let group = stride > 1 ? stride : max(errors.count, 1)
        let neighbours = ν * (modes - 1)
        var result = errors
        for start in Swift.stride(from: 0, to: errors.count, by: group) {
            let range = start..<min(start + group, errors.count)
            var (ratio, count) = (0.0, 0.0)
            for i in range where scale[i] > 0 && errors[i].isFinite {
                ratio += errors[i] * errors[i] / scale[i]
                count += 1
            }
            guard count > 0 else { continue }
            ratio /= count
            for i in range {
                let own = errors[i] * errors[i]
                let shared = (neighbours * ratio * scale[i] + ν * own) / (neighbours + ν)
                if shared > own { result[i] = shared.squareRoot() }
            }
        }
        self.errors = result
        degreesOfFreedom = ν + neighbours
    }
}
