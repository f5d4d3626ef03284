/// The section `difficulty`: bits that a learner must bring along; nil is measured.
public struct DifficultyStudy: Settings, Equatable {
    public var errorRate = 0.01
    public var dimension: Double?
    public var resolution: Double?
    public var radius: Double?
    public var sampleCount: Double?

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "error_rate", \.errorRate, .number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 },
            "ε, the error rate to be reached."),
        Key("dimension", \.dimension, .optional(.number(atLeast: 1)), "m, the dimension of the inputs; measured unless given."),
        Key(
            "resolution", \.resolution, .optional(.number(above: 0)),
            "δ, the smallest distance between two classes; measured unless given."),
        Key("radius", \.radius, .optional(.number(above: 0)), "R, the largest norm of an input; measured unless given."),
        Key(
            "sample_count", \.sampleCount, .optional(.number(above: 0)),
            "n, training samples of the learner; those given unless stated."),
    ]
}
