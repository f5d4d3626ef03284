import Foundation
import TestSupport
import Testing

@testable import SaddleStudies

// What the commands print and write, against the closed forms of a linear hypernetwork and a solution that is known. It would
// catch a command whose keys do not reach the computation, and numbers of another network than the study's.

@Suite struct HypernetworkTopicTests {
    static let linear = """
        name: linear
        hypernetwork:
          meta: {activation: linear}
          primary: {activation: linear}
          meta_widths: [8, 512]
          primary_widths: [4]
          networks: 1500
        """

    @Test func linearHypernetwork() throws {
        let predicted = try ask(PredictHypernetwork.self, Self.linear)
        expectClose(try predicted.value("tangent_kernel"), 4, within: 1e-14)
        expectClose(try predicted.value("primary_tangent_kernel"), 2, within: 1e-14)
        expectClose(try predicted.value("primary_fluctuation"), 1, within: 1e-12)
        #expect(predicted.verdict == nil)

        let measured = try ask(SimulateHypernetwork.self, Self.linear)
        let widths = try measured.values("meta_width")
        #expect(widths == [8, 512])
        // Mean 4 + 6/N; relative variance within 0.03 of 1/4 at N = 512 (5/512 and sampling), far above it at N = 8.
        let (means, errors) = (try measured.values("mean_tangent_kernel"), try measured.errors("mean_tangent_kernel"))
        for i in 0..<2 { expectClose(means[i], 4 + 6 / widths[i], within: 5.5 * errors[i]) }
        let variances = try measured.values("relative_variance")
        expectClose(variances[1], 0.25, within: try 0.01 + 5.5 * measured.errors("relative_variance")[1])
        #expect(variances[0] > 2 * variances[1])
        for variance in try measured.values("weight_variance_mip") { expectClose(variance, 0.5, within: 1e-15) }
    }

    /// Two widths each: a verdict over the kernel and 16 signals, each beside its limit with an error bar.
    @Test func meansAreJudgedAtInfiniteWidths() throws {
        let found = try ask(
            SimulateHypernetwork.self, "hypernetwork: {meta_widths: [16, 128], primary_widths: [4, 16], networks: 1500}")
        let check = try #require(found.check)
        #expect(found.verdict == .agrees && found.text.contains("Agrees"), "\(found.text)")
        #expect(check.numbers.count == 17)
        expectClose(check.numbers[0].predicted, 0.5, within: 1e-12)
        // A 20 % error is five standard errors or more.
        #expect(check.numbers[0].error! < 0.5 * 0.2 / 5)
    }

    @Test func scalesBeyondAllBoundsAreErrors() throws {
        for scale in ["1e300", "1e-170"] {
            let text = "hypernetwork: {primary: {weight_scale: \(scale)}}"
            #expect(errorText { _ = try ask(PredictHypernetwork.self, text) } != nil)
        }
    }

    @Test func widthsThatNoMachineHoldsAreRefused() throws {
        let study = "hypernetwork: {primary: {hidden_layers: 2}, primary_widths: [1000000]}"
        let text = errorText { _ = try ask(SimulateHypernetwork.self, study) }
        #expect(text?.contains("study.yaml:1:61: 'hypernetwork.primary_widths': at least ") == true, "\(text ?? "no error")")
    }
}

@Suite struct SpectralTopicTests {
    @Test func poissonWithAHighFrequency() throws {
        let found = try ask(PredictSpectralMixture.self, "name: p")
        expectClose(try found.values("dominant_frequency")[0], 100 / (2 * Double.pi), within: 1e-4)
        let errors = try found.values("relative_error")
        #expect(errors[0] < 1e-5 && errors[1] > 0.25)
    }

    /// A series from a file, two frequencies, irregular times: both are found and test values are predicted.
    @Test func seriesFromAFile() throws {
        try withTemporaryDirectory { directory in
            let times = (0..<60).map { Double($0) + 0.4 * sin(3.7 * Double($0)) }
            let rows = times.map { "\($0),\(sin(2 * .pi * 0.31 * $0) + 0.5 * cos(2 * .pi * 0.07 * $0))" }
            try writeFile(Array((["t,u"] + rows).joined(separator: "\n").utf8), "\(directory)/series.csv")
            let found = try ask(
                PredictSpectralMixture.self,
                """
                name: series
                data: {source: \(directory)/series.csv, label_column: u, train: 45, test: 15, preprocess: none}
                spectral_mixture: {observed: data, components: 6, noise: 0.01}
                """)
            #expect(try found.values("relative_error")[0] < 0.02, "\(found.text)")
            expectClose(try found.values("dominant_frequency")[0], 0.31, within: 1e-3)
        }
    }

    @Test(arguments: [
        (
            "spectral_mixture: {spectrum: student_t_3}",
            "study.yaml:1:30: 'spectral_mixture.spectrum' is student_t_3; Poisson's equation needs four derivatives of the kernel: "
                + "expected gaussian, student_t_5 or student_t_7"
        ),
        (
            "spectral_mixture: {observed: data}",
            "study.yaml: 'data.preprocess' is center_scale; frequencies are those of the inputs as they are: expected none"
        ),
        (
            "spectral_mixture: {frequencies: [1e200]}",
            "study.yaml:1:33: the observed values, or their mean square, are not finite; expected smaller frequencies and amplitudes"
        ),
        ("spectral_mixture: {largest_frequency: 1e300}", "the evidence is not a finite number at the start"),
        (
            "spectral_mixture: {amplitudes: [0]}",
            "study.yaml:1:19: the solution is zero at every point; expected a frequency and an amplitude that are not"
        ),
    ])
    func badInput(text: String, message: String) throws {
        #expect(errorText { _ = try ask(PredictSpectralMixture.self, text) }?.contains(message) == true)
    }
}
