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
            return Statistic(name: f.name, limit: try spectrum.law.average { f($0) }, law: nil)
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
        compare(functions, half: others, halfSize: half)
    }

    private static func law(
        _ law: some SubordinatedSpectrum, size: Int, _ statistic: LinearStatistic
    ) throws -> LinearStatisticLaw {
        try SpectralFluctuations(law, order: Double(size)).law(of: statistic)
    }

    private mutating func compare(_ functions: [LinearStatistic], half: [RealSpectrum.Sample]?, halfSize: Int) {
        let sizes = [halfSize, spectrum.size]
        /// The value at 1/N = 0 of a number of every matrix.
        func extrapolated(_ number: (RealSpectrum.Sample) -> Double) -> Estimate {
            DepthCheck.atInfiniteWidth(sizes, [Estimate(half!.map(number)), Estimate(samples.map(number))], weights: [1, 1])
        }
        for (f, statistic) in zip(functions, statistics) {
            func sum(_ sample: RealSpectrum.Sample) -> Double { sample.eigenvalues.reduce(0) { $0 + f($1) } }
            if let law = statistic.law {
                let sums = samples.map(sum)
                check.add("mean of Σ \(f.name)", Estimate(sums), predicted: law.mean)
                check.add(varianceOf: "Σ \(f.name)", sums, predicted: law.variance)
            } else {
                check.add(
                    "mean of \(f.name), N → ∞", extrapolated { sum($0) / Double($0.eigenvalues.count) },
                    predicted: statistic.limit)
            }
        }
        for (k, outlier) in spectrum.outliers.enumerated() {
            let name = "of spike \(outlier.spike), N → ∞"
            check.add("position \(name)", extrapolated { $0.positions[k] }, predicted: outlier.position)
            check.add("overlap \(name)", extrapolated { $0.overlaps[k] }, predicted: outlier.overlap)
        }
        let zeros = spectrum.law.massAtZero
        if zeros > 0 {
            let bound = 1e-10 * spectrum.law.hull.upper
            let shares = samples.map { s in Double(s.eigenvalues.count { $0 < bound }) / Double(spectrum.size) }
            check.add("share of zeros", Estimate(shares), predicted: zeros)
        }
    }
}
