import Synchronization

/// A count that several threads may raise.
public final class Counter: Sendable {
    private let count: Atomic<Int>

    public init(_ start: Int = 0) { count = Atomic(start) }

    public var value: Int { count.load(ordering: .relaxed) }

    /// Adds `amount` and returns the new count.
    @discardableResult public func increment(by amount: Int = 1) -> Int {
        count.wrappingAdd(amount, ordering: .relaxed).newValue
    }
}
