import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Spin networks of one size and load that retrieve a pattern from a corrupted copy of it.
public struct RetrievalEnsemble: Sendable {
    /// N, spins.
    public let size: Int
    /// α̃, patterns over binom(N − 1, P − 1), as ``SpinNetwork`` has it.
    public let load: Double
    /// For each sample: overlap that one step of all spins at once would lead to; overlap and energy per spin at the end, at T > 0 averaged over the second half.
    public let firstOverlaps: [Double], overlaps: [Double], energies: [Double]
    /// Samples at T = 0 in which spins still turned in the last sweep.
    public let unsettled: Int

    /// What is drawn.
    public struct Settings: Sendable, Equatable {
        /// P, spins of a product.
        public var order = 3
        /// T ≥ 0; at 0 every spin follows its field.
        public var temperature = 0.1
        /// Overlap of the corrupted pattern.
        public var start = 0.9
        /// At T > 0 as many again are averaged over; at T = 0 the most there may be.
        public var sweeps = 20
        /// Networks of each size and load, each with patterns of its own.
        public var samples = 24
        /// Of patterns, corrupted copies and the heat bath.
        public var seed = 1

        /// The settings that the properties state.
        public init() {}
    }

    /// One ensemble for each size and load, in the order sizes × loads.
    ///
    /// - Throws: `CancellationError` if it should stop.
    public static func draw(
        _ settings: Settings, sizes: [Int], loads: [Double], progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [RetrievalEnsemble] {
        let cells = sizes.flatMap { size in loads.map { (size: size, load: $0) } }
        let work = cells.map { Double($0.size) * $0.load * SpinNetwork.capacity(size: $0.size, order: settings.order) }
        // The largest first, so that no thread is left alone with one at the end.
        let tasks = cells.indices.flatMap { c in (0..<settings.samples).map { (cell: c, sample: $0) } }.sorted {
            work[$0.cell] > work[$1.cell]
        }
        let done = tasks.reduce(into: [0.0]) { $0.append($0.last! + work[$1.cell]) }
        let finished = Counter()
        let runs = try Threads.map(tasks.count) { k -> Run in
            if shouldStop() { throw CancellationError() }
            let (size, load) = cells[tasks[k].cell]
            let run = Run(settings, size: size, load: load, sample: tasks[k].sample)
            progress(done[finished.increment()], done.last!)
            return run
        }
        return cells.indices.map { c in
            let own = tasks.indices.filter { tasks[$0].cell == c }.sorted { tasks[$0].sample < tasks[$1].sample }.map { runs[$0] }
            return RetrievalEnsemble(
                size: cells[c].size, load: cells[c].load, firstOverlaps: own.map(\.first), overlaps: own.map(\.overlap),
                energies: own.map(\.energy), unsettled: own.count { !$0.isSettled })
        }
    }

    private struct Run: Sendable {
        var first = 0.0, overlap = 0.0, energy = 0.0
        var isSettled = true

        init(_ settings: Settings, size: Int, load: Double, sample: Int) {
            let t = settings.temperature
            var network = SpinNetwork(
                size: size, order: settings.order, load: load, temperature: t, start: settings.start, seed: settings.seed,
                sample: sample)
            first =
                network.fields().reduce(0) { $0 + (t > 0 ? tanh($1 / t) : $1 > 0 ? 1 : $1 < 0 ? -1 : 0) } / Double(size)
            var flips = 0
            for _ in 0..<settings.sweeps {
                (flips, energy) = network.sweep()
                if t == 0 && flips == 0 { break }
            }
            if t == 0 {
                (overlap, isSettled) = (network.overlap, flips == 0)
                return
            }
            energy = 0
            for _ in 0..<settings.sweeps {
                energy += network.sweep().energy / Double(settings.sweeps)
                overlap += network.overlap / Double(settings.sweeps)
            }
        }
    }
}
