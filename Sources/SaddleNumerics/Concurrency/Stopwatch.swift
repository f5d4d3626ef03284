/// The seconds that work takes; nil if it fails.
package func seconds(of work: () throws -> Void) -> Double? {
    let clock = ContinuousClock.now
    guard (try? work()) != nil else { return nil }
    return (ContinuousClock.now - clock) / .seconds(1)
}
