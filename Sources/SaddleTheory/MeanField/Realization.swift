import SaddleNumerics

/// The random choices of one solution: noise vectors and pivots, in the order in which the solver asks for them.
///
/// A first solution draws and records them; solutions with some of the sites, or with other site weights, replay them, so
/// that they differ from the first by that alone.
struct Realization: Sendable {
    /// All that must be remembered to replay a solution.
    struct Tape: Sendable {
        var noise: [Matrix] = []
        var pivots: [[Int]] = []
    }

    private enum Source: Sendable {
        case drawing([SiteNoise])
        case replaying(nextNoise: Int, nextPivots: Int)
    }

    /// Sites of each layer that take part in a replay; nil for all.
    private var sites: [[Int]]?

    private(set) var tape = Tape()
    private var source: Source
    /// Noise vectors that were drawn without matching for lack of sites.
    private(set) var unmatched = 0

    /// Fresh choices for layers 1 … L, from one stream a layer.
    init(sites: Int, scale: Double, isMatched: Bool, streams: [RandomStream]) {
        source = .drawing(
            streams.enumerated().map { index, stream in
                SiteNoise(layer: index + 1, sites: sites, scale: scale, isMatched: isMatched, stream: stream)
            })
    }

    /// The same choices as recorded on `tape`, for the given sites of each layer.
    init(replaying tape: Tape, sites: [[Int]]? = nil) {
        self.tape = tape
        self.sites = sites
        source = .replaying(nextNoise: 0, nextPivots: 0)
    }

    /// `count` noise vectors of layer `layer` (1 … L).
    mutating func noise(_ count: Int, layer: Int, step: Int, mayBeUnmatched: Bool = false) throws(MeanFieldError) -> Matrix {
        switch source {
        case .replaying(let next, let pivots):
            source = .replaying(nextNoise: next + 1, nextPivots: pivots)
            return sites.map { tape.noise[next].selectingRows($0[layer - 1]) } ?? tape.noise[next]
        case .drawing(var layers):
            source = .replaying(nextNoise: 0, nextPivots: 0)  // so that `layers` is uniquely referenced while it changes
            defer { source = .drawing(layers) }
            var fresh: Matrix
            if mayBeUnmatched && count > layers[layer - 1].room {
                unmatched += count
                fresh = layers[layer - 1].drawUnmatched(count)
            } else {
                fresh = try layers[layer - 1].draw(count, step: step)
            }
            tape.noise.append(fresh)
            return fresh
        }
    }

    /// The pivots chosen at this place: `choose()` when drawing, the recorded ones when replaying.
    mutating func pivots(_ choose: () -> [Int]) -> [Int] {
        if case .replaying(let noise, let next) = source {
            source = .replaying(nextNoise: noise, nextPivots: next + 1)
            return tape.pivots[next]
        }
        tape.pivots.append(choose())
        return tape.pivots[tape.pivots.count - 1]
    }

    /// How many noise vectors each layer has drawn; empty when replaying.
    var counts: [Int] { if case .drawing(let layers) = source { layers.map(\.count) } else { [] } }

    /// Makes room again: forgets, for matching only, the noise drawn since `counts` were taken.
    mutating func forget(beyond counts: [Int]) {
        guard case .drawing(var layers) = source else { return }
        for l in layers.indices { layers[l].forget(beyond: counts[l]) }
        source = .drawing(layers)
    }
}
