import Numerics

/// Why a law of random matrices cannot be had.
public enum RandomMatrixError: Error, CustomStringConvertible {
    /// A parameter out of its range, with what would be accepted, all in words.
    case badParameter(name: String, value: Double, accepted: String)
    /// An equation for a resolvent stopped at z with this relative residual.
    case notConverged(z: Complex<Double>, residual: Double, advice: String)
    /// An integral around the spectrum whose last two rules differ by so much, relative to its size.
    case contourNotConverged(statistic: String, difference: Double)
    /// A statistic with a singularity in the spectrum, or too near it.
    case singularStatistic(String, at: Double, lowest: Double)

    public var description: String {
        switch self {
        case .badParameter(let name, let value, let accepted): "\(name) is \(value); expected \(accepted)"
        case .notConverged(let z, let residual, let advice):
            "the resolvent at \(z) did not converge (relative residual \(residual)): \(advice)"
        case .contourNotConverged(let statistic, let difference):
            """
            the integral around the spectrum for \(statistic) did not converge: its last two values differ by \(difference) of its \
            size; the statistic is singular too near the spectrum
            """
        case .singularStatistic(let name, let singularity, let lowest):
            "the statistic \(name) is singular at \(singularity), and the spectrum begins at \(lowest); expected one that is smooth there"
        }
    }
}
