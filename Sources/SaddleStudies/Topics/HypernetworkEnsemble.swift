import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Finite hypernetworks at every pair of widths of a study.
struct HypernetworkEnsemble: Sendable {
    struct Cell: Sendable {
        let metaWidth: Int
        let primaryWidth: Int
        /// Θ_h at the reference sample.
        let mean: Estimate
        /// Var Θ_h/(mean)²
        let relativeVariance: Estimate
    }

    let cells: [Cell]
    /// E h² along γ for each encoding, at the largest widths.
    let profiles: [[Estimate]]

    /// - Throws: `CancellationError` when stopped.
    init(_ study: HypernetworkStudy, places: [Double], _ context: TopicRunner.Context) throws {
        let pairs = study.metaWidths.flatMap { n in study.primaryWidths.map { (n, $0) } }
        func cost(_ n: Int, _ m: Int) -> Double {
            Double(n) * Double(study.hypernetwork.weightCount(primaryWidth: m, inputDimension: study.primaryInputs))
        }
        let encodings = Hypernetwork.Encoding.allCases
        let last = pairs.last!
        let total = pairs.reduce(0) { $0 + cost($1.0, $1.1) } + Double(encodings.count) * cost(last.0, last.1)
        var done = 0.0
        func moments(
            _ hypernetwork: Hypernetwork, _ n: Int, _ m: Int, _ places: [Double],
            _ measure: @Sendable (FiniteHypernetwork.Response) -> [Double]
        ) throws -> StreamingMoments {
            let (x, z) = study.samples(places)
            let count = Counter()
            let (before, share) = (done, cost(n, m))
            var moments = StreamingMoments(dimension: places.count)
            for values in try Threads.map(
                study.networks,
                { index -> [Double] in
                    if context.shouldStop() { throw CancellationError() }
                    let network = FiniteHypernetwork(
                        hypernetwork, metaInputs: study.metaInputs, primaryInputs: study.primaryInputs, metaWidth: n,
                        primaryWidth: m, seed: study.seed, index: index)
                    let values = measure(network.response(x, z))
                    context.progress(before + share * Double(count.increment()) / Double(study.networks), total)
                    return values
                })
            { moments.add(values) }
            done += share
            return moments
        }
        cells = try pairs.map { n, m in
            let found = try moments(study.hypernetwork, n, m, [1]) { [$0.tangent[0, 0]] }
            let square = found.mean[0] * found.mean[0]
            return Cell(
                metaWidth: n, primaryWidth: m,
                mean: Estimate(mean: found.mean[0], standardError: found.meanError[0], count: found.count),
                relativeVariance: Estimate(
                    mean: found.variance[0] / square, standardError: found.varianceError[0] / square, count: found.count))
        }
        profiles = try encodings.map { encoding in
            var hypernetwork = study.hypernetwork
            hypernetwork.encoding = encoding
            let found = try moments(hypernetwork, last.0, last.1, places) { $0.outputs.map { $0 * $0 } }
            return places.indices.map {
                Estimate(mean: found.mean[$0], standardError: found.meanError[$0], count: found.count)
            }
        }
    }
}
