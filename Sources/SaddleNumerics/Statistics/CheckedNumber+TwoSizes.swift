extension CheckedNumber {
    /// A mean measured at every pair of two sizes, N and m, and extrapolated to 1/N = 1/m = 0: first along N for every m, then along m.
    ///
    /// Terms in 1/N, 1/m and 1/(Nm) are removed; what bent lines miss is part of the error bar, as along one size. Without two different
    /// values of each size a difference ends in "cannot tell".
    ///
    /// - Parameters:
    ///   - measured: one list for each m, of one estimate for each N; all independent.
    ///   - first: along N.
    ///   - second: along m.
    public static func mean(
        _ quantity: String, at place: String = "", predicted: Double, measured: [[Estimate]], first: SizeExtrapolation,
        second: SizeExtrapolation
    ) -> CheckedNumber {
        precondition(measured.count == second.sizes.count, "\(measured.count) lists for \(second.sizes.count) sizes")
        let size = abs(predicted)
        let limits = measured.map { first.limit($0) }
        let values = limits.map(\.value)
        let sampling = zip(second.coefficients, limits).map { c, limit in
            Uncertainty(error: abs(c) * limit.sampling.error, degreesOfFreedom: limit.sampling.degreesOfFreedom)
        }
        var parts = sampling
        if first.isExtrapolated {
            parts += zip(second.coefficients, zip(measured, limits)).map { c, line in
                Uncertainty(
                    error: abs(c) * first.curvature(line.0.map(\.mean), scale: size, noise: line.1.sampling.error))
            }
        }
        if second.isExtrapolated {
            parts.append(
                Uncertainty(error: second.curvature(values, scale: size, noise: Uncertainty.combined(sampling).error)))
        }
        var result = CheckedNumber.mean(
            quantity, at: place, predicted: predicted, measured: second.limit(values), scale: size, uncertainties: parts)
        if !first.isExtrapolated || !second.isExtrapolated {
            result.verdictOnFailure = .cannotTell
            result.advice = "One width cannot tell a term in 1/width from an error: add another of each."
        }
        return result
    }
}
