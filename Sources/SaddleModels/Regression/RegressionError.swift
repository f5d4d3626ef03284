/// Why a regression task cannot be set, or its training has no limit.
public enum RegressionError: Error, Equatable, CustomStringConvertible {
    /// Energy of the teacher that is negative or not finite; the index counts from 0.
    case badEnergy(index: Int, value: Double)
    /// Energy m_kλ_kw_k² where λ_k is zero.
    case invisibleEnergy(index: Int)
    /// A number of samples or features, named in words, that is not positive.
    case badCount(String, value: Double)
    /// Random features cannot be made of this activation.
    case badActivation(name: String, reason: String)
    /// A variance, named in words, that is negative or not finite.
    case badVariance(String, value: Double)
    /// A learning rate that is not finite and positive.
    case badRate(value: Double)
    /// A momentum outside [0, 1).
    case badMomentum(value: Double)
    /// A batch size below 1 or above the number of samples; these are infinite for fresh samples.
    case badBatch(value: Int, samples: Double)
    /// A time that is negative or not finite.
    case badTime(value: Double)
    /// A time of descent or SGD that is not a whole number of steps.
    case fractionalStep(value: Double)
    /// A ridge that is negative or not finite.
    case badRidge(value: Double)
    /// Descent grows without bound in the stiffest direction, of eigenvalue `edge` of the sample covariance of the features.
    case unstableRate(rate: Double, limit: Double, edge: Double)
    /// Noise of the batches feeds on itself: gain ≥ 1.
    case unstableNoise(rate: Double, gain: Double, limit: Double)
    /// The contour needs more nodes than can be served.
    case momentumTooLarge(value: Double)

    public var description: String {
        switch self {
        case .badEnergy(let index, let value):
            "energy \(index + 1) of the teacher is \(value); expected finite numbers of 0 or more"
        case .invisibleEnergy(let index):
            "the teacher has energy in direction \(index + 1), whose eigenvalue is 0; inputs without variance there carry no labels"
        case .badCount(let what, let value):
            "the number of \(what) is \(value); expected a number above 0 (with none of them nothing is learnt, and the loss stays where it is)"
        case .badActivation(let name, let reason): "the activation \(name) cannot make random features: \(reason)"
        case .badVariance(let what, let value): "the variance \(what) is \(value); expected a finite number of 0 or more"
        case .badRate(let value): "the learning rate is \(value); expected a finite number above 0"
        case .badMomentum(let value): "the momentum is \(value); expected 0 or more, below 1"
        case .badBatch(let value, let samples):
            "the batch size is \(value); expected 1 or more"
                + (samples.isFinite ? ", at most the number of samples, \(Int(samples))" : "")
        case .badTime(let value): "the time is \(value); expected a finite number of 0 or more"
        case .fractionalStep(let value): "the step is \(value); expected a whole number"
        case .badRidge(let value): "the ridge is \(value); expected a finite number of 0 or more"
        case .unstableRate(let rate, let limit, let edge):
            """
            the learning rate \(rate) is beyond the stability limit \(shortened(limit)): the covariance of the samples has its edge at \
            \(shortened(edge)); \
            lower the learning rate
            """
        case .unstableNoise(let rate, let gain, let limit):
            """
            at learning rate \(rate) the noise of the batches feeds on itself (gain \(shortened(gain)); expected below 1): lower the learning rate \
            below \(shortened(limit)), or enlarge the batches
            """
        case .momentumTooLarge(let value):
            "the momentum \(value) is too near 1 for the contour of this theory; lower it, or predict gradient flow"
        }
    }
}

/// Rounded down to four digits, so that a limit that is named is still kept.
private func shortened(_ x: Double) -> Double {
    guard x.isFinite, x > 0 else { return x }
    var unit = 1.0
    while x / unit >= 10_000 { unit *= 10 }
    while x / unit < 1000 { unit /= 10 }
    // Division by a power of ten that is exact prints fewest digits.
    return unit >= 1 ? (x / unit).rounded(.down) * unit : (x / unit).rounded(.down) / (1 / unit).rounded()
}
