import SaddleMeasures

/// The section `entropy`: diffusion entropy of representations.
public struct EntropyStudy: Settings, Equatable {
    /// What σ counts.
    public enum Unit: String, Sendable, CaseIterable { case median, features }

    public var bandwidth = 0.5
    public var unit = Unit.median
    public var time = 1.0
    public var subsample = 1000
    public var draws = 5
    public var bins = 30
    public var sweep = true
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("bandwidth", \.bandwidth, .number(above: 0), "σ of the Gaussian kernel exp(−d²/2σ²)."),
        Key(
            "unit", \.unit, .choice,
            "What σ counts: median distances of the samples in each representation, or units of the features."),
        Key("time", \.time, .number(above: 0), "t: steps of diffusion; more of them see coarser groups."),
        Key(
            "subsample", \.subsample, .integer(atLeast: 2, atMost: 10_000),
            "At most so many samples at once: each entropy takes the eigenvalues of such a matrix."),
        Key("draws", \.draws, .integer(atLeast: 2), "Sub-samples that are drawn, whose scatter is the error."),
        Key("bins", \.bins, .integer(atLeast: 1, atMost: 65_535), "Bins of each feature for Shannon's entropy beside it."),
        Key("sweep", \.sweep, .flag, "Whether the last representation is measured at other bandwidths and times too."),
        Key("seed", \.seed, .seed, "Of the sub-samples."),
    ]

    var settings: EntropyMeasurement.Settings {
        var settings = EntropyMeasurement.Settings()
        (settings.bandwidth, settings.isRelative, settings.time) = (bandwidth, unit == .median, time)
        (settings.samples, settings.draws, settings.bins, settings.seed) = (subsample, draws, bins, seed)
        return settings
    }
}
