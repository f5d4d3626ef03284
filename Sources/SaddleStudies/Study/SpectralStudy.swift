import SaddleTheory

/// The section `spectral_mixture`: what a Gaussian process with a learnt spectrum is given.
public struct SpectralStudy: Settings, Equatable {
    public enum Observed: String, Sendable, CaseIterable {
        /// u″ on a grid of [0, 1], and u at both ends: Poisson's equation.
        case source
        /// u itself on the grid.
        case values
        /// The samples of the section `data`.
        case data
    }

    public var observed = Observed.source
    /// Degrees of freedom of a Student-t spectrum; nil: Gaussian.
    public var degrees: Int?
    /// Components of the mixture, for each variable.
    public var components = 10
    /// u(x) = Σ aₖ sin ωₖx on [0, 1]
    public var frequencies = [100.0]
    public var amplitudes = [1.0]
    public var points = 40
    /// Standard deviation of the noise, relative to the root mean square of what is observed.
    public var noise = 1e-3
    /// Where the band of frequencies ends at the start; nil: half the density of the points.
    public var largestFrequency: Double?

    public var spectrum: SpectralMixture.Spectrum { degrees.map { .studentT(degrees: $0) } ?? .gaussian }

    public init() {}

    static let keys: [Key<Self>] = [
        Key("observed", \.observed, .choice, "u″ on a grid, u on a grid, or the samples of the study."),
        Key(
            "spectrum", \.degrees,
            .named(
                ["gaussian"] + [1, 3, 5, 7].map { "student_t_\($0)" }, { .some($0.last?.wholeNumberValue) },
                { $0.map { "student_t_\($0)" } ?? "gaussian" }), "Shape of each component."),
        Key("components", \.components, .integer(atLeast: 1), "Of the mixture, for each variable."),
        Key("frequencies", \.frequencies, .numbers(), "ω of u(x) = Σ a sin ωx on [0, 1]."),
        Key("amplitudes", \.amplitudes, .numbers(), "a of u(x), all 1 unless given."),
        Key("points", \.points, .integer(atLeast: 4, atMost: 10_000), "Of the grid."),
        Key(
            "noise", \.noise, .number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 },
            "Standard deviation of the noise over the root mean square of what is observed."),
        Key(
            "largest_frequency", \.largestFrequency, .optional(.number(above: 0)),
            "Where the band of frequencies ends at the start; half the density of the points unless given."),
    ]

    mutating func complete(_ section: StudySection) {
        if !section.has("amplitudes") { amplitudes = [Double](repeating: 1, count: frequencies.count) }
        if amplitudes.count != frequencies.count {
            section.reject(
                section.has("amplitudes") ? "amplitudes" : "frequencies",
                "'spectral_mixture.amplitudes' has \(amplitudes.count) numbers; expected one for each of the "
                    + "\(frequencies.count) frequencies")
        }
    }
}
