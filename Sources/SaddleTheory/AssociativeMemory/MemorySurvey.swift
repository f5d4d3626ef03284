import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What theory says of a ``DenseMemory`` at one load and temperature, along loads at that temperature, and in the plane of both.
public struct MemorySurvey: Sendable {
    /// A place in the plane of load and temperature.
    public typealias Place = (load: Double, temperature: Double)

    /// P, spins of an interaction.
    public let order: Int
    /// α̃ and T of the memory that is asked about.
    public let load: Double, temperature: Double
    /// The last retrieval state at T = 0, and at this temperature; nil if it is too high for any.
    public let capacity: MemoryState
    /// Nil if it is too hot for retrieval at any load.
    public let spinodal: MemoryState?
    /// At this load and temperature; nil beyond the spinodal.
    public let retrieval: MemoryState?
    /// By one step, where replica symmetry is unstable (P ≥ 3, T > 0) and a solution was found.
    public let broken: BrokenMemoryState?
    /// What is left without a pattern.
    public let glass: SpinGlass
    /// At this load and temperature.
    public let glassState: SpinGlass.State
    /// Retrieval states of ascending load, and the unstable ones, which separate them from the glass.
    public let stable: [MemoryState], unstable: [MemoryState]
    /// Where retrieval states end, where they are as low as the glass, and beyond which replica symmetry is unstable.
    public let spinodals: [Place], transitions: [Place], instabilities: [Place]

    /// - Throws: `QuadratureError`; `CancellationError` if it should stop.
    public init(
        order: Int, load: Double, temperature: Double, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        (self.order, self.load, self.temperature) = (order, load, temperature)
        capacity = try DenseMemory(order: order, temperature: 0).spinodal()!
        let memory = DenseMemory(order: order, temperature: temperature), last = try memory.spinodal()
        let glass = try SpinGlass(order: order)
        spinodal = last
        retrieval = try memory.retrieval(load: load, spinodal: last)
        broken = order > 2 && temperature > 0 ? retrieval.flatMap { BrokenMemoryState(from: $0) } : nil
        self.glass = glass
        glassState = try glass.state(load: load, temperature: temperature)
        if let last, let range = memory.range {
            // Overlaps change with the root of the distance from the spinodal: denser there.
            let shares = (0..<40).map { pow(Double($0) / 40, 2) }
            stable = try shares.reversed().compactMap { try memory.retrieval(load: (1 - $0) * last.load, spinodal: last) }
            var below: [MemoryState] = []
            for share in shares {
                let state = try memory.state(overlap: last.overlap - (last.overlap - range.low) * share)
                if let previous = below.last, state.load > previous.load { break }
                below.append(state)
            }
            unstable = below
        } else {
            (stable, unstable) = ([], [])
        }
        let highest = DenseMemory.highestTemperature(order: order), finished = Counter(), count = 32
        let lines = try Threads.map(count) { k -> (MemoryState, MemoryState?, MemoryState?)? in
            if shouldStop() { throw CancellationError() }
            // The last is as hot as it gets, without any load.
            let memory = DenseMemory(order: order, temperature: highest * Double(k) / Double(count))
            guard let last = try memory.spinodal() else { return nil }
            defer { progress(Double(finished.increment()), Double(count)) }
            return (last, try memory.transition(spinodal: last, glass: glass), try memory.instability(spinodal: last))
        }.compactMap { $0 }
        func place(_ state: MemoryState) -> Place { (state.load, state.temperature) }
        spinodals = lines.map { place($0.0) } + [(0, highest)]
        transitions = lines.compactMap { $0.1.map(place) }
        instabilities = lines.compactMap { $0.2.map(place) }
    }
}
