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

    /// A contribution to the error of a difference, itself estimated from a sample.
    struct Uncertainty {
        var error: Double
        var degreesOfFreedom: Double
    }

    /// A predicted mean against a measured one.
    ///
    /// The difference over its error follows Student's law with the degrees of freedom of Welch and Satterthwaite,
    /// ν = (Σ eᵢ²)²/Σ(eᵢ⁴/νᵢ): an error bar from four replicas is trusted less than one from a hundred networks.
    ///
    /// - Parameter size: the typical size of such numbers: differences far below it are rounding.
    static func mean(predicted: Double, measured: Double, size: Double, uncertainties: [Uncertainty]) -> ComparedNumber {
        let floor = rounding * size
        var (sum, weighted) = (floor * floor, 0.0)
        for part in uncertainties {
            let square = part.error * part.error
            sum += square
            weighted += square * square / part.degreesOfFreedom
        }
        let error = sum.squareRoot()
        var result = ComparedNumber(predicted: predicted, measured: measured, error: error, score: nil)
        let difference = measured - predicted
        let hasSpread = uncertainties.contains { $0.error > floor }
        guard error.isFinite, difference.isFinite, hasSpread || abs(difference) > 1000 * floor else { return result }
        result.score = normalScore(
            t: difference / error, degreesOfFreedom: weighted > 0 ? sum * sum / weighted : .infinity)
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
    static func variance(
        predicted: Double, error predictedError: Double, samples predictedSamples: Double,
        measured: Double, error measuredError: Double, samples measuredSamples: Double, size: Double
    ) -> ComparedNumber {
        let error = (predictedError * predictedError + measuredError * measuredError).squareRoot()
        var result = ComparedNumber(predicted: predicted, measured: measured, error: error, score: nil)
        let floor = (rounding * size) * (rounding * size)
        guard error.isFinite, predicted.isFinite, measured.isFinite, max(predicted, measured) > floor else { return result }
        guard min(predicted, measured) > floor else {
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
