import Numerics
import SaddleNumerics

/// The limit of a symmetric ensemble beside sampled matrices.
struct SpectrumAnswer: Sendable {
    struct Statistic: Sendable {
        let name: String
        /// ∫f dρ
        let limit: Double
        let law: LinearStatisticLaw?
    }

    let spectrum: RealSpectrum
    let statistics: [Statistic]
    let samples: [RealSpectrum.Sample]
    private(set) var check = SpectrumCheck()

    /// - Parameter half: the size of smaller matrices, with which what is of order 1/N is extrapolated away where no theory knows it.
    init(_ study: RandomMatrixStudy, half: Int, _ context: TopicRunner.Context) throws {
        let spectrum = try RealSpectrum(study, size: study.size)
        self.spectrum = spectrum
        let functions = spectrum.statistics
        statistics = try functions.map { f in
            if let complete = spectrum.complete {
                let law = try Self.law(complete, size: study.size, f)
                return Statistic(name: f.name, limit: law.leading / Double(study.size), law: law)
            }
            return Statistic(name: f.name, limit: try Self.limit(f, spectrum), law: nil)
        }
        let needsHalf = spectrum.complete == nil || !spectrum.outliers.isEmpty
        let smaller = needsHalf ? try RealSpectrum(study, size: half) : nil
        let total = Double(study.matrices) * (needsHalf ? 1.2 : 1)
        let done = Counter()
        func draw(_ spectrum: RealSpectrum, _ index: Int, share: Double, before: Double) throws -> [RealSpectrum.Sample] {
            let (first, progress, shouldStop) = (Double(done.increment()), context.progress, context.shouldStop)
            return try Threads.map(study.matrices) { m in
                if shouldStop() { throw CancellationError() }
                var stream = RandomStream(seed: study.seed, .randomMatrix, index, m)
                let sample = try spectrum.sample(&stream)
                progress(before + share * (Double(done.increment()) - first), total)
                return sample
            }
        }
        samples = try draw(spectrum, 0, share: 1, before: 0)
        let others = try smaller.map { try draw($0, 1, share: 0.2, before: Double(study.matrices)) }
        try compare(functions, smaller, others)
    }

    /// ∫f dρ; powers by recursions, which are exact where a density diverges.
    private static func limit(_ f: LinearStatistic, _ spectrum: RealSpectrum) throws -> Double {
        if let k = (1...4).first(where: { LinearStatistic.power($0).name == f.name }) { return spectrum.law.moments(k)[k - 1] }
        return try spectrum.law.average { f($0) }
    }

    private static func law(
        _ law: some SubordinatedSpectrum, size: Int, _ statistic: LinearStatistic
    ) throws -> LinearStatisticLaw {
        try SpectralFluctuations(law, order: Double(size)).law(of: statistic)
    }

    private mutating func compare(
        _ functions: [LinearStatistic], _ smaller: RealSpectrum?, _ others: [RealSpectrum.Sample]?
    ) throws {
        /// Predicted, and with what is left of the distance to it at 1/N = 0: a population of finitely many values has a limit of its own
        /// at each size.
        func extrapolated(
            _ predicted: (RealSpectrum) throws -> Double, _ number: (RealSpectrum.Sample) -> Double
        ) rethrows -> (Estimate, Double) {
            let sizes = [smaller!, spectrum], values = [others!, samples]
            let differences = try zip(sizes, values).map { size, samples in
                let value = try predicted(size)
                return Estimate(samples.map { number($0) - value })
            }
            let rest = DepthCheck.atInfiniteWidth(sizes.map(\.size), differences, weights: [1, 1]),
                value = try predicted(spectrum)
            return (Estimate(mean: value + rest.mean, standardError: rest.standardError, count: rest.count), value)
        }
        for (f, statistic) in zip(functions, statistics) {
            func sum(_ sample: RealSpectrum.Sample) -> Double { sample.eigenvalues.reduce(0) { $0 + f($1) } }
            if let law = statistic.law {
                let sums = samples.map(sum)
                check.add("mean of Σ \(f.name)", Estimate(sums), predicted: law.mean)
                check.add(varianceOf: "Σ \(f.name)", sums, predicted: law.variance)
            } else {
                let (measured, value) = try extrapolated({ try Self.limit(f, $0) }) { sum($0) / Double($0.eigenvalues.count) }
                check.add("mean of \(f.name), extrapolated", measured, predicted: value)
            }
        }
        // At half the size a spike may be below the transition, and nothing can be extrapolated.
        for (k, outlier) in spectrum.outliers.enumerated() where smaller!.outliers.map(\.spike) == spectrum.outliers.map(\.spike)
        {
            let position = extrapolated({ $0.outliers[k].position }) { $0.positions[k] }
            let overlap = extrapolated({ $0.outliers[k].overlap }) { $0.overlaps[k] }
            check.add("position of spike \(outlier.spike), extrapolated", position.0, predicted: position.1)
            check.add("overlap of spike \(outlier.spike), extrapolated", overlap.0, predicted: overlap.1)
        }
        let zeros = spectrum.law.massAtZero
        if zeros > 0 {
            let bound = 1e-10 * spectrum.law.hull.upper
            let shares = samples.map { s in Double(s.eigenvalues.count { abs($0) < bound }) / Double(spectrum.size) }
            check.add("share of zeros", Estimate(shares), predicted: zeros)
        }
    }
}
