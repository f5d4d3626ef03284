extension RadialCoulombGas {
    /// What independent chains of Metropolis's moves come to.
    public struct Sample: Sendable {
        /// Sums Σ f(rᵢ) over the charges: one list for each f, in it one for each chain, sweep by sweep.
        public let sums: [[[Double]]]
        /// Radii of the last configurations of all chains.
        public let radii: [Double]
        /// Share of moves that were accepted.
        public let acceptance: Double
    }

    /// Samples sums over charges by independent chains.
    ///
    /// - Parameter sweeps: recorded ones of each chain; a tenth as many, at least 50, come before them.
    /// - Throws: `CancellationError` when `shouldStop` says so.
    public func sample(
        _ functions: [@Sendable (Double) -> Double], chains: Int, sweeps: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Sample {
        let burnIn = max(50, sweeps / 10), total = Double(chains * (sweeps + burnIn)), count = Counter()
        let results = try Threads.map(chains) { m -> (sums: [[Double]], radii: [Double], acceptance: Double) in
            var chain = Chain(self, stream: RandomStream(seed: seed, .coulombGas, m))
            var sums = functions.map { _ in [Double]() }
            for sweep in 0..<(sweeps + burnIn) {
                if shouldStop() { throw CancellationError() }
                chain.sweep()
                progress(Double(count.increment()), total)
                if sweep < burnIn { continue }
                let radii = chain.radii
                for (k, f) in functions.enumerated() { sums[k].append(radii.reduce(0) { $0 + f($1) }) }
            }
            return (sums, chain.radii, Double(chain.accepted) / Double(chain.tried))
        }
        return Sample(
            sums: functions.indices.map { k in results.map { $0.sums[k] } }, radii: results.flatMap(\.radii),
            acceptance: results.reduce(0) { $0 + $1.acceptance } / Double(chains))
    }
}

/// A cumulant-by-cumulant comparison of sampled sums over charges with exact ones.
extension Check {
    /// Adds κ₁ … κ₄ of a sum over charges.
    ///
    /// - Parameters:
    ///   - measured: from ``BatchedCumulants``.
    ///   - exact: κ₁ … κ₈.
    public mutating func add(cumulants measured: [Estimate], exact: [Double], of quantity: String, at place: String) {
        // Few samples of a skewed law miss its tail: their cumulants are low, and so are errors read off them. As many independent samples as
        // the mean stands for would have these errors, and a bias of relative order q(q − 1)/2 over their number.
        let mean = measured[0].standardError
        let count = exact[1] / (mean * mean)
        let variances = BatchedCumulants.samplingVariances(exact)
        for q in 0..<4 {
            let bias = Double((q + 1) * q / 2) / count * exact[q]
            let error = max(measured[q].standardError, (max(variances[q], 0) / count).squareRoot())
            add(
                .mean(
                    "κ\(["₁", "₂", "₃", "₄"][q]) of \(quantity)", at: place, predicted: exact[q], measured: measured[q].mean,
                    uncertainties: [
                        Uncertainty(
                            error: (error * error + bias * bias).squareRoot(),
                            degreesOfFreedom: Double(measured[q].count - 1))
                    ]))
        }
    }
}
