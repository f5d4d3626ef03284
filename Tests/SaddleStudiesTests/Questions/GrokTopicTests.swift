import Foundation
import TestSupport
import Testing

@testable import SaddleStudies

// The three commands end to end: settings reach theory and networks, verdicts can fail, and bad input has clear words.

private let small = "dimension: 12, samples: 60, steps: 600, times: 20"

@Suite struct GrokTopicTests {
    @Test func committeesAgreeWithTheirLimit() throws {
        let answer = try ask(SimulateGrok.self, "grok: {\(small), alpha: 0.5, widths: [150, 300], networks: 12}")
        #expect(answer.verdict == .agrees, "\(answer.text)")
        let test = try answer.values("test_loss"), train = try answer.values("train_loss")
        #expect(test.last! < 0.2 * test[0] && train.last! < 0.2 * train[0] && train.last! < test.last!)
        #expect(try answer.values("target_alignment").last! > answer.values("target_alignment")[0])
        #expect(try answer.values("movement").last! > 0.02 && answer.values("initial_alignment")[0] > 1 - 1e-12)
        #expect(try answer.value("test_time") > answer.value("train_time"))
        // One width cannot tell.
        let single = try ask(SimulateGrok.self, "grok: {\(small), alpha: 0.5, widths: [20], networks: 12}")
        #expect(single.verdict == .cannotTell, "\(single.text)")
    }

    @Test func onlineCommitteesFollowTheFlow() throws {
        let answer = try ask(
            SimulateGrok.self,
            "grok: {dimension: 10, samples: 100, online: true, widths: [40], networks: 30, steps: 600, times: 15, learning_rate: 0.1}"
        )
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(try answer.values("test_loss").last! < 0.5 * answer.values("test_loss")[0])
    }

    @Test func prediction() throws {
        let answer = try ask(PredictGrok.self, "grok: {dimension: 8, samples: 48, steps: 400, times: 15, draws: 2}")
        #expect(try answer.values("phases_epsilon").count == 49 && answer.values("phases_ratio").count == 42)
        #expect(try answer.value("rich_time") > 0)
        // Lazy networks keep a test loss where samples are fewer than quadratic forms.
        let lazy = try ask(PredictGrok.self, "grok: {dimension: 16, samples: 96, alpha: 64, steps: 400, draws: 2}")
        #expect(["lazy", "untrained"].contains(lazy["phase"]?.words?[0]))
        let prompt = try ask(PredictGrok.self, "grok: {dimension: 8, samples: 300, alpha: 0.5, steps: 800, draws: 2}")
        #expect(prompt["phase"]?.words == ["prompt"])
    }

    @Test func delayOfATable() throws {
        try withTemporaryDirectory { folder in
            let steps = (0..<200).map { 10 * Double($0) }
            let rows = steps.map { "\($0),\(exp(-$0 / 20)),\(exp(-$0 / 300))" }
            try "step,train_loss,test_loss\n\(rows.joined(separator: "\n"))\n".write(
                toFile: "\(folder)/log.csv", atomically: true, encoding: .utf8)
            let answer = try ask(MeasureGrokDelay.self, "grok: {curves: {file: \(folder)/log.csv}}")
            #expect(answer["outcome"]?.words == ["delayed"])
            expectClose(try answer.value("delay"), 280 * log(10.0), within: 5)
            let never = try ask(MeasureGrokDelay.self, "grok: {curves: {file: \(folder)/log.csv, test_threshold: 1.0e-9}}")
            #expect(never["outcome"]?.words == ["never generalizes"] && never["delay"] == nil)
            #expect(never.text.contains("There is no delay to measure"))
        }
    }

    @Test func badInput() {
        for (question, settings, message) in [
            (SimulateGrok.self as any Question.Type, "alpha: 0", "'grok.alpha' is 0; expected a number above 0"),
            (PredictGrok.self, "epsilon: -1", "'grok.epsilon' is -1; expected a number above 0"),
            (PredictGrok.self, "dimension: 1", "'grok.dimension' is 1; expected a whole number"),
            (SimulateGrok.self, "samples: 900000000", "'grok.samples': at least"),
            (
                SimulateGrok.self, "\(small), learning_rate: 1000, epsilon: 2",
                "'grok.learning_rate' is 1000.0: a network of width 150 diverged"
            ),
            (MeasureGrokDelay.self, "alpha: 1", "'grok.curves.file' is missing"),
            (MeasureGrokDelay.self, "curves: {file: /nowhere.csv}", "/nowhere.csv: cannot be read"),
        ] {
            let text = errorText { _ = try ask(question, "grok: {\(settings)}") }
            #expect(text?.contains(message) == true, "\(text ?? "no error")")
        }
    }
}

/// Curves of a study's own networks, out of its run folder.
@Suite struct GrokRunTests {
    @Test func networksOfARunFolder() throws {
        try withTemporaryDirectory { folder in
            let text = """
                data: {source: group, group: Z5, train: 20, test: 5}
                network: {hidden_layers: 1, activation: square, richness: 4}
                training: {steps: 200, learning_rate: 0.05, weight_decay: 0.005}
                simulate: {widths: [16, 32], networks: 3}
                record: 20
                kernels: false
                """
            let study = try Study(text: text, file: "study.yaml")
            _ = try StudyRunner(study, output: "\(folder)/run").run(.simulation)
            let answer = try ask(MeasureGrokDelay.self, "grok: {curves: {file: \(folder)/run}}")
            #expect(
                answer["run"]?.words == ["network 1", "network 2", "network 3"]
                    && answer.warnings.contains { $0.contains("width 32") })
            let text2 = errorText {
                _ = try ask(MeasureGrokDelay.self, "grok: {curves: {file: \(folder)/run, train_column: loss}}")
            }
            #expect(text2?.contains("no curve 'loss'") == true, "\(text2 ?? "no error")")
            let empty = errorText { _ = try ask(MeasureGrokDelay.self, "grok: {curves: {file: \(folder)}}") }
            #expect(empty?.contains("has no ensemble.npz") == true, "\(empty ?? "no error")")
        }
    }
}
