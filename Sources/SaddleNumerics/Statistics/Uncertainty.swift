/// One independent contribution to the error of a number.
public struct Uncertainty: Sendable, Equatable {
    /// Standard error.
    public var error: Double
    /// Of the estimate of `error`; infinite where it is known, as truncation and discretisation errors are taken to be.
    public var degreesOfFreedom: Double

    public init(error: Double, degreesOfFreedom: Double = .infinity) {
        self.error = error
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The standard error of a mean over independent samples.
    public init(_ estimate: Estimate) {
        self.init(error: estimate.standardError, degreesOfFreedom: Double(max(estimate.count - 1, 1)))
    }

    /// The sum in quadrature, with the degrees of freedom of Welch and Satterthwaite: ν = (Σ eᵢ²)²/Σ(eᵢ⁴/νᵢ).
    public static func combined(_ parts: [Uncertainty]) -> Uncertainty {
        var (sum, weighted) = (0.0, 0.0)
        for part in parts {
            let square = part.error * part.error
            sum += square
            weighted += square * square / part.degreesOfFreedom
        }
        return Uncertainty(error: sum.squareRoot(), degreesOfFreedom: weighted > 0 ? sum * sum / weighted : .infinity)
    }
}
