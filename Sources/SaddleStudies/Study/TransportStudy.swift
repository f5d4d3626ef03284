/// The section `transport`: from one cloud of points to another.
public struct TransportStudy: Settings, Equatable {
    /// In units of the mean variance of a coordinate.
    public var epsilon = 0.1
    /// Nil: by points that are not fitted.
    public var components: Int?
    public var dimensions = 8
    public var steps = 1000
    public var tolerance = 1e-6
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "epsilon", \.epsilon, .number(1e-4...1e4),
            "Variance of the noise of the bridge over the mean variance of a coordinate."),
        Key(
            "components", \.components, .optional(.integer(atLeast: 1, atMost: 200)),
            "Gaussians of the bridge's potential; unless given as many of 1, 2, 4, … 16 as describe points best that are not fitted."
        ),
        Key("dimensions", \.dimensions, .integer(atLeast: 1, atMost: 64), "Principal components of both clouds that are kept."),
        Key("steps", \.steps, .integer(atLeast: 1), "At most so many steps of the fit."),
        Key(
            "tolerance", \.tolerance, .number("a number above 0 and below 0.1") { $0 > 0 && $0 < 0.1 },
            "Of the marginals of the discrete plan."),
        Key("seed", \.seed, .seed, "Of the start of the fit."),
    ]
}
