import Numerics

/// The limit of a symmetric ensemble beside sampled matrices.
public struct SpectrumComparison: Sendable {
    /// What theory knows of Σ f(λ_i).
    public struct Statistic: Sendable {
        /// f, for people.
        public let name: String
        /// ∫f dρ
        public let limit: Double
        /// Nil where fluctuations have no theory.
        public let law: LinearStatisticLaw?
    }

    /// The ensemble at this size, with its limit.
    public let spectrum: RealSpectrum
    /// The sums that are compared.
    public let statistics: [Statistic]
    /// Eigenvalues of the matrices drawn.
    public let samples: [RealSpectrum.Sample]
    /// Sums of f, outliers and the share of zeros in the samples against theory.
    public private(set) var check = Check()

    /// - Parameter half: the size of smaller matrices, with which what is of order 1/N is extrapolated away where no theory knows it.
    public init(
        _ model: RandomMatrixModel, size: Int, half: Int, matrices: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let spectrum = try RealSpectrum(model, size: size)
        self.spectrum = spectrum
        let functions = spectrum.statistics
        statistics = try functions.map { f in
            if let complete = spectrum.complete {
                let law = try Self.law(complete, size: size, beta: model.beta, f)
                return Statistic(name: f.name, limit: law.leading / Double(size), law: law)
            }
            return Statistic(name: f.name, limit: try Self.limit(f, spectrum), law: nil)
        }
        let needsHalf = spectrum.complete == nil || !spectrum.outliers.isEmpty
        let smaller = needsHalf ? try RealSpectrum(model, size: half) : nil
        let total = Double(matrices) * (needsHalf ? 1.2 : 1)
        let done = Counter()
        func draw(_ spectrum: RealSpectrum, _ index: Int, share: Double, before: Double) throws -> [RealSpectrum.Sample] {
            let first = Double(done.increment())
            return try Threads.map(matrices) { m in
                if shouldStop() { throw CancellationError() }
                var stream = RandomStream(seed: seed, .randomMatrix, index, m)
                let sample = try spectrum.sample(&stream)
                progress(before + share * (Double(done.increment()) - first), total)
                return sample
            }
        }
        samples = try draw(spectrum, 0, share: 1, before: 0)
        let others = try smaller.map { try draw($0, 1, share: 0.2, before: Double(matrices)) }
        try compare(functions, smaller, others)
    }

    /// ∫f dρ; powers by recursions, which are exact where a density diverges.
    private static func limit(_ f: LinearStatistic, _ spectrum: RealSpectrum) throws -> Double {
        if let k = (1...4).first(where: { LinearStatistic.power($0).name == f.name }) { return spectrum.law.moments(k)[k - 1] }
        return try spectrum.law.average { f($0) }
    }

    private static func law(
        _ law: some SubordinatedSpectrum, size: Int, beta: Double, _ statistic: LinearStatistic
    ) throws -> LinearStatisticLaw {
        try SpectralFluctuations(law, order: Double(size), beta: beta).law(of: statistic)
    }

    private mutating func compare(
        _ functions: [LinearStatistic], _ smaller: RealSpectrum?, _ others: [RealSpectrum.Sample]?
    ) throws {
        /// At two sizes, and extrapolated. A population of finitely many values has a limit of its own at each size, so that the distance
        /// to it is.
        func extrapolated(
            _ quantity: String, at place: String, scale: Double? = nil, _ predicted: (RealSpectrum) throws -> Double,
            _ number: (RealSpectrum.Sample) -> Double
        ) rethrows -> CheckedNumber {
            let sizes = [smaller!, spectrum], value = try predicted(spectrum)
            let samples = try zip(sizes, [others!, samples]).map { size, samples in
                let shift = try value - predicted(size)
                return samples.map { number($0) + shift }
            }
            return .mean(
                "\(quantity), extrapolated", at: place, predicted: value, measured: samples.map { Estimate($0) },
                freedom: samples.map { EffectiveFreedom.sampled($0) }, line: SizeExtrapolation(sizes: sizes.map(\.size)),
                scale: scale)
        }
        for (f, statistic) in zip(functions, statistics) {
            func sum(_ sample: RealSpectrum.Sample) -> Double { sample.eigenvalues.reduce(0) { $0 + f($1) } }
            let place = "f = \(f.name)"
            let isPositive = spectrum.law.hull.lower >= 0 && f(0.5) > 0
            // The size of a sum in which nothing cancels.
            let size =
                samples.reduce(0) { $0 + $1.eigenvalues.reduce(0) { $0 + abs(f($1)) } } / Double(samples.count)
            if let law = statistic.law {
                let sums = samples.map(sum)
                check.add(
                    .mean("mean of Σ f", at: place, predicted: law.mean, samples: sums, scale: size, isPositive: isPositive))
                check.add(
                    .variance(
                        "variance of Σ f", at: place, predicted: law.variance, samples: sums, scale: size, isPositive: isPositive)
                )
            } else {
                let scale = size / Double(spectrum.size)
                check.add(
                    try extrapolated("mean of f", at: place, scale: scale) {
                        try Self.limit(f, $0)
                    } _: {
                        sum($0) / Double($0.eigenvalues.count)
                    })
            }
        }
        // At half the size a spike may be below the transition, and nothing can be extrapolated.
        for (k, outlier) in spectrum.outliers.enumerated() where smaller!.outliers.map(\.spike) == spectrum.outliers.map(\.spike)
        {
            let place = "spike \(outlier.spike)"
            check.add(
                extrapolated("position of a spike", at: place) {
                    $0.outliers[k].position
                } _: {
                    $0.positions[k]
                })
            check.add(
                extrapolated("overlap of a spike", at: place, scale: 1) {
                    $0.outliers[k].overlap
                } _: {
                    $0.overlaps[k]
                })
        }
        let zeros = spectrum.law.massAtZero
        if zeros > 0 {
            let bound = 1e-10 * spectrum.law.hull.upper
            let shares = samples.map { s in Double(s.eigenvalues.count { abs($0) < bound }) / Double(spectrum.size) }
            check.add(.mean("share of zeros", predicted: zeros, samples: shares))
        }
    }
}

extension LimitingSpectrum {
    /// x and ρ(x) in every band, densest at its ends; places where no density is found are left out.
    ///
    /// - Parameter isLogarithmic: whether places are spaced by ratios.
    public func curve(isLogarithmic: Bool = false) -> (x: [Double], density: [Double]) {
        var (xs, densities): ([Double], [Double]) = ([], [])
        let count = max(12, 400 / max(bands.count, 1))
        for band in bands {
            for j in 0...count {
                let share = 0.5 * (1 - Double.cos(.pi * Double(j) / Double(count)))
                let x =
                    isLogarithmic
                    ? band.lower * Double.pow(band.upper / band.lower, share) : band.lower + share * (band.upper - band.lower)
                let isEnd = j == 0 || j == count
                if isEnd && (j == 0 ? band.isHardBelow : band.isHardAbove) { continue }
                guard let density = isEnd ? 0 : try? self.density(x) else { continue }
                xs.append(x)
                densities.append(density)
            }
        }
        return (xs, densities)
    }
}
