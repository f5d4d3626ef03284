import SaddleNumerics

/// A mistake that is made on purpose, to see whether a check notices it.
public enum PlantedError: Sendable, Hashable, CaseIterable {
    /// All means off by so many per cent.
    case means2, means5, means10
    /// All variances off by so many per cent.
    case variances20, variances50, variancesLess33
    /// Corrections of order 1/N to means that are left out, or tripled.
    case noBias, tripledBias
    /// A learning rate that is 5 % too large.
    case learningRate5
    /// Exponents of the width of another parameterisation.
    case exponents

    /// The mistake in a few words, as tables show it.
    public var text: String {
        switch self {
        case .means2: "means 2 %"
        case .means5: "means 5 %"
        case .means10: "means 10 %"
        case .variances20: "variances 20 %"
        case .variances50: "variances 50 %"
        case .variancesLess33: "variances −33 %"
        case .noBias: "bias 0"
        case .tripledBias: "bias × 3"
        case .learningRate5: "learning rate 5 %"
        case .exponents: "exponents of another parameterisation"
        }
    }

    /// Factors of measured means and variances.
    package var factors: (mean: Double, variance: Double) {
        switch self {
        case .means2: (1.02, 1)
        case .means5: (1.05, 1)
        case .means10: (1.1, 1)
        case .variances20: (1, 1.2)
        case .variances50: (1, 1.5)
        case .variancesLess33: (1, 1 / 1.5)
        default: (1, 1)
        }
    }
}

extension StreamingMoments {
    /// As if every mean, and every variance, were so many times as large.
    package func scaled(mean factor: Double, variance: Double) -> StreamingMoments {
        let s = variance
        return StreamingMoments(
            count: count, mean: mean.map { factor * $0 }, secondSum: secondSum.map { s * $0 },
            thirdSum: thirdSum.map { s * s.squareRoot() * $0 }, fourthSum: fourthSum.map { s * s * $0 })
    }
}
