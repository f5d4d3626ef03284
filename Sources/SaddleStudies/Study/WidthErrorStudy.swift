/// The section `width_error`: a target that is an average over neurons, and the networks drawn to approximate it.
public struct WidthErrorStudy: Sendable, Equatable {
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

    /// The section; every key has a default.
    init(_ section: StudySection) {
        dimension = section.integer("dimension", default: dimension, atLeast: 1, atMost: 10_000)
        let positive = "a number from 1e-6 to 1e6"
        scale = section.number("scale", default: scale, positive) { $0 >= 1e-6 && $0 <= 1e6 }
        radius = section.number("radius", default: radius, positive) { $0 >= 1e-6 && $0 <= 1e6 }
        widths = section.integers("widths", atLeast: 1)?.sorted() ?? widths
        draws = section.integer("draws", default: draws, atLeast: 0, atMost: 1_000_000)
        if (1...9).contains(draws) {
            section.reject("draws", "'width_error.draws' is \(draws); expected 10 or more, for error bars, or 0 for theory alone")
        }
        seed = section.integer("seed", default: seed, atLeast: 0)
        cubic = section.number("cubic", default: cubic, "a number, 0 or more, at most 10") { $0 >= 0 && $0 <= 10 }
        section.finish()
    }

    var lines: [String] {
        [
            YAMLText.line("dimension", dimension), YAMLText.line("scale", scale), YAMLText.line("radius", radius),
            YAMLText.line("widths", YAMLText.list(widths)), YAMLText.line("draws", draws), YAMLText.line("seed", seed),
            YAMLText.line("cubic", cubic),
        ]
    }
}
