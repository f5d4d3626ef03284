/// The expected loss on the population, without label noise of the test points, split by what causes it.
///
/// The eight two-point functions of residuals v = w* − u at one time: for predictors that share everything, or only features, or only
/// data and label noise, or nothing. Their differences are the terms of an analysis of variance.
public struct LossSources: Sendable, Equatable {
    /// Loss of the predictor averaged over everything: what no ensemble removes.
    public var bias = 0.0
    /// Variance from the choice of random features, at infinite data.
    public var features = 0.0
    /// Variance from the choice of inputs, with infinitely many features.
    public var data = 0.0
    /// What features and data only do together.
    public var featuresAndData = 0.0
    /// From noise of the training labels, with infinitely many features, and together with features.
    public var labelNoise = 0.0
    /// From noise of the training labels together with the choice of features.
    public var labelNoiseAndFeatures = 0.0
    /// From initial weights, at infinite data, and together with data.
    public var initialWeights = 0.0
    /// From initial weights together with the data.
    public var initialWeightsAndData = 0.0
    /// From the choice of batches.
    public var batches = 0.0

    /// A loss of zero, all sources to be set.
    public init() {}

    /// All of it: the loss of one student.
    public var total: Double {
        bias + features + data + featuresAndData + labelNoise + labelNoiseAndFeatures + initialWeights + initialWeightsAndData
            + batches
    }

    /// What the members of an ensemble have of their own.
    public enum Members: Sendable, CaseIterable {
        /// Features, initial weights and batches; the data are shared.
        case features
        /// Data; features and initial weights are shared.
        case data
        /// Everything.
        case both
    }

    /// The loss of the mean of so many students; infinite: of the mean over all.
    public func ensemble(_ members: Members, count: Double) -> Double {
        let ofFeatures = features + initialWeights
        let ofData = data + labelNoise
        let ofBoth = featuresAndData + labelNoiseAndFeatures + initialWeightsAndData + batches
        return switch members {
        case .features: bias + ofData + (ofFeatures + ofBoth) / count
        case .data: bias + ofFeatures + (ofData + ofBoth) / count
        case .both: bias + (ofFeatures + ofData + ofBoth) / count
        }
    }

    /// Names and values, in the order of a stacked picture.
    public var parts: [(name: String, value: Double)] {
        [
            ("bias", bias), ("features", features), ("data", data), ("features × data", featuresAndData),
            ("label noise", labelNoise), ("label noise × features", labelNoiseAndFeatures), ("initial weights", initialWeights),
            ("initial weights × data", initialWeightsAndData), ("batches", batches),
        ]
    }
}

/// Losses at one time.
public struct RegressionLosses: Sendable, Equatable {
    /// E (y − f)² over the training set; for fresh samples, over the next batch. Not halved.
    public var train: Double
    /// E (w*·x − f)², by source. Not halved; a test with noisy labels adds σ².
    public var sources: LossSources
    /// Loss of one student on the population, without label noise.
    public var test: Double { sources.total }
}
