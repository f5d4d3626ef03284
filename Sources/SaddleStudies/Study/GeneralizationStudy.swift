/// The section `generalization`: isotropic inputs x ~ N(0, 1/N), P = αN samples (E15).
public struct GeneralizationStudy: Sendable, Equatable {
    /// α = P/N
    public var ratio = 0.5
    /// Variance of a teacher weight over that of the noise, and of an initial weight over that of a teacher weight.
    public var signalToNoise = 5.0
    public var initialToTeacher = 0.0
    /// The last time; flow with unit rate on half the sum of squares.
    public var time = 1000.0

    public init() {}

    /// The section; every key has a default.
    init(_ section: StudySection) {
        ratio = section.number("ratio", default: ratio, "a number above 0 (samples for each input)") { $0 > 0 }
        signalToNoise = section.number("signal_to_noise", default: signalToNoise, "a number above 0") { $0 > 0 }
        initialToTeacher = section.number("initial_to_teacher", default: initialToTeacher, "a number of 0 or more") { $0 >= 0 }
        time = section.number("time", default: time, "a number above 0, at most 1e15") { $0 > 0 && $0 <= 1e15 }
        section.finish()
    }

    var lines: [String] {
        [
            YAMLText.line("ratio", ratio), YAMLText.line("signal_to_noise", signalToNoise),
            YAMLText.line("initial_to_teacher", initialToTeacher), YAMLText.line("time", time),
        ]
    }
}
