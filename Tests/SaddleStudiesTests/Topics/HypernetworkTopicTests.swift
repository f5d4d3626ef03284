import Foundation
import SaddleStudies
import TestSupport
import Testing

// What the commands print and write, against the closed forms of a linear hypernetwork and a solution that is known. It would
// catch a command whose keys do not reach the computation, and numbers of another network than the study's.

/// The numbers of a topic, as other programs read them.
private func numbers(
    _ study: Study, _ compute: (TopicRunner.Context) throws -> TopicResult
) throws -> (json: [String: Any], result: TopicResult) {
    try withTemporaryDirectory { directory in
        let result = try TopicRunner(study, output: "\(directory)/run").run("testing", compute)
        let written = try JSONSerialization.jsonObject(with: Data(try readFile("\(directory)/run/\(result.topic).json")))
        #expect(try !readFile("\(directory)/run/\(result.topic).html").isEmpty)
        return (try #require(written as? [String: Any]), result)
    }
}

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
        let study = try Study(text: Self.linear, file: "s.yaml")
        let predicted = try numbers(study, HypernetworkTopic(simulates: false).result).json
        let limit = try #require(predicted["limit"] as? [String: Double])
        expectClose(limit["tangent"]!, 4, within: 1e-14)
        expectClose(limit["primary_tangent"]!, 2, within: 1e-14)
        expectClose(limit["primary_fluctuation"]!, 1, within: 1e-12)
        #expect(predicted["widths"] == nil)

        let measured = try numbers(study, HypernetworkTopic(simulates: true).result)
        #expect(measured.result.topic == "hypernetwork-simulation")
        let cells = try #require(measured.json["widths"] as? [[String: Double]])
        #expect(cells.map { $0["meta_width"]! } == [8, 512])
        // Mean 4 + 6/N; relative variance within 0.03 of 1/4 at N = 512 (5/512 and sampling), far above it at N = 8.
        for cell in cells {
            expectClose(cell["mean"]!, 4 + 6 / cell["meta_width"]!, within: 5.5 * cell["mean_error"]!)
        }
        expectClose(cells[1]["relative_variance"]!, 0.25, within: 0.01 + 5.5 * cells[1]["relative_variance_error"]!)
        #expect(cells[0]["relative_variance"]! > 2 * cells[1]["relative_variance"]!)
        let profiles = try #require(measured.json["profiles"] as? [[String: Any]])
        #expect(profiles.map { $0["encoding"] as? String } == ["none", "mip"])
        let invariant = try #require(profiles[1]["weight_variance"] as? [Double])
        for variance in invariant { expectClose(variance, 0.5, within: 1e-15) }
    }

    /// Two widths each: a verdict over the kernel and 16 signals, each beside its limit with an error bar.
    @Test func meansAreJudgedAtInfiniteWidths() throws {
        let text = """
            name: relu
            hypernetwork: {meta_widths: [16, 128], primary_widths: [4, 16], networks: 1500}
            """
        let found = try numbers(try Study(text: text, file: "s.yaml"), HypernetworkTopic(simulates: true).result)
        let check = try #require(found.json["check"] as? [String: Any])
        #expect(check["verdict"] as? String == "agrees", "\(found.result.text)")
        #expect(found.result.verdict == .agrees && found.result.text.contains("Agrees"))
        let rows = try #require(check["numbers"] as? [[String: Any]])
        #expect(rows.count == 17)
        expectClose(rows[0]["predicted"] as! Double, 0.5, within: 1e-12)
        // A 20 % error is five standard errors or more.
        #expect((rows[0]["error"] as! Double) < 0.5 * 0.2 / 5)
    }

    @Test func scalesBeyondAllBoundsAreErrors() throws {
        for scale in ["1e300", "1e-170"] {
            let study = try Study(text: "hypernetwork: {primary: {weight_scale: \(scale)}}", file: "s.yaml")
            #expect(errorText { _ = try numbers(study, HypernetworkTopic(simulates: false).result) } != nil)
        }
    }

    @Test func widthsThatNoMachineHoldsAreRefused() throws {
        let study = try Study(
            text: "hypernetwork: {primary: {hidden_layers: 2}, primary_widths: [1000000]}", file: "s.yaml")
        let text = errorText { _ = try numbers(study, HypernetworkTopic(simulates: true).result) }
        #expect(text?.contains("s.yaml:1:61: 'hypernetwork.primary_widths': at least ") == true, "\(text ?? "no error")")
    }
}

@Suite struct SpectralTopicTests {
    @Test func poissonWithAHighFrequency() throws {
        let found = try numbers(try Study(text: "name: p", file: "s.yaml"), SpectralTopic().result).json
        let fits = try #require(found["fits"] as? [[String: Any]])
        expectClose((found["dominant_frequencies"] as! [Double])[0], 100 / (2 * Double.pi), within: 1e-4)
        #expect((fits[0]["relative_error"] as! Double) < 1e-5 && (fits[1]["relative_error"] as! Double) > 0.25)
    }

    /// A series from a file, two frequencies, irregular times: both are found and test values are predicted.
    @Test func seriesFromAFile() throws {
        try withTemporaryDirectory { directory in
            let times = (0..<60).map { Double($0) + 0.4 * sin(3.7 * Double($0)) }
            let rows = times.map { "\($0),\(sin(2 * .pi * 0.31 * $0) + 0.5 * cos(2 * .pi * 0.07 * $0))" }
            try writeFile(Array((["t,u"] + rows).joined(separator: "\n").utf8), "\(directory)/series.csv")
            let study = try Study(
                text: """
                    name: series
                    data: {source: series.csv, label_column: u, train: 45, test: 15, preprocess: none}
                    spectral_mixture: {observed: data, components: 6, noise: 0.01}
                    """, file: "\(directory)/s.yaml")
            let found = try numbers(study, SpectralTopic().result)
            #expect(found.json["fits"] != nil, "\(found.result.text)")
            let fit = (found.json["fits"] as! [[String: Any]])[0]
            #expect((fit["relative_error"] as! Double) < 0.02, "\(found.result.text)")
            expectClose((found.json["dominant_frequencies"] as! [Double])[0], 0.31, within: 1e-3)
        }
    }

    @Test(arguments: [
        (
            "spectral_mixture: {spectrum: student_t_3}",
            "s.yaml:1:30: 'spectral_mixture.spectrum' is student_t_3; Poisson's equation needs four derivatives of the kernel: "
                + "expected gaussian, student_t_5 or student_t_7"
        ),
        (
            "spectral_mixture: {observed: data}",
            "s.yaml: 'data.preprocess' is center_scale; frequencies are those of the inputs as they are: expected none"
        ),
        (
            "spectral_mixture: {frequencies: [1e200]}",
            "s.yaml:1:33: the observed values, or their mean square, are not finite; expected smaller frequencies and amplitudes"
        ),
        ("spectral_mixture: {largest_frequency: 1e300}", "the evidence is not a finite number at the start"),
        (
            "spectral_mixture: {amplitudes: [0]}",
            "s.yaml:1:19: the solution is zero at every point; expected a frequency and an amplitude that are not"
        ),
    ])
    func badInput(text: String, message: String) throws {
        let study = try Study(text: text, file: "s.yaml")
        #expect(errorText { _ = try numbers(study, SpectralTopic().result) }?.contains(message) == true)
    }
}
