import SaddleTheory

/// The section `spectral_mixture`: what a Gaussian process with a learnt spectrum is given.
public struct SpectralStudy: Sendable, Equatable {
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

    /// The section; every key has a default.
    init(_ section: StudySection) {
        let choice = section.choice("observed", default: observed.rawValue, of: Observed.allCases.map(\.rawValue))
        observed = Observed(rawValue: choice)!
        let spectra = ["gaussian"] + [1, 3, 5, 7].map { "student_t_\($0)" }
        let spectrum = section.choice("spectrum", default: "gaussian", of: spectra)
        degrees = spectrum.last?.wholeNumberValue
        components = section.integer("components", default: components, atLeast: 1)
        frequencies = section.numbers("frequencies") ?? frequencies
        amplitudes = section.numbers("amplitudes") ?? [Double](repeating: 1, count: frequencies.count)
        if amplitudes.count != frequencies.count {
            section.reject(
                section.has("amplitudes") ? "amplitudes" : "frequencies",
                "'spectral_mixture.amplitudes' has \(amplitudes.count) numbers; expected one for each of the "
                    + "\(frequencies.count) frequencies")
        }
        points = section.integer("points", default: points, atLeast: 4, atMost: 10_000)
        noise = section.number("noise", default: noise, "a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
        largestFrequency = section.optionalNumber("largest_frequency", "a number above 0") { $0 > 0 }
        section.finish()
    }

    var lines: [String] {
        [
            YAMLText.line("observed", observed.rawValue),
            YAMLText.line("spectrum", degrees.map { "student_t_\($0)" } ?? "gaussian"),
            YAMLText.line("components", components), YAMLText.line("frequencies", YAMLText.list(frequencies)),
            YAMLText.line("amplitudes", YAMLText.list(amplitudes)), YAMLText.line("points", points),
            YAMLText.line("noise", noise),
        ] + (largestFrequency.map { [YAMLText.line("largest_frequency", $0)] } ?? [])
    }
}
