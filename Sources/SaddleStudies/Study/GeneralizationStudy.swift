/// The section `generalization`: isotropic inputs x ~ N(0, 1/N), P = αN samples.
public struct GeneralizationStudy: Settings, Equatable {
    /// α = P/N
    public var ratio = 0.5
    /// Variance of a teacher weight over that of the noise, and of an initial weight over that of a teacher weight.
    public var signalToNoise = 5.0
    public var initialToTeacher = 0.0
    /// The last time; flow with unit rate on half the sum of squares.
    public var time = 1000.0

    public init() {}

    static let keys: [Key<Self>] = [
        Key("ratio", \.ratio, .number(above: 0), "Samples for each input, α = P/N."),
        Key("signal_to_noise", \.signalToNoise, .number(above: 0), "Variance of a teacher weight over that of the label noise."),
        Key(
            "initial_to_teacher", \.initialToTeacher, .number(atLeast: 0),
            "Variance of an initial weight over that of a teacher weight."),
        Key(
            "time", \.time, .number("a number above 0, at most 1e15") { $0 > 0 && $0 <= 1e15 },
            unit: "1/learning rate", "The last time of gradient flow on half the sum of squares."),
    ]
}
