/// The section `width_error`: a target that is an average over neurons, and the networks drawn to approximate it.
public struct WidthErrorStudy: Settings, Equatable {
    public var dimension = 1
    /// s in exp(−|x|²/2s²)
    public var scale = 1.0
    /// Of the ball on which errors are averaged.
    public var radius = 2.0
    public var widths = [16, 64, 256, 1024]
    /// Networks of each width; 0: theory alone.
    public var draws = 400
    public var seed = 1
    /// a in −u″ + u + a u³ = f, solved for its Barron norms.
    public var cubic = 1.0

    public init() {}

    static let keys: [Key<Self>] = [
        Key("dimension", \.dimension, .integer(atLeast: 1, atMost: 10_000), "Components of an input."),
        Key("scale", \.scale, .number(1e-6...1e6), "s of the target exp(−|x|²/2s²)."),
        Key("radius", \.radius, .number(1e-6...1e6), "Of the ball on which errors are averaged."),
        Key("widths", \.widths, .integers(atLeast: 1), "Numbers of neurons."),
        Key("draws", \.draws, .integer(atLeast: 0, atMost: 1_000_000), "Networks drawn for each width; 0: theory alone."),
        Key("seed", \.seed, .integer(atLeast: 0), "Of the networks' random numbers."),
        Key("cubic", \.cubic, .number(0...10), "a of the equation −u″ + u + a u³ = f whose Barron norms are found."),
    ]

    mutating func complete(_ section: StudySection) {
        if (1...9).contains(draws) {
            section.reject("draws", "'width_error.draws' is \(draws); expected 10 or more, for error bars, or 0 for theory alone")
        }
    }
}
