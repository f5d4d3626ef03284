import SaddleNumerics
import Testing

/// The size of a mistake that a test must notice.
public enum Effect: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// A fraction of the expected value.
    case relative(Double)
    /// In the units of the estimate.
    case absolute(Double)

    /// A number alone is absolute.
    public init(floatLiteral value: Double) { self = .absolute(value) }
    public init(integerLiteral value: Int) { self = .absolute(Double(value)) }

    func size(of value: Double) -> Double {
        switch self {
        case .relative(let fraction): fraction * abs(value)
        case .absolute(let size): size
        }
    }
}

/// Expects that an estimate is consistent with a value at a stated false-alarm rate, by Student's law, and that it could tell a value that is off by
/// `effect`: such a value must be rejected nine times in ten.
///
/// - Parameters:
///   - effect: the smallest mistake that the test is there to notice.
///   - allowance: a known systematic error, in the units of the estimate; state in the test where it comes from.
public func expectConsistent(
    _ estimate: Estimate, with value: Double, seeing effect: Effect, falseAlarm: Double = 1e-6, allowance: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if let fault = inconsistency(estimate, with: value, seeing: effect, falseAlarm: falseAlarm, allowance: allowance) {
        Issue.record("\(fault)", sourceLocation: sourceLocation)
    }
}

/// What is wrong with an estimate, or with a test by it; nil if nothing is.
public func inconsistency(
    _ estimate: Estimate, with value: Double, seeing effect: Effect, falseAlarm: Double = 1e-6, allowance: Double = 0
) -> String? {
    let errors = studentValue(
        normalScore: normalQuantile(twoSided: falseAlarm), degreesOfFreedom: Double(max(estimate.count - 1, 1)))
    let size = effect.size(of: value)
    // z of nine in ten.
    let needed = (errors + 1.2815515655446004) * estimate.standardError + allowance
    if !(needed <= size) {
        return "\(estimate) of \(estimate.count) samples can see a mistake of \(needed), not one of \(size)"
    }
    let excess = max(abs(estimate.mean - value) - allowance, 0)
    if !(excess <= errors * estimate.standardError) {
        return "\(estimate) against \(value): \(excess / estimate.standardError) standard errors of \(estimate.count) samples"
    }
    return nil
}

/// Expects |a − b| ≤ tolerance.
public func expectClose(
    _ a: Double, _ b: Double, within tolerance: Double, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(abs(a - b) <= tolerance, "\(a) against \(b), off by \(abs(a - b)) \(comment)", sourceLocation: sourceLocation)
}
