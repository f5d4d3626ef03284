import Foundation
import Numerics
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle measure koopman` and `saddle simulate walks` as a user asks them.
@Suite struct KoopmanTopicTests {
    private func koopman(series text: String, _ options: [String] = []) throws -> Answer {
        try withTemporaryDirectory { directory in
            let file = directory + "/s.csv"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let changes = try options.map(Study.Change.init(setting:))
            let asked = try Study.asked(MeasureKoopman.self, of: [file], changes: changes)
            return try MeasureKoopman.answer(QuestionRunner.Context(study: asked.study, observe: { _ in }, shouldStop: { false }))
        }
    }

    private func wave(_ times: (Int) -> Double = { 0.5 * Double($0) }) -> String {
        "t,x\n" + (0..<60).map { "\(times($0)),\(cos(0.3 * Double($0)))" }.joined(separator: "\n") + "\n"
    }

    /// The step of the time column is the unit of frequencies, and a wave without delays is told to need them.
    @Test func seriesWithTimes() throws {
        let plain = try koopman(series: wave(), ["koopman.time_column=0", "koopman.grid=5"])
        #expect(plain.warnings.contains { $0.contains("Standing waves") })
        let answer = try koopman(series: wave(), ["koopman.time_column=0", "koopman.delays=1", "koopman.grid=5"])
        #expect(!answer.warnings.contains { $0.contains("Standing waves") })
        let frequency = abs(answer["frequency"]!.values[0])
        #expect(abs(frequency - 0.6 / (2 * .pi)) < 1e-9)
        #expect(answer["pseudospectrum"]!.shape == [5, 5] && answer["forecast_error"]!.values[0] < 1e-8)
        _ = answer.text
    }

    @Test func whatIsNotServedIsNamed() throws {
        func words(_ series: String, _ options: [String]) -> String {
            do { _ = try koopman(series: series, options); return "" } catch { return "\(error)" }
        }
        #expect(words(wave { Double($0 * $0) }, ["koopman.time_column=0"]).contains("expected equal intervals"))
        #expect(words(wave(), ["koopman.time_column=2"]).contains("is 2 of 2 columns"))
        #expect(words("x\n1\n1\n1\n1\n1\n", []).contains("all 5 states are equal"))
        #expect(words("x\n1\n2\n", []).contains("has 2 states"))
        #expect(words(wave(), ["koopman.rank=threshold", "koopman.dictionary=fourier"]).contains("expected dictionary: linear"))
        #expect(words(wave(), ["koopman.noise=1"]).contains("expected it together with"))
        #expect(
            words(wave(), ["koopman.dictionary=polynomials", "koopman.degree=20", "koopman.delays=9"]).contains("at most 1500"))
    }

    private let study = """
        name: s
        data: {source: gaussian, train: 5, test: 0, dimension: 4, teacher: linear}
        network: {hidden_layers: 1, activation: tanh, richness: 1.0e-4, centered: true}
        training: {steps: 50, learning_rate: 0.5}
        koopman: {grid: 0, tolerance: 1.0e-5}
        simulate: {widths: [100], networks: 1}
        """

    @Test func trainingBesideItsKernel() throws {
        let answer = try ask(MeasureKoopman.self, study)
        #expect(try answer.values("kernel_multiplier").count == 5)
        let (differences, amplitudes) = (try answer.values("difference"), try answer.values("amplitude"))
        #expect(zip(differences, amplitudes).allSatisfy { $0 < 2e-3 || $1 < 0.05 }, "\(differences)")
        let moved = try ask(MeasureKoopman.self, study, settings: ["training.momentum=0.5"])
        #expect(moved["kernel_multiplier"] == nil && moved.warnings.contains { $0.contains("there is momentum") })
        #expect { try ask(MeasureKoopman.self, self.study, settings: ["representation.layer=1"]) } throws: {
            "\($0)".contains("representation.layer")
        }
    }

    @Test func walks() throws {
        let answer = try ask(SimulateWalks.self, "name: w\nwalks: {walkers: 12, blocks: 2, samples: 6, steps: 20}\n")
        #expect(try answer.values("tiling").allSatisfy { [0, 1, 2].contains($0) })
        #expect(answer.check != nil && !answer.disagrees)
        #expect(try answer.values("tiling").count { $0 > 0 } == 12 * 20)
        for (settings, words) in [
            ("walks.walkers=13", "multiple of 'walks.blocks'"), ("walks.q=0.0001", "expected a number closer to 1"),
        ] {
            #expect {
                try ask(SimulateWalks.self, "name: w\nwalks: {walkers: 12, gap: 200}\n", settings: [settings])
            } throws: { "\($0)".contains(words) }
        }
    }
}
