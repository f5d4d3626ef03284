import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle simulate rnn` as a user asks it.
@Suite struct RnnTopicTests {
    private let small = """
        name: r
        flow: {system: henon}
        rnn: {times: 1000, hidden: 12, window: 10, updates: 300, seeds: 3, ahead: 5, alpha: 0.3}
        """

    private func rnn(series text: String, _ options: [String] = []) throws -> Answer {
        try withTemporaryDirectory { directory in
            let file = directory + "/s.csv"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let changes = try (["rnn.updates=200", "rnn.hidden=8", "rnn.seeds=1", "rnn.ahead=5"] + options).map(
                Study.Change.init(setting:))
            let asked = try Study.asked(SimulateRnn.self, of: [file], changes: changes)
            return try SimulateRnn.answer(QuestionRunner.Context(study: asked.study, observe: { _ in }, shouldStop: { false }))
        }
    }

    private func wave(_ count: Int = 600, _ times: (Int) -> Double = { 0.5 * Double($0) }) -> String {
        "t,x\n" + (0..<count).map { "\(times($0)),\(cos(0.3 * Double($0)))" }.joined(separator: "\n") + "\n"
    }

    @Test func answersOfAMap() throws {
        let answer = try ask(SimulateRnn.self, small)
        #expect(try answer.values("seed") == [1, 2, 3])
        #expect(abs(try answer.value("true_exponent") - 0.419) < 0.02)
        #expect(answer["fate"]!.words!.count == 3 && answer["loss_3"] != nil && answer["free_growth"] != nil)
        // Nothing but what is said to be missing is missing.
        for quantity in answer.quantities where !quantity.isPartial {
            let isFinite = quantity.values.allSatisfy { $0.isFinite }
            #expect(isFinite, "\(quantity.name)")
        }
        let estimated = try ask(
            SimulateRnn.self, small, settings: ["rnn.forcing=estimated", "rnn.estimator=geometric", "rnn.seeds=1"])
        let strengths = try estimated.values("forcing")
        #expect(strengths.allSatisfy { $0 >= 0.3 && $0 <= 1 })
    }

    @Test func seriesOfOnesOwn() throws {
        let answer = try rnn(series: wave(), ["rnn.time_column=0", "rnn.delays=2"])
        #expect(
            answer["true_exponent"] == nil && answer.subtitle.contains("2 delays") && answer.subtitle.contains("intervals of 0.5")
        )
        _ = answer.text
    }

    @Test func whatIsNotServedIsNamed() throws {
        func words(_ series: String, _ options: [String] = []) -> String {
            do { _ = try rnn(series: series, options); return "" } catch { return "\(error)" }
        }
        #expect(words(wave(600) { Double($0 * $0) }, ["rnn.time_column=0"]).contains("expected equal intervals"))
        #expect(words(wave(50)).contains("50 times are too few"))
        #expect(words("x\n" + String(repeating: "1\n", count: 400)).contains("all 400 states are equal"))
        #expect(words(wave(), ["rnn.noise=0.1"]).contains("noise of its own"))
        #expect(words(wave(), ["rnn.latent=1"]).contains("expected at least as many"))
        for (settings, words) in [
            (["flow.system=lorentz"], "did you mean 'lorenz'"), (["rnn.delays=2"], "which is for a file"),
            (["rnn.estimator=geometric"], "expected the two together"), (["flow.start=[90, 90]"], "leaves the range of numbers"),
        ] {
            #expect { try ask(SimulateRnn.self, self.small, settings: settings) } throws: { "\($0)".contains(words) }
        }
    }
}
