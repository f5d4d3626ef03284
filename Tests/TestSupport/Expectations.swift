import SaddleNumerics
import Testing

/// Expects that an estimate is consistent with a value at a stated false-alarm rate, assuming normal errors.
///
/// - Parameters:
///   - allowance: a known systematic error, in the units of the estimate; state in the test where it comes from.
public func expectConsistent(
    _ estimate: Estimate, with value: Double, falseAlarm: Double = 1e-6, allowance: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let excess = max(abs(estimate.mean - value) - allowance, 0)
    #expect(
        excess <= normalQuantile(twoSided: falseAlarm) * estimate.standardError,
        "\(estimate) against \(value): \(excess / estimate.standardError) standard errors", sourceLocation: sourceLocation)
}

/// Expects |a − b| ≤ tolerance.
public func expectClose(
    _ a: Double, _ b: Double, within tolerance: Double, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(abs(a - b) <= tolerance, "\(a) against \(b), off by \(abs(a - b)) \(comment)", sourceLocation: sourceLocation)
}
