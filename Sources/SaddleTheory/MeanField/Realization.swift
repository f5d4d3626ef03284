import SaddleNumerics

/// The random choices of one solution: noise vectors and pivots, in the order in which the solver asks for them.
///
/// A first solution draws and records them; solutions with some of the sites, or with other site weights, replay them, so
/// that they differ from the first by that alone. A solution at a smaller tolerance asks other questions: it puts them to the
/// same Gaussian matrices (``AskedMatrix``) and so differs from the first by what that had left out.
struct Realization: Sendable {
    /// All that must be remembered to replay a solution.
    struct Tape: Sendable {
        var noise: [Matrix] = []
        /// Places in `noise` of what answers no query: first weights, readout, biases, inputs outside the training span.
        var weights: [Int] = []
        var pivots: [[Int]] = []
        /// For each of them the tolerance, and the largest share of a field, in mean square, that was left out.
        var tolerances: [Double] = []
        var left: [Double] = []
    }

    /// Shares below this are rounding.
    static let rounding = 1e-22

    private enum Source: Sendable {
        case drawing([SiteNoise])
        case replaying(nextNoise: Int, nextPivots: Int)
    }

    /// What was asked of every matrix and direction in one stage: in training, or by a batch of points that do not act back.
    struct Stage: Sendable {
        let isTest: Bool
        /// By the number of the weight.
        var asked: [Int: [AskedMatrix.Asked]] = [:]
    }

    /// Sites of each layer that take part in a replay; nil for all.
    private var sites: [[Int]]?
    /// By which their noise is matched among themselves; nil where it is replayed as it was.
    private var matching: [SiteNoise]?

    private(set) var tape = Tape()
    private var source: Source
    /// Noise vectors that were drawn without matching for lack of sites.
    private(set) var unmatched = 0
    /// The largest share of a field, in mean square, that was left out of a basis.
    var dropped: Double { tape.left.max() ?? 0 }

    /// Queries so far, if somebody will ask again.
    private var stages = [Stage(isTest: false)]
    private let remembersQueries: Bool
    private var followed: FollowedSolution?

    /// Fresh choices for populations 1, 2, …, from one stream each.
    ///
    /// - Parameter remembersQueries: whether a solution at a smaller tolerance is to follow.
    init(sites: [Int], scale: Double, isMatched: Bool, streams: [RandomStream], remembersQueries: Bool = false) {
        source = .drawing(
            streams.enumerated().map { index, stream in
                SiteNoise(layer: index + 1, sites: sites[index], scale: scale, isMatched: isMatched, stream: stream)
            })
        self.remembersQueries = remembersQueries
    }

    /// The same choices as recorded on `tape`, for the given sites of each layer.
    init(replaying tape: Tape, sites: [[Int]]? = nil) {
        self.tape = tape
        self.sites = sites
        source = .replaying(nextNoise: 0, nextPivots: 0)
        remembersQueries = false
    }

    /// The same choices for some of the sites of each layer, matched anew among these: what a solution with these sites would have drawn.
    init(rematching tape: Tape, sites: [[Int]], scale: Double) {
        self.init(replaying: tape, sites: sites)
        matching = sites.enumerated().map { index, sites in
            SiteNoise(
                layer: index + 1, sites: sites.count, scale: scale, isMatched: true, stream: RandomStream(seed: 0, .siteNoise))
        }
    }

    /// The same weights and the same Gaussian matrices as those of a finished solution that remembered its queries.
    init(following first: Realization) {
        precondition(first.remembersQueries, "queries were not remembered")
        source = first.source
        remembersQueries = false
        followed = FollowedSolution(
            stages: first.stages, left: first.tape.left, weights: first.tape.weights.map { first.tape.noise[$0] })
    }

    /// `count` noise vectors of layer `layer` (1 … L) that are weights or inputs rather than answers.
    mutating func weights(_ count: Int, layer: Int, step: Int, mayBeUnmatched: Bool = false) throws(MeanFieldError) -> Matrix {
        if case .drawing = source { tape.weights.append(tape.noise.count) }
        if let same = followed?.nextWeights() {
            tape.noise.append(same)
            return same
        }
        return try noise(count, layer: layer, step: step, mayBeUnmatched: mayBeUnmatched)
    }

    /// Notes weights that a solution which follows this one takes.
    mutating func giveWeights(_ weights: Matrix) {
        tape.weights.append(tape.noise.count)
        tape.noise.append(weights)
    }

    /// `count` noise vectors of layer `layer` (1 … L).
    ///
    /// - Parameter isMatched: whether they are to be; those that find no room are not, where that may be.
    mutating func noise(
        _ count: Int, layer: Int, step: Int, mayBeUnmatched: Bool = false, isMatched: Bool = true
    ) throws(MeanFieldError) -> Matrix {
        switch source {
        case .replaying:
            let noise = replayed(layer)
            guard isMatched, let matched = matching?[layer - 1] else { return noise }
            if count > matched.room {
                // The last directions of the whole, which matter least, may find no room among some of the sites.
                unmatched += count
                if mayBeUnmatched || unmatched <= matched.sites / 10 { return noise }
            }
            return try matching![layer - 1].match(noise, step: step)
        case .drawing(var layers):
            source = .replaying(nextNoise: 0, nextPivots: 0)  // so that `layers` is uniquely referenced while it changes
            defer { source = .drawing(layers) }
            // What a following solution draws answers to what the first one left out: without matching it does no harm.
            let hasNoRoom = (mayBeUnmatched || followed != nil) && count > layers[layer - 1].room
            if isMatched && hasNoRoom { unmatched += count }
            let fresh =
                !isMatched || hasNoRoom
                ? layers[layer - 1].drawUnmatched(count) : try layers[layer - 1].draw(count, step: step)
            tape.noise.append(fresh)
            return fresh
        }
    }

    /// Noise for the answers to `count` directions, K vectors one below the other for each.
    ///
    /// Where many matrices draw on the same sites, matched noise soon would fill them, and what is left of it then is no longer like
    /// independent noise: a share of the sites is matched, the rest is not. The basis itself may fill half of the sites that ask.
    ///
    /// - Parameter share: nil: all must be matched.
    mutating func answers(
        _ count: Int, places: Int, matching share: Double?, layer: Int, rank: Int, step: Int, mayBeUnmatched: Bool
    ) throws(MeanFieldError) -> Matrix {
        guard let share else { return try noise(count, layer: layer, step: step, mayBeUnmatched: mayBeUnmatched) }
        var isMatched = true
        if followed == nil, let sites = matchingSites(of: layer) {
            if case .drawing = source, !mayBeUnmatched, rank + count > sites.sites / 2 {
                throw .tooFewSites(layer: layer, needed: 2 * (rank + count), sites: sites.sites, step: step)
            }
            isMatched = Double(sites.count + count * places) <= share * Double(sites.sites)
        }
        let fresh = try noise(count * places, layer: layer, step: step, mayBeUnmatched: true, isMatched: isMatched)
        return fresh.reshaped(rows: fresh.rows * places, columns: count)
    }

    /// What matches the noise of a layer; nil where it is replayed as it was.
    private func matchingSites(of layer: Int) -> SiteNoise? {
        if case .drawing(let layers) = source { layers[layer - 1] } else { matching?[layer - 1] }
    }

    /// The next noise on the tape, for the sites that take part.
    private mutating func replayed(_ layer: Int) -> Matrix {
        guard case .replaying(let next, let pivots) = source else { preconditionFailure("no tape is replayed") }
        source = .replaying(nextNoise: next + 1, nextPivots: pivots)
        return sites.map { tape.noise[next].selectingRows($0[layer - 1]) } ?? tape.noise[next]
    }

    /// What the followed solution's matrix says to orthonormal directions; nil if none is followed.
    ///
    /// - Parameter fresh: new noise, used as far as the directions are new to it.
    mutating func followed(
        _ directions: Matrix, _ direction: ConditionedMatrix.Direction, fresh: Matrix, _ number: Int, places: Int,
        ratio: Double, from here: SiteWeights, to there: SiteWeights
    ) -> (noise: Matrix, answers: Matrix)? {
        followed?.answer(
            directions, direction, fresh: fresh, number, AskedMatrix(places: places, ratio: ratio), from: here, to: there)
    }

    /// Notes an answer: for those who will follow this solution, and, where it follows another, for those who will replay it.
    ///
    /// - Parameters:
    ///   - drawn: the vectors that were drawn last, of which columns `kept` were used.
    mutating func remember(_ asked: AskedMatrix.Asked, _ number: Int, places: Int, drawn: Matrix, kept: [Int]) {
        if followed != nil {
            var all = drawn
            for (place, column) in kept.enumerated() {
                for i in 0..<all.rows { all[i, column] = asked.noise[i, place] }
            }
            tape.noise[tape.noise.count - 1] = all.reshaped(rows: all.rows / places, columns: all.columns * places)
        }
        if remembersQueries {
            let stage = stages.count - 1
            stages[stage].asked[number, default: []].append(asked)
        }
    }

    /// From here on another batch of points that do not act back is followed.
    mutating func beginStage(isTest: Bool) {
        if remembersQueries { stages.append(Stage(isTest: isTest)) }
        followed?.beginStage()
    }

    /// The pivots chosen at this place, at what tolerance: `choose` when drawing, the recorded ones when replaying.
    ///
    /// A solution that follows another takes a tenth of the share that was left out there, if that is less than its tolerance: it
    /// then adds something wherever something was missing.
    ///
    /// - Parameter choose: pivots at a tolerance, and the share that they leave out.
    mutating func pivots(_ tolerance: Double, _ choose: (Double) -> (pivots: [Int], left: Double)) -> (
        pivots: [Int], tolerance: Double
    ) {
        if case .replaying(let noise, let next) = source {
            source = .replaying(nextNoise: noise, nextPivots: next + 1)
            return (tape.pivots[next], tape.tolerances[next])
        }
        var tolerance = tolerance
        if let left = followed?.left(tape.left.count), left > Self.rounding {
            tolerance = min(tolerance, max(left / 10, Self.rounding))
        }
        let (pivots, left) = choose(tolerance)
        tape.pivots.append(pivots)
        tape.tolerances.append(tolerance)
        tape.left.append(left)
        return (pivots, tolerance)
    }

    /// How many noise vectors each layer has drawn; empty when replaying without matching.
    var counts: [Int] { if case .drawing(let layers) = source { layers.map(\.count) } else { matching?.map(\.count) ?? [] } }

    /// Makes room again: forgets, for matching only, the noise drawn since `counts` were taken.
    mutating func forget(beyond counts: [Int]) {
        for l in matching?.indices ?? 0..<0 { matching![l].forget(beyond: counts[l]) }
        guard case .drawing(var layers) = source else { return }
        for l in layers.indices { layers[l].forget(beyond: counts[l]) }
        source = .drawing(layers)
    }
}
