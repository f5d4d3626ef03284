import SaddleNumerics

/// One number that theory and ensemble both know, and how far apart they are.
package struct ComparedNumber: Sendable {
    package var predicted: Double
    package var measured: Double
    /// Standard error of the difference.
    package var error: Double
    /// The difference as a standard normal value; nil if there is nothing to compare (no spread on either side, or no
    /// error bar on one).
    package var score: Double?

    /// Differences below this fraction of the numbers are rounding.
    static let rounding = 1e-12

    /// Differences below this fraction of an observable's size are not visible to anybody, and carry no weight.
    static let visible = 1e-3
    /// The same for variances: a spread of a hundredth of the largest.
    static let visibleVariance = 1e-4

    /// A predicted mean against a measured one.
    ///
    /// The difference over its error follows Student's law with the degrees of freedom of Welch and Satterthwaite,
    /// ν = (Σ eᵢ²)²/Σ(eᵢ⁴/νᵢ): an error bar from four replicas is trusted less than one from a hundred networks.
    ///
    /// - Parameter size: the typical size of such numbers: differences far below it are rounding.
    package static func mean(predicted: Double, measured: Double, size: Double, uncertainties: [Uncertainty]) -> ComparedNumber {
        let floor = rounding * size
        let whole = Uncertainty.combined(uncertainties + [Uncertainty(error: floor)])
        let error = whole.error
        var result = ComparedNumber(predicted: predicted, measured: measured, error: error, score: nil)
        let difference = measured - predicted
        let hasSpread = uncertainties.contains { $0.error > floor }
        guard error.isFinite, difference.isFinite, hasSpread || abs(difference) > 1000 * floor else { return result }
        result.score = normalScore(t: difference / error, degreesOfFreedom: whole.degreesOfFreedom)
        return result
    }

    /// A predicted variance against a measured one.
    ///
    /// Estimated variances are skewed and small ones come with small error bars, so that the difference over its error has
    /// far heavier tails than a normal value. Their ratio has not: it follows Fisher's law with ν = 2(V/error)² degrees of
    /// freedom on each side. An error bar smaller than independent normal samples can give is not believed.
    ///
    /// - Parameters:
    ///   - samples: independent samples behind each variance; they bound ν.
    ///   - size: the typical size of the number whose variance this is: spreads below rounding are none.
    ///   - largest: the largest variance of such numbers: those of which `visible` is more have converged, and decide nothing.
    package static func variance(
        predicted: Double, error predictedError: Double, samples predictedSamples: Double,
        measured: Double, error measuredError: Double, samples measuredSamples: Double, size: Double, largest: Double = 0
    ) -> ComparedNumber {
        let error = (predictedError * predictedError + measuredError * measuredError).squareRoot()
        var result = ComparedNumber(predicted: predicted, measured: measured, error: error, score: nil)
        let floor = max((rounding * size) * (rounding * size), visibleVariance * largest)
        guard error.isFinite, predicted.isFinite, measured.isFinite, max(predicted, measured) > floor else { return result }
        guard min(predicted, measured) > (rounding * size) * (rounding * size) else {
            // One side says "no spread at all", the other measures some: no law of ratios, but a plain difference.
            result.score = error > 0 ? (measured - predicted) / error : nil
            return result
        }
        result.score = normalScore(
            varianceRatio: measured / predicted,
            degreesOfFreedom: degreesOfFreedom(measured, measuredError, atMost: measuredSamples),
            degreesOfFreedom(predicted, predictedError, atMost: predictedSamples))
        return result
    }

    private static func degreesOfFreedom(_ variance: Double, _ error: Double, atMost bound: Double) -> Double {
        // Beyond 1e6 Fisher's law no longer changes.
        let own = error > 0 ? 2 * (variance / error) * (variance / error) : .infinity
        return min(max(min(own, bound), 1e-3), 1e6)
    }
}
