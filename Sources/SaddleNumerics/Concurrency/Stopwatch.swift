/// The seconds that work takes; nil if it fails.
package func seconds(of work: () throws -> Void) -> Double? {
    let clock = ContinuousClock.now
    guard (try? work()) != nil else { return nil }
    return (ContinuousClock.now - clock) / .seconds(1)
}

/// Seconds since it was made, and those of earlier runs.
package struct Timer: Sendable {
    package let earlier: Double
    private let start = ContinuousClock.now

    package init(earlier: Double) { self.earlier = earlier }

    package var seconds: Double { earlier + (ContinuousClock.now - start) / .seconds(1) }
}
