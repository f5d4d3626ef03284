import Synchronization

/// Saves the state of a long calculation as often as a few percent of its time allow, and on demand the rest.
///
/// A calculation offers its state whenever another part is done. Written is the first state offered after a pause of twenty
/// times what the last writing took: small states at once, large ones seldom.
public final class PacedSaving<State: Sendable>: Sendable {
    private struct Memory {
        /// The last state offered, unless it is written.
        var pending: State?
        var next = ContinuousClock.now
    }

    private let memory = Mutex(Memory())
    private let write: @Sendable (State) throws -> Void

    /// Saves by this closure, which is called by one thread at a time.
    public init(_ write: @escaping @Sendable (State) throws -> Void) { self.write = write }

    /// Takes the state as the newest and writes it if the pause is over; what writing throws is thrown here.
    public func offer(_ state: State) throws {
        try memory.withLock { memory in
            memory.pending = state
            if ContinuousClock.now >= memory.next { try save(&memory) }
        }
    }

    /// Writes what has been offered and is not written.
    public func finish() throws { try memory.withLock { try save(&$0) } }

    /// Writes what `body` has offered also where it fails, as when somebody stops it.
    public func finishing<Result>(_ body: () throws -> Result) throws -> Result {
        let result: Result
        do { result = try body() } catch {
            try finish()
            throw error
        }
        try finish()
        return result
    }

    private func save(_ memory: inout Memory) throws {
        guard let state = memory.pending else { return }
        let start = ContinuousClock.now
        try write(state)
        memory.pending = nil
        memory.next = .now.advanced(by: start.duration(to: .now) * 20)
    }
}
