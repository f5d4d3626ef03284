/// Sampled noncolliding walks beside what is exact at their number, and beside the limit of many.
public struct WalkComparison: Sendable {
    /// A number averaged over samples and the window, and its limit.
    public struct Local: Sendable {
        /// What is counted, for people.
        public let name: String
        /// Share of the window's places.
        public let measured: Estimate
        /// The same by the limit's determinantal process.
        public let limit: Double
    }

    /// At one time.
    public struct Slice: Sendable {
        /// In steps.
        public let time: Int
        /// The mean of Σ q^{−x} over its value when all are packed, and the same exactly.
        public let potential: Estimate
        /// Mean of the same, exact at this number of walks.
        public let exactPotential: Double
        /// Of each bin.
        public let densities: [Estimate]
        /// Densities of the limit in the same bins.
        public let limits: [Double]
    }

    /// q, and where walks start.
    public let walks: NoncollidingWalks
    /// Positions of the first sample, before each step and after the last.
    public let picture: [[Int]]
    /// Of the densities, in places.
    public let edges: [Double]
    /// After ¼, ½, ¾ and all of the steps.
    public let slices: [Slice]
    /// Local statistics at this time and in these places; none where the limit has no liquid place then.
    public let localTime: Int
    /// Places of ``local``, around the middle of the liquid ones.
    public let window: Range<Int>
    /// Occupations, pairs and gaps; empty without a liquid place.
    public let local: [Local]
    /// Densities of the limit, places × times, with the middles of its cells.
    public let limit: Matrix
    /// Middles of the cells of ``limit``, in places and in steps.
    public let limitPlaces, limitTimes: [Double]
    /// The mean of Σ q^{−x} at every slice against its exact value.
    public private(set) var check = Check()

    /// - Throws: ``RandomMatrixError``, ``DeterminantalError``, ``LimitShapeError``, `CancellationError`.
    public init(
        _ start: WalkStart, q: Double, steps: Int, samples: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(steps >= 2 && samples >= 2, "\(steps) steps, \(samples) samples")
        let walks = try NoncollidingWalks(q: q, start: start.positions), shape = WalkLimitShape(q: q, start: start)
        let counter = Counter(), total = Double(samples)
        let paths = try Threads.map(samples) { index throws in
            var stream = RandomStream(seed: seed, .noncollidingWalks, index)
            let path = try walks.path(steps: steps, &stream, shouldStop: shouldStop)
            progress(Double(counter.increment()), total)
            return path
        }
        (self.walks, picture) = (walks, paths[0])
        let places = walks.start[0] + 1, width = max(1, places / 48), bins = (places + width - 1) / width
        edges = (0...bins).map { Double($0 * width) }
        let exact = walks.meanPotential(steps: steps), packed = Self.packed(walks)
        slices = try (1...4).map { part in
            let time = steps * part / 4
            func potential(_ x: [Int]) -> Double { x.reduce(0.0) { $0 + walks.weight($1) } / packed }
            let counts = paths.map { path in
                path[time].reduce(into: [Double](repeating: 0, count: bins)) { $0[$1 / width] += 1 / Double(width) }
            }
            let density = try (0..<bins * width).map { try shape.phase(time: Double(time), place: Double($0) + 0.5).density }
            return Slice(
                time: time, potential: Estimate(paths.map { potential($0[time]) }), exactPotential: exact[time] / packed,
                densities: (0..<bins).map { bin in Estimate(counts.map { $0[bin] }) },
                limits: (0..<bins).map { bin in density[bin * width..<(bin + 1) * width].reduce(0, +) / Double(width) })
        }
        let cells = (min(places, 80), min(steps, 80))
        limitPlaces = (0..<cells.0).map { (Double($0) + 0.5) * Double(places) / Double(cells.0) }
        limitTimes = (0..<cells.1).map { (Double($0) + 0.5) * Double(steps) / Double(cells.1) }
        let middles = (limitPlaces, limitTimes)
        let columns = try middles.1.map { time in try middles.0.map { try shape.phase(time: time, place: $0).density } }
        limit = Matrix(rows: cells.0, columns: cells.1, elements: columns.flatMap { $0 })
        localTime = steps / 2
        (window, local) = try Self.local(paths, shape, time: steps / 2, places: places)
        for slice in slices where slice.potential.standardError > 0 {
            check.add(
                .mean(
                    "mean of Σ q^−x", at: "step \(slice.time)", predicted: slice.exactPotential, measured: slice.potential.mean,
                    uncertainties: [
                        Uncertainty(error: slice.potential.standardError, degreesOfFreedom: Double(samples - 1))
                    ]))
        }
    }

    private static func packed(_ walks: NoncollidingWalks) -> Double { (0..<walks.count).reduce(0.0) { $0 + walks.weight($1) } }

    /// The window: places around the middle of the liquid ones, few against all.
    private static func local(
        _ paths: [[[Int]]], _ shape: WalkLimitShape, time: Int, places: Int
    ) throws -> (Range<Int>, [Local]) {
        func kernel(_ t: Double, _ x: Double) throws -> IncompleteBetaKernel? {
            if case .liquid(let kernel) = try shape.phase(time: t, place: x + 0.5) { kernel } else { nil }
        }
        let weights = try (0..<places).map { x in
            let ρ = try kernel(Double(time), Double(x))?.density ?? 0
            return ρ * (1 - ρ)
        }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return (0..<0, []) }
        let centre = Int(weights.enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element } / sum)
        let half = max(2, places / 24), window = max(0, centre - half)..<min(places, centre + half)
        // Which points are taken and which are empty, relative to the place: later, below.
        typealias Pattern = (name: String, taken: [(Int, Int)], empty: [(Int, Int)])
        var patterns: [Pattern] = [("taken", [(0, 0)], [])]
        patterns += (1...6).map { d in ("taken, and also \(d) below", [(0, 0), (0, d)], []) }
        patterns += (0...2).map { d in ("taken, and one step later \(d) below", [(0, 0), (1, d)], []) }
        patterns += (1...3).map { n in ("taken, and \(n + 1) steps later \(n) below", [(0, 0), (n + 1, n)], []) }
        patterns += (2...5).map { l in ("a gap of \(l) places", [], (0..<l).map { (0, $0) }) }
        let occupied = paths.map { path in path[time..<min(time + 5, path.count)].map(Set.init) }
        var results: [Local] = []
        for (name, taken, empty) in patterns {
            let points = taken + empty, last = points.map(\.0).max()!, low = points.map(\.1).max()!
            guard time + last < paths[0].count else { continue }
            var predicted = 0.0, used: [Int] = []
            for x in window where x >= low {
                // The kernel of the middle of the pattern.
                guard let local = try kernel(Double(time) + Double(last) / 2, Double(x) - Double(low) / 2) else { continue }
                let process = local.process(points.map { (time: $0.0, height: -$0.1) })
                predicted += process.probability(
                    taken: Array(taken.indices), empty: Array(taken.count..<points.count))
                used.append(x)
            }
            guard !used.isEmpty else { continue }
            let counts = occupied.map { slices in
                Double(
                    used.count { x in
                        taken.allSatisfy { slices[$0.0].contains(x - $0.1) }
                            && empty.allSatisfy { !slices[$0.0].contains(x - $0.1) }
                    }) / Double(used.count)
            }
            results.append(Local(name: name, measured: Estimate(counts), limit: predicted / Double(used.count)))
        }
        return (window, results)
    }

    /// Of the first sample: for each place and step 0 where no walk is, 1 where one stays, 2 where one goes down; rows are places.
    public var tiling: Matrix {
        let places = walks.start[0] + 1
        var result = Matrix(rows: places, columns: picture.count - 1)
        for t in 0..<picture.count - 1 {
            for (x, y) in zip(picture[t], picture[t + 1]) { result[x, t] = y == x ? 1 : 2 }
        }
        return result
    }
}
