#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// Diffusion entropy of points and its mutual information with classes, with errors over sub-samples.
///
///     I = Σ_b p(b) [S(A*_b) − S(A|b)]
///
/// A|b are the points of class b, A*_b as many points drawn from all, since entropies of different numbers of points cannot be
/// compared. Source: Liao et al., arXiv 2312.04823.
public struct EntropyMeasurement: Sendable {
    /// Bandwidth and time of the diffusion, and how much is drawn.
    public struct Settings: Sendable, Equatable {
        /// σ.
        public var bandwidth = 10.0
        /// Whether σ counts median distances of the points in place of their units.
        public var isRelative = false
        /// t.
        public var time = 1.0
        /// No sub-sample is larger; nor, of the information, larger than its class.
        public var samples = 1000
        /// How many sub-samples are drawn.
        public var draws = 5
        /// Of each coordinate, for ``BinnedEntropy``.
        public var bins = 30
        /// Seed of the sub-samples.
        public var seed = 1

        /// σ = 10 in the units of the points, t = 1, five draws of at most 1000 points.
        public init() {}
    }

    /// S of all points, or of sub-samples: then with the error of their mean.
    public let entropy: Estimate
    /// The number of points that it is of; it is at most log₂ of that.
    public let size: Int
    /// log₂ of ``size``, in bits.
    public var largestPossible: Double { log2(Double(size)) }
    /// I; nil without classes or with one.
    public let information: Estimate?
    /// The entropy of binned coordinates, of all points.
    public let binned: BinnedEntropy
    /// σ in the units of the points, and the median distance of different points.
    public let bandwidth, medianDistance: Double
    /// Classes with one point, which know nothing of their spread.
    public let singleClasses: Int

    /// - Parameters:
    ///   - points: n × D.
    ///   - classes: of the points.
    /// - Throws: ``EntropyError`` where there is nothing to measure.
    public init(
        _ points: Matrix, classes: [Int]? = nil, _ settings: Settings = Settings(), shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        let n = points.rows
        if n < 2 { throw EntropyError.tooFewPoints(n) }
        if let bad = points.elements.first(where: { !$0.isFinite }) { throw EntropyError.notFinite(bad) }
        medianDistance = Self.medianDistance(points, settings)
        if settings.isRelative && medianDistance == 0 { throw EntropyError.noDistance }
        let bandwidth = settings.isRelative ? settings.bandwidth * medianDistance : settings.bandwidth
        self.bandwidth = bandwidth
        let time = settings.time, size = min(n, settings.samples)
        self.size = size
        let drawn = (0..<(size == n ? 1 : settings.draws)).map { Self.draw(n, size, settings.seed, $0, 0, 0) }
        let entropies = try Threads.map(drawn.count) {
            if shouldStop() { throw CancellationError() }
            return try DiffusionEntropy.bits(points.selectingRows(drawn[$0]), bandwidth: bandwidth, time: time)
        }
        // All points leave nothing to sample.
        entropy = size == n ? Estimate(mean: entropies[0], standardError: 0, count: 1) : Estimate(entropies)
        binned = BinnedEntropy(points, bins: settings.bins, classes: classes)
        let members = Self.members(classes)
        singleClasses = members.count { $0.count == 1 }
        if members.count < 2 {
            information = nil
            return
        }
        let samples = try Threads.map(settings.draws) {
            if shouldStop() { throw CancellationError() }
            return try Self.information(points, members, bandwidth: bandwidth, settings, draw: $0)
        }
        information = Estimate(samples)
    }

    /// Σ_b p(b)[S(A*_b) − S(A|b)] with one draw of each A*_b, and of A|b where the class is larger than a sub-sample.
    package static func information(
        _ points: Matrix, _ members: [[Int]], bandwidth: Double, _ settings: Settings, draw number: Int
    ) throws -> Double {
        let n = points.rows
        return try members.enumerated().reduce(0) { sum, part in
            let (b, own) = part, size = min(own.count, settings.samples)
            let inside = draw(own.count, size, settings.seed, number, b, 1).map { own[$0] }
            let among = draw(n, size, settings.seed, number, b, 2)
            let difference =
                try DiffusionEntropy.bits(points.selectingRows(among), bandwidth: bandwidth, time: settings.time)
                - DiffusionEntropy.bits(points.selectingRows(inside), bandwidth: bandwidth, time: settings.time)
            return sum + Double(own.count) / Double(n) * difference
        }
    }

    /// Rows of each class.
    static func members(_ classes: [Int]?) -> [[Int]] {
        guard let classes else { return [] }
        return Dictionary(grouping: classes.indices) { classes[$0] }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Median over the pairs of at most 1000 points.
    private static func medianDistance(_ points: Matrix, _ settings: Settings) -> Double {
        let n = points.rows, chosen = draw(n, min(n, 1000), settings.seed, 0, 0, 3)
        let some = points.selectingRows(chosen), squares = PointCloud(some).squaredDistances
        let pairs = (1..<chosen.count).flatMap { j in (0..<j).map { squares[$0, j] } }.sorted()
        return pairs[pairs.count / 2].squareRoot()
    }

    /// `size` of n places without repetition, in ascending order.
    private static func draw(_ n: Int, _ size: Int, _ seed: Int, _ number: Int, _ part: Int, _ purpose: Int) -> [Int] {
        if size == n { return Array(0..<n) }
        var stream = RandomStream(seed: seed, .subsample, number, part, purpose)
        return stream.permutation(n)[..<size].sorted()
    }
}

/// Why an entropy cannot be measured.
public enum EntropyError: Error, Equatable, CustomStringConvertible {
    /// Fewer than two points.
    case tooFewPoints(Int)
    /// A feature is infinite or not a number.
    case notFinite(Double)
    /// The median distance is zero and was to be the unit.
    case noDistance

    public var description: String {
        switch self {
        case .tooFewPoints(let count): "\(count) sample\(count == 1 ? "" : "s"); expected two or more"
        case .notFinite(let value): "a feature is \(value); expected finite numbers"
        case .noDistance:
            "half of all pairs of samples coincide, so that the median distance is 0 and cannot be the unit of the bandwidth; "
                + "expected a bandwidth in the units of the features"
        }
    }
}

/// How the diffusion entropy of points, and what it knows of classes, depend on bandwidth and time.
public struct EntropySweep: Sendable {
    /// σ in the units of the points, and t.
    public let bandwidths, times: [Double]
    /// Bandwidths × times.
    public let bits: Matrix
    /// Mutual information at the first time; nil without classes or with one.
    public let information: [Estimate]?

    /// - Parameters:
    ///   - points: at most a thousand or so: every bandwidth takes all eigenvalues.
    ///   - settings: the draws of the information, its seed, and the number of points it takes.
    public init(
        _ points: Matrix, bandwidths: [Double], times: [Double], classes: [Int]? = nil,
        _ settings: EntropyMeasurement.Settings = .init(), shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        let squares = PointCloud(points).squaredDistances
        let rows = try Threads.map(bandwidths.count) { k in
            if shouldStop() { throw CancellationError() }
            return try DiffusionEntropy.bits(squaredDistances: squares, bandwidth: bandwidths[k], times: times)
        }
        (self.bandwidths, self.times) = (bandwidths, times)
        bits = Matrix(rows: bandwidths.count, columns: times.count) { rows[$0][$1] }
        let members = EntropyMeasurement.members(classes)
        var first = settings
        first.time = times[0]
        let sampling = first
        information =
            members.count < 2
            ? nil
            : try bandwidths.map { bandwidth in
                Estimate(
                    try Threads.map(settings.draws) {
                        if shouldStop() { throw CancellationError() }
                        return try EntropyMeasurement.information(points, members, bandwidth: bandwidth, sampling, draw: $0)
                    })
            }
    }
}
