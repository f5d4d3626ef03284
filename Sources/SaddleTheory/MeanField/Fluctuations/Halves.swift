import SaddleModels
import SaddleNumerics

/// A solution and its two halves: the observables of S sites a layer and of each half of them, with independent noise.
struct Halves: Sendable {
    let whole: [Double]
    let first: [Double]
    let second: [Double]

    /// q₁ − q₂
    var difference: [Double] { zip(first, second).map { $0 - $1 } }
    /// (q₁ + q₂)/2 − q_whole
    var shift: [Double] { whole.indices.map { (first[$0] + second[$0]) / 2 - whole[$0] } }
}

/// The weighted re-solve at the weights 0 and 2/S (Documentation/MeanField.md, with ε = 1).
///
/// With independent noise S sites are a network of width S, and either half of them one of width S/2, in distribution and to the
/// tolerance of the bases. The halves share no site, hence are independent, and
///
///     N·variance = (S/2) Var q_half,      N·bias = S·E[(q₁ + q₂)/2 − q_whole]
///
/// up to terms of relative order 1/S; in the second line everything of first order cancels. At weights 1 ± ε with ε < 1 the same
/// differences also pick up terms (ε² − ε⁴)·R²/S from the R random directions of the bases, which cancel in a network of any
/// width but not between sites of unequal weight: at S = 2000 and R = 340 (50 digits, tanh) N·bias of a test output came out as
/// 3.1 ± 0.4 at ε = 0.5 where ensembles have 0.6 ± 0.1. And where φ has a kink, the larger the difference, the less the sites near
/// the kink disturb it.
extension MeanFieldSolver {
    /// - Parameter refining: whether to solve the pair again at a smaller tolerance; nil if that fails.
    func halve(direction: Int, refining: Bool, shouldStop: () -> Bool) throws(MeanFieldError) -> (Halves, refined: Halves?) {
        let streams = experiment.graph.populations.indices.map {
            RandomStream(seed: settings.seed, .direction, direction, $0 + 1)
        }
        var whole = try sweep(
            sites: settings.sites,
            Realization(
                sites: experiment.graph.sites(settings.sites), scale: experiment.network.weightScale, isMatched: false,
                streams: streams,
                remembersQueries: refining))
        try whole.run(shouldStop: shouldStop)
        let pair = try halve(whole, shouldStop: shouldStop)
        guard refining else { return (pair, nil) }
        guard let solver = refined(after: whole) else { return (pair, pair) }
        do {
            let fine = try solver.follow(whole, shouldStop: shouldStop)
            return (pair, try solver.halve(fine, shouldStop: shouldStop))
        } catch .stopped { throw .stopped } catch { return (pair, nil) }
    }

    /// The two halves of a solution. Sites are exchangeable: any fixed half is a random one.
    ///
    /// - Parameter isMatched: whether the noise of each half is matched among its own sites, as that of the whole is.
    func halve(
        _ whole: MeanFieldSweep, isMatched: Bool = false, shouldStop: () -> Bool
    ) throws(MeanFieldError) -> Halves {
        let graph = experiment.graph, sites = settings.sites, tape = whole.realization.tape
        /// The units of one half of each population; heads stay whole.
        func half(_ isSecond: Bool) throws(MeanFieldError) -> [Double] {
            let count = isSecond ? sites - sites / 2 : sites / 2
            let chosen = zip(graph.sites(sites), graph.sites(count)).map { isSecond ? Array($0 - $1..<$0) : Array(0..<$1) }
            let realization =
                isMatched
                ? Realization(rematching: tape, sites: chosen, scale: experiment.network.weightScale)
                : Realization(replaying: tape, sites: chosen)
            var sweep = try sweep(sites: count, realization)
            try sweep.run(shouldStop: shouldStop)
            return sweep.observables
        }
        return Halves(whole: whole.observables, first: try half(false), second: try half(true))
    }
}
