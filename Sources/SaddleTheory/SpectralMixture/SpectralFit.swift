import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Learns the spectrum of a Gaussian process from its observations, by the largest evidence.
///
/// The evidence is maximised over log w, μ and log σ of every component. The prior of a weight is Jeffreys' 1/w, which is flat
/// in log w: the maximum in log w is that of the evidence, and a component that the data do not support loses its
/// weight instead of adding noise (Fang et al. 2024, section 4.1). The evidence has many maxima in μ. Components start side by
/// side, each as wide as its share of the band from zero to the largest frequency, so that some component covers whatever
/// frequency the data have, and then they move and sharpen.
public struct SpectralFit: Sendable {
    /// The density of every component.
    public var spectrum: SpectralMixture.Spectrum
    /// For each variable.
    public var components: Int
    /// Where the band ends, for each variable, in cycles per unit.
    public var largestFrequencies: [Double]
    /// Steps of at most a half: beyond, weights overshoot to where the covariance is too ill-conditioned to be believed.
    public var minimizer = {
        var settings = LBFGS()
        (settings.largestStep, settings.valueTolerance) = (0.5, 1e-9)
        return settings
    }()

    /// One component or more, positive frequencies, one a variable.
    public init(_ spectrum: SpectralMixture.Spectrum, components: Int, largestFrequencies: [Double]) {
        precondition(components >= 1 && largestFrequencies.allSatisfy { $0 > 0 }, "\(components) in \(largestFrequencies)")
        self.spectrum = spectrum
        self.components = components
        self.largestFrequencies = largestFrequencies
    }

    /// Where the maximisation ended.
    public struct Result: Sendable {
        /// With the spectrum that was learnt.
        public var process: SpectralProcess
        /// Quasi-Newton steps of the minimiser.
        public var steps: Int
        /// Evidences that were computed.
        public var evaluations: Int
        /// Why the minimiser stopped.
        public var ending: LBFGS.Ending
    }

    /// - Throws: ``SpectralProcessError`` if the process at the start cannot be had; what cannot be had later is avoided.
    public func fit(_ observations: [LinearObservations]) throws(SpectralProcessError) -> Result {
        let kernel = largestFrequencies.map { largest in
            let share = largest / Double(components)
            return SpectralMixture(
                spectrum, weights: [Double](repeating: 1, count: components),
                frequencies: (0..<components).map { (Double($0) + 0.5) * share },
                widths: [Double](repeating: share, count: components))
        }
        return try maximize(kernel, observations, movesFrequencies: true)
    }

    /// The largest evidence of one component a variable at frequency zero: an RBF kernel, or a Matérn kernel.
    ///
    /// From `starts` widths between 1/30 of the largest frequency and that itself; the best end counts.
    public func fitWithoutFrequencies(_ observations: [LinearObservations], starts: Int = 6) throws(SpectralProcessError)
        -> Result
    {
        var best: Result?
        var failure: SpectralProcessError?
        for start in 0..<starts {
            let shrinkage = pow(30, -Double(start) / Double(max(starts - 1, 1)))
            let kernel = largestFrequencies.map {
                SpectralMixture(spectrum, weights: [1], frequencies: [0], widths: [$0 * shrinkage])
            }
            do {
                let result = try maximize(kernel, observations, movesFrequencies: false)
                if result.process.logEvidence > best?.process.logEvidence ?? -.infinity { best = result }
            } catch { failure = error }
        }
        guard let best else { throw failure! }
        return best
    }

    /// - Parameter kernel: gives frequencies and widths; weights are set so that each component explains the same share.
    private func maximize(
        _ kernel: [SpectralMixture], _ observations: [LinearObservations], movesFrequencies: Bool
    ) throws(SpectralProcessError) -> Result {
        let layout = SpectralProcess.layout(observations)
        let start = try withEqualShares(kernel, observations, layout)
        // Frequencies in cycles over the extent of the points: then all parameters are of order one.
        let extents = layout.lags.map { max($0.lags.last! - $0.lags.first!, .leastNormalMagnitude) / 2 }
        func mixtures(_ x: [Double]) -> [SpectralMixture] {
            start.indices.map { d in
                let (n, at) = (start[d].count, start[..<d].reduce(0) { $0 + 3 * $1.count })
                return SpectralMixture(
                    spectrum, logWeights: Array(x[at..<at + n]), frequencies: x[at + n..<at + 2 * n].map { $0 / extents[d] },
                    logWidths: Array(x[at + 2 * n..<at + 3 * n]))
            }
        }
        var factors: [Double] = []
        var x: [Double] = []
        for (mixture, extent) in zip(start, extents) {
            x += mixture.logWeights + mixture.frequencies.map { $0 * extent } + mixture.logWidths
            let ones = [Double](repeating: 1, count: mixture.count)
            factors += ones + ones.map { movesFrequencies ? $0 / extent : 0 } + ones
        }
        _ = try SpectralProcess(start, observations, layout)
        let end = minimizer.minimize(from: x) { x -> (value: Double, gradient: [Double])? in
            guard let process = try? SpectralProcess(mixtures(x), observations, layout), process.logEvidence.isFinite else {
                return nil
            }
            return (-process.logEvidence, zip(process.evidenceGradient(), factors).map { -$0 * $1 })
        }
        guard let end else { throw .evidenceNotFinite }
        return Result(
            process: try SpectralProcess(mixtures(end.point), observations, layout), steps: end.steps,
            evaluations: end.evaluations, ending: end.ending)
    }

    /// Weights in inverse proportion to the power that a component has in the highest derivatives observed; together
    /// they give the first observations their mean square.
    private func withEqualShares(
        _ kernel: [SpectralMixture], _ observations: [LinearObservations], _ layout: CovarianceLayout
    ) throws(SpectralProcessError) -> [SpectralMixture] {
        var kernel = kernel
        for d in kernel.indices {
            let smoothness = kernel[d].spectrum.smoothness
            if layout.orders[d] > smoothness { throw .kernelNotSmooth(wanted: layout.orders[d], available: smoothness) }
            for q in 0..<kernel[d].count {
                let power = abs(kernel[d].selecting([q]).derivatives(at: 0, upTo: layout.orders[d]).last!)
                kernel[d].logWeights[q] -= log(power * Double(kernel[d].count))
            }
        }
        let first = observations[0]
        let square = first.values.reduce(0) { $0 + $1 * $1 } / Double(first.values.count)
        if square == 0 { return kernel }
        let single = CovarianceLayout(
            rows: [(first.operator, 1)], columns: [(first.operator, 1)], lags: kernel.map { _ in LagTable([0], [0]) })
        let variance = single.covariance(single.tables(kernel))[0, 0]
        for q in 0..<kernel[0].count { kernel[0].logWeights[q] += log(square / variance) }
        return kernel
    }
}
