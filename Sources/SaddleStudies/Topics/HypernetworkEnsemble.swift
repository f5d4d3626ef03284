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
        /// E h² along γ for each encoding.
        let signals: [[Estimate]]
    }

    /// Primary widths inside, meta widths outside.
    let cells: [Cell]

    /// E h² along γ for each encoding, at the largest widths.
    var profiles: [[Estimate]] { cells.last!.signals }

    /// - Parameter places: along γ, the reference sample last.
    /// - Throws: `CancellationError` when stopped.
    init(_ study: HypernetworkStudy, places: [Double], _ context: TopicRunner.Context) throws {
        let pairs = study.metaWidths.flatMap { n in study.primaryWidths.map { (n, $0) } }
        func cost(_ n: Int, _ m: Int) -> Double {
            Double(n) * Double(study.hypernetwork.weightCount(primaryWidth: m, inputDimension: study.primaryInputs))
        }
        let encodings = Hypernetwork.Encoding.allCases
        let total = pairs.reduce(0) { $0 + cost($1.0, $1.1) } * Double(encodings.count)
        let (x, z) = study.samples(places)
        var done = 0.0
        /// Networks of their own for every pair of widths and encoding, so that all means are independent: numbers along γ are not.
        var first = 0
        func moments(_ hypernetwork: Hypernetwork, _ n: Int, _ m: Int) throws -> StreamingMoments {
            let count = Counter()
            let (before, share, start) = (done, cost(n, m), first)
            var moments = StreamingMoments(dimension: places.count + 1)
            for values in try Threads.map(
                study.networks,
                { index -> [Double] in
                    if context.shouldStop() { throw CancellationError() }
                    let network = FiniteHypernetwork(
                        hypernetwork, metaInputs: study.metaInputs, primaryInputs: study.primaryInputs, metaWidth: n,
                        primaryWidth: m, seed: study.seed, index: start + index)
                    let response = network.response(x, z)
                    context.progress(before + share * Double(count.increment()) / Double(study.networks), total)
                    return response.outputVariances + [response.tangent[places.count - 1, places.count - 1]]
                })
            { moments.add(values) }
            done += share
            first += study.networks
            return moments
        }
        cells = try pairs.map { n, m in
            let found = try encodings.map { encoding in
                var hypernetwork = study.hypernetwork
                hypernetwork.encoding = encoding
                return try moments(hypernetwork, n, m)
            }
            func estimate(_ moments: StreamingMoments, _ i: Int) -> Estimate {
                Estimate(mean: moments.mean[i], standardError: moments.meanError[i], count: moments.count)
            }
            let own = found[encodings.firstIndex(of: study.hypernetwork.encoding)!], k = places.count
            let square = own.mean[k] * own.mean[k]
            return Cell(
                metaWidth: n, primaryWidth: m, mean: estimate(own, k),
                relativeVariance: Estimate(
                    mean: own.variance[k] / square, standardError: own.varianceError[k] / square, count: own.count),
                signals: found.map { moments in places.indices.map { estimate(moments, $0) } })
        }
    }
}
