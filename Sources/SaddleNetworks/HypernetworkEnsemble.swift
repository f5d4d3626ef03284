import SaddleModels
import SaddleNumerics

/// Finite hypernetworks at every pair of widths.
public struct HypernetworkEnsemble: Sendable {
    /// What networks of one pair of widths measured.
    public struct Cell: Sendable {
        /// N, width of the meta network.
        public let metaWidth: Int
        /// m, width of the primary network.
        public let primaryWidth: Int
        /// Θ_h at the reference sample.
        public let mean: Estimate
        /// Var Θ_h/(mean)²
        public let relativeVariance: Estimate
        /// E h² at every sample for each encoding.
        public let signals: [[Estimate]]
    }

    /// Primary widths inside, meta widths outside.
    public let cells: [Cell]

    /// E h² at every sample for each encoding, at the largest widths.
    public var profiles: [[Estimate]] { cells.last?.signals ?? [] }

    /// - Parameters:
    ///   - x: inputs of the network that writes weights, samples × components; the last is the reference sample.
    ///   - z: inputs of the primary network, likewise.
    ///   - networks: for each pair of widths and encoding.
    /// - Throws: `CancellationError` when stopped.
    public init(
        _ hypernetwork: Hypernetwork, x: Matrix, z: Matrix, metaWidths: [Int], primaryWidths: [Int], networks: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let pairs = metaWidths.flatMap { n in primaryWidths.map { (n, $0) } }, samples = x.rows
        func cost(_ n: Int, _ m: Int) -> Double {
            Double(n) * Double(hypernetwork.weightCount(primaryWidth: m, inputDimension: z.columns))
        }
        let encodings = Hypernetwork.Encoding.allCases
        let total = pairs.reduce(0) { $0 + cost($1.0, $1.1) } * Double(encodings.count)
        var done = 0.0
        /// Networks of their own for every pair of widths and encoding, so that all means are independent: numbers along γ are not.
        var first = 0
        func moments(_ hypernetwork: Hypernetwork, _ n: Int, _ m: Int) throws -> StreamingMoments {
            let count = Counter()
            let (before, share, start) = (done, cost(n, m), first)
            var moments = StreamingMoments(dimension: samples + 1)
            for values in try Threads.map(
                networks,
                { index -> [Double] in
                    if shouldStop() { throw CancellationError() }
                    let network = FiniteHypernetwork(
                        hypernetwork, metaInputs: x.columns, primaryInputs: z.columns, metaWidth: n,
                        primaryWidth: m, seed: seed, index: start + index)
                    let response = network.response(x, z)
                    progress(before + share * Double(count.increment()) / Double(networks), total)
                    return response.outputVariances + [response.tangent[samples - 1, samples - 1]]
                })
            { moments.add(values) }
            done += share
            first += networks
            return moments
        }
        cells = try pairs.map { n, m in
            let found = try encodings.map { encoding in
                var encoded = hypernetwork
                encoded.encoding = encoding
                return try moments(encoded, n, m)
            }
            func estimate(_ moments: StreamingMoments, _ i: Int) -> Estimate {
                Estimate(mean: moments.mean[i], standardError: moments.meanError[i], count: moments.count)
            }
            let own = found[encodings.firstIndex(of: hypernetwork.encoding)!], k = samples
            let square = own.mean[k] * own.mean[k]
            return Cell(
                metaWidth: n, primaryWidth: m, mean: estimate(own, k),
                relativeVariance: Estimate(
                    mean: own.variance[k] / square, standardError: own.varianceError[k] / square, count: own.count),
                signals: found.map { moments in (0..<samples).map { estimate(moments, $0) } })
        }
    }
}
