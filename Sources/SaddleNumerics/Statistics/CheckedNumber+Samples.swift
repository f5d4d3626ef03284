/// Means and variances of samples at hand; `isPositive` for numbers that cannot be negative, whose tails a log-normal law bounds.
extension CheckedNumber {
    /// The mean of independent samples.
    public static func mean(
        _ quantity: String, at place: String = "", predicted: Double, samples: [Double], scale: Double? = nil,
        isPositive: Bool = false
    ) -> CheckedNumber {
        let estimate = Estimate(samples)
        let sampling = Uncertainty(
            error: estimate.standardError, degreesOfFreedom: EffectiveFreedom.sampled(samples, isPositive: isPositive))
        return .mean(
            quantity, at: place, predicted: predicted, measured: estimate.mean, scale: scale, uncertainties: [sampling])
    }

    /// The variance of independent samples.
    ///
    /// - Parameter scale: the size of the samples; a variance below rounding of its square is none.
    public static func variance(
        _ quantity: String, at place: String = "", predicted: Double, samples: [Double], scale: Double,
        isPositive: Bool = false
    ) -> CheckedNumber {
        let error = Estimate(samples).standardError
        return .variance(
            quantity, at: place, predicted: predicted, measured: error * error * Double(samples.count),
            freedom: EffectiveFreedom.sampled(samples, isPositive: isPositive), scale: scale)
    }
}
