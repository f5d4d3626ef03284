import SaddleMeasures

/// The section `transport`: from one cloud of points to another.
public struct TransportStudy: Settings, Equatable {
    public var settings = CloudTransport.Settings()

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "epsilon", \.settings.epsilon, .number(1e-4...1e4),
            "Variance of the noise of the bridge over the mean variance of a coordinate."),
        Key(
            "components", \.settings.components, .optional(.integer(atLeast: 1, atMost: 200)),
            "Gaussians of the bridge's potential; unless given as many of 1, 2, 4, … 16 as describe points best that are not fitted."
        ),
        Key(
            "dimensions", \.settings.dimensions, .integer(atLeast: 1, atMost: 64),
            "Principal components of both clouds that are kept."),
        Key("steps", \.settings.steps, .integer(atLeast: 1), "At most so many steps of the fit."),
        Key(
            "tolerance", \.settings.tolerance, .number("a number above 0 and below 0.1") { $0 > 0 && $0 < 0.1 },
            "Of the marginals of the discrete plan."),
        Key("seed", \.settings.seed, .seed, "Of the start of the fit."),
    ]
}
