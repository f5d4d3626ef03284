#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A law for the loss against a size x.
public enum ScalingForm: String, Sendable, CaseIterable {
    /// A x^{−α}
    case power
    /// L∞ + A x^{−α}
    case powerWithLimit = "power_with_limit"
    /// A (x/x₀)^{−α} up to x₀, A (x/x₀)^{−β} beyond.
    case broken

    /// Numbers that are fitted.
    public var parameters: Int {
        switch self {
        case .power: 2
        case .powerWithLimit: 3
        case .broken: 4
        }
    }
}

/// One form with its numbers.
public struct ScalingLaw: Sendable, Equatable {
    /// Which law the numbers belong to.
    public let form: ScalingForm
    /// α; beyond the crossover of a broken law `lateExponent`.
    public let exponent: Double
    /// A
    public let amplitude: Double
    /// L∞; 0 for forms without one.
    public let limit: Double
    /// x₀; nil for forms without one.
    public let crossover: Double?
    /// β; nil for forms without one.
    public let lateExponent: Double?

    init(
        _ form: ScalingForm, exponent: Double, amplitude: Double, limit: Double = 0, crossover: Double? = nil,
        lateExponent: Double? = nil
    ) {
        (self.form, self.exponent, self.amplitude, self.limit) = (form, exponent, amplitude, limit)
        (self.crossover, self.lateExponent) = (crossover, lateExponent)
    }

    /// The loss L(x) by this law.
    public func callAsFunction(_ x: Double) -> Double {
        if let crossover, let lateExponent {
            return amplitude * pow(x / crossover, x < crossover ? -exponent : -lateExponent)
        }
        return limit + amplitude * pow(x, -exponent)
    }
}
