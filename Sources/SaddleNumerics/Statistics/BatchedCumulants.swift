/// Mean and second to fourth cumulant of correlated samples, with errors from batches that are nearly independent.
///
/// Each cumulant is a smooth function of moments; its error is that of the mean of its influence function over batches, such as
/// (x − m)² for the variance and (x − m)³ − 3κ₂(x − m) for the third cumulant. Batches must be longer than the samples' memory, or
/// separate chains. The bias, of relative order 1/(effective number of samples), is not removed.
public enum BatchedCumulants {
    /// n·variance of the sample cumulants κ̂₁ … κ̂₄ of n independent samples with the cumulants κ₁ … κ₈, to leading order in 1/n.
    ///
    /// Source: Kendall, Stuart, "The advanced theory of statistics" I (1969), section 12.16.
    public static func samplingVariances(_ κ: [Double]) -> [Double] {
        precondition(κ.count == 8, "\(κ.count) cumulants; the variance of the fourth needs eight")
        let (κ2, κ3, κ4, κ5, κ6, κ8) = (κ[1], κ[2], κ[3], κ[4], κ[5], κ[7])
        let square = κ2 * κ2
        return [
            κ2, κ4 + 2 * square, κ6 + 9 * κ4 * κ2 + 9 * κ3 * κ3 + 6 * square * κ2,
            κ8 + 16 * κ6 * κ2 + 48 * κ5 * κ3 + 34 * κ4 * κ4 + 72 * κ4 * square + 144 * κ3 * κ3 * κ2 + 24 * square * square,
        ]
    }

    /// κ₁ … κ₄; `count` of each is the number of batches.
    public static func estimates(_ batches: [[Double]]) -> [Estimate] {
        let all = batches.flatMap { $0 }
        precondition(batches.count >= 2 && batches.allSatisfy { !$0.isEmpty }, "\(batches.count) batches")
        let n = Double(all.count)
        let mean = all.reduce(0, +) / n
        func moment(_ q: Int) -> Double {
            all.reduce(0) { sum, x in sum + (0..<q).reduce(1.0) { power, _ in power * (x - mean) } } / n
        }
        let (second, third, fourth) = (moment(2), moment(3), moment(4))
        let influences: [(value: Double, of: (Double) -> Double)] = [
            (mean, { $0 }), (second, { $0 * $0 }), (third, { $0 * $0 * $0 - 3 * second * $0 }),
            (fourth - 3 * second * second, { $0 * $0 * $0 * $0 - 4 * third * $0 - 6 * second * $0 * $0 }),
        ]
        return influences.map { value, influence in
            let means = batches.map { batch in batch.reduce(0) { $0 + influence($1 - mean) } / Double(batch.count) }
            return Estimate(mean: value, standardError: Estimate(means).standardError, count: batches.count)
        }
    }
}
