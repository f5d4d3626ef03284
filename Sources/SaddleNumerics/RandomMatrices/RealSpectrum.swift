import Numerics

/// A symmetric or Hermitian ensemble at one size: its limit, and its matrices.
public struct RealSpectrum: Sendable {
    /// Ensemble and parameters.
    public let model: RandomMatrixModel
    /// Order of the matrices.
    public let size: Int
    /// N_i
    public let counts: [Int]
    /// What is not random: eigenvalues of the population or the signal; spikes come last.
    let population: [Double]
    /// The limit, in which single eigenvalues do not count.
    public let law: any LimitingSpectrum
    /// The law at this size with its spikes, where fluctuations have a theory.
    public let complete: (any SubordinatedSpectrum)?
    /// Of the spikes that leave the bands, in their order.
    public let outliers: [SpectralOutlier]

    /// The limit of an ensemble, and what is known of its fluctuations at a size.
    ///
    /// - Throws: ``RandomMatrixError`` or ``SpectrumError``.
    public init(_ model: RandomMatrixModel, size: Int) throws {
        self.model = model
        self.size = size
        let isMultiplied = [.wishart, .randomFeatures, .spiked].contains(model.ensemble)
        let isWishartSum = model.ensemble == .freeSum && model.addend == .wishart
        counts = isMultiplied || isWishartSum ? model.ratios.map { max(1, Int((Double(size) / $0).rounded())) } : []
        let spikes = model.usedSpikes
        var values: [Double]
        switch model.population {
        case .values(let list): values = (0..<size).map { list[$0 * list.count / size] }
        case .powerLaw: values = (0..<size).map { Double.pow(Double($0 + 1), -model.exponent) }
        case .isotropic: values = [Double](repeating: 1, count: size)
        }
        if model.isWigner { values = [Double](repeating: 0, count: size) }
        let bulk = Array(values.prefix(size - spikes.count))
        population = bulk + spikes

        let limit: any LimitingSpectrum
        var full: (any SubordinatedSpectrum)?
        switch model.ensemble {
        case .goe, .gue:
            let semicircle = try SemicircleLaw(deviation: model.deviation)
            (limit, full) = (semicircle, semicircle)
        case .spikedWigner:
            limit = try SemicircleLaw(deviation: model.deviation)
            full = try DeformedWignerSpectrum(DiscreteSpectrum(population), deviation: model.deviation)
        case .freeSum:
            let signal = try DiscreteSpectrum(population)
            switch model.addend {
            case .goe:
                let sum = try DeformedWignerSpectrum(signal, deviation: model.deviation)
                (limit, full) = (sum, sum)
            case .wishart: limit = try FreeSum(signal, MarchenkoPasturLaw(ratio: Double(size) / Double(counts[0])))
            case .population: limit = try FreeSum(signal, signal)
            }
        default:
            let samples = counts.map(Double.init)
            let covariance = try Self.joined(population)
            full = try SampleCovarianceSpectrum(covariance, counts: samples)
            limit =
                spikes.isEmpty
                ? full! : try SampleCovarianceSpectrum(Self.joined(bulk, dimension: Double(size)), counts: samples)
        }
        (law, complete) = (limit, full)
        outliers = (limit as? any SubordinatedSpectrum).map { law in spikes.compactMap { law.outlier(spike: $0) } } ?? []
    }

    /// Equal eigenvalues once, with multiplicities that add up to the dimension.
    private static func joined(_ values: [Double], dimension: Double? = nil) throws -> PopulationSpectrum {
        let groups = Dictionary(grouping: values, by: \.self).sorted { $0.key < $1.key }
        let count = Double(values.count)
        return try PopulationSpectrum(
            groups.map(\.key), multiplicities: groups.map { Double($0.value.count) * (dimension ?? count) / count })
    }

    /// The eigenvalues of one matrix.
    public struct Sample: Sendable {
        /// Ascending.
        public let eigenvalues: [Double]
        /// Of each outlier: its eigenvalue, and its eigenvector's squared overlap with the spike's direction.
        public internal(set) var positions: [Double] = []
        /// Squared overlaps of the outliers' eigenvectors with their directions.
        public internal(set) var overlaps: [Double] = []
    }

    /// Draws one matrix of the ensemble and diagonalises it.
    public func sample(_ stream: inout RandomStream) throws -> Sample {
        let matrix: Matrix
        switch model.ensemble {
        case .wishart, .randomFeatures, .spiked:
            if outliers.isEmpty {
                return Sample(eigenvalues: try stream.covarianceEigenvalues(population: population, counts: counts))
            }
            matrix = stream.covarianceFactor(population: population, counts: counts).gram()
        case .gue:
            return Sample(
                eigenvalues: try stream.tridiagonalWignerMatrix(order: size, beta: 2, deviation: model.deviation)
                    .symmetricEigenvalues())
        case .freeSum where model.addend == .population:
            var sum = try stream.rotatedMatrix(values: population)
            for i in 0..<size { sum[i, i] += population[i] }
            return Sample(eigenvalues: try sum.symmetricEigenvalues())
        default:
            var sum =
                model.ensemble == .freeSum && model.addend == .wishart
                ? stream.covarianceFactor(population: [Double](repeating: 1, count: size), counts: counts).gram()
                : stream.wignerMatrix(order: size, deviation: model.deviation)
            for i in 0..<size { sum[i, i] += population[i] }
            if outliers.isEmpty { return Sample(eigenvalues: try sum.symmetricEigenvalues()) }
            matrix = sum
        }
        let (values, vectors) = try matrix.symmetricEigen()
        var sample = Sample(eigenvalues: values)
        for outlier in outliers {
            let (rank, direction) = place(outlier)
            sample.positions.append(values[rank])
            sample.overlaps.append(vectors[direction, rank] * vectors[direction, rank])
        }
        return sample
    }

    /// The rank of an outlier among all eigenvalues, and the coordinate of its spike.
    private func place(_ outlier: SpectralOutlier) -> (rank: Int, direction: Int) {
        let direction = population.lastIndex(of: outlier.spike)!
        if outlier.position > law.hull.upper {
            return (size - 1 - outliers.count { $0.position > outlier.position }, direction)
        }
        let zeros = outlier.position > 0 ? Int((law.massAtZero * Double(size)).rounded()) : 0
        return (zeros + outliers.count { $0.position < outlier.position }, direction)
    }

    /// Functions whose sums over eigenvalues are predicted.
    public var statistics: [LinearStatistic] {
        var list = (1...4).map(LinearStatistic.power)
        if law.hull.lower >= 0 { list.append(.ridge(model.ridge)) }
        // Where the logarithm is smooth.
        if law.hull.lower > 1e-4 * law.hull.upper, law.massAtZero == 0 { list.append(.logarithm) }
        return list
    }
}
