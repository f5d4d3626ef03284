import Synchronization

/// A count that several threads may raise.
public final class Counter: Sendable {
    private let count: Atomic<Int>

    /// A count that begins at `start`.
    public init(_ start: Int = 0) { count = Atomic(start) }

    /// Sets it.
    public func set(_ value: Int) { count.store(value, ordering: .relaxed) }
    /// The count now; another thread may raise it at once.
    public var value: Int { count.load(ordering: .relaxed) }

    /// Adds one and returns the new count.
    @discardableResult public func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
