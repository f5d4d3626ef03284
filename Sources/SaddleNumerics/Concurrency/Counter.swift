import Synchronization

/// A count that several threads may raise.
public final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    public init() {}

    /// Adds `amount` and returns the new count.
    @discardableResult public func increment(by amount: Int = 1) -> Int {
        value.wrappingAdd(amount, ordering: .relaxed).newValue
    }
}
