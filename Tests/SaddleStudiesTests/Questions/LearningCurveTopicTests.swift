import Foundation
import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

// The commands on learning curves, against closed forms. They would catch keys that do not reach the computation, a check that cannot
// fail, and bad input that is not named.

@Suite struct LearningCurveTopicTests {
    /// Isotropic inputs without features, P = 2D: the late excess is σ²D/(P − D), the best ridge σ²D/P for a signal of 1.
    @Test func isotropicInputs() throws {
        let found = try ask(
            PredictLearningCurve.self,
            "learning_curve: {spectrum: isotropic, dimension: 50, samples: 100, width: infinite, noise: 0.3}")
        expectClose(try found.values("test_loss").last!, 0.3, within: 1e-9)
        expectClose(try found.value("best_ridge"), 0.3 * 50 / 100, within: 1e-5)
        expectClose(try found.value("edge"), pow(1 + 0.5.squareRoot(), 2), within: 1e-9)
        let counts = try found.values("samples_count"), losses = try found.values("samples_ridgeless_loss")
        for (count, loss) in zip(counts, losses) where count > 50 {
            let exact = 0.3 * 50 / (count - 50)
            expectClose(loss, exact, within: 1e-9 * max(exact, 1))
        }
        // As many samples as inputs are among them, and diverge.
        let pole = try #require(counts.firstIndex(of: 50))
        #expect(counts.contains(50.5) && losses[pole] == .infinity)
        #expect(found.check == nil)
    }

    /// Twenty-four numbers of small systems agree; false alarms 1e-4 by the check's own rate.
    @Test(arguments: ["flow", "sgd", "ridge"])
    func finiteSystemsAgree(_ method: String) throws {
        let found = try ask(
            SimulateLearningCurve.self,
            """
            learning_curve:
              {dimension: 60, samples: 45, width: 30, method: \(method), batch_size: 5, initial_variance: 0.3, repeats: 16, time: 60}
            """)
        #expect(found.verdict == .agrees, "\(found.text)")
        #expect(found.check!.compared >= 20 && found["test_loss_label_noise_and_features"] != nil)
    }

    /// Negative control: the same systems beside the theory of three times the training, or of labels with three times the noise.
    @Test(arguments: [("time: 60", "time: 180"), ("noise: 0.1", "noise: 0.3")]) func wrongTheoryIsNoticed(
        right: String, wrong: String
    ) throws {
        func context(_ change: (String, String)) throws -> QuestionRunner.Context {
            let text =
                "learning_curve: {dimension: 40, samples: 30, width: 20, initial_variance: 0.3, noise: 0.1, repeats: 60, time: 60, seed: 2}"
            let study = try Study(text: text.replacing(change.0, with: change.1), file: "s.yaml")
            return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
        }
        func theory(_ change: (String, String)) throws -> LearningCurveSurvey {
            try LearningCurveAnswer(context(change), simulates: false).theory
        }
        let ensembles = try LearningCurveCheck.ensembles(theory((right, right)), repeats: 60, seed: 2)
        for (setting, verdict) in [(right, Verdict.agrees), (wrong, .disagrees)] {
            let check = try LearningCurveCheck(theory((right, setting)), ensembles).check
            #expect(check.verdict == verdict, "\(setting): \(check.reason)")
        }
    }

    /// Random features with an activation, and the words for them.
    @Test func nonlinearSystemsAgree() throws {
        let found = try ask(
            SimulateLearningCurve.self,
            """
            learning_curve:
              {spectrum: isotropic, dimension: 80, samples: 60, width: 40, activation: relu, initial_variance: 0.3, repeats: 16, time: 300}
            """)
        #expect(!found.disagrees, "\(found.text)")
        // Outputs at the start have the variance that the study names, beside the signal of 1.
        expectClose(try found.values("test_loss")[0], 1.3, within: 1e-9)
        #expect(found.page.subtitle.contains("random relu features"))
    }

    /// The study that is written reads back to the same numbers.
    @Test func studyIsWrittenInFull() throws {
        let text = """
            learning_curve:
              {spectrum: [1, 0.5, 0.25], samples: 2, width: 2, activation: erf, teacher: power_law, teacher_exponent: 2, method: one_pass, batch_size: 3,
               learning_rate: 0.1, momentum: 0.5, nesterov: true, time: 20, noise: 0.1, initial_variance: 0.2, repeats: 5, seed: 9}
            generalization: {ratio: 2, signal_to_noise: 3, initial_to_teacher: 0.5, time: 10}
            """
        let study = try Study(text: text, file: "s.yaml")
        let again = try Study(text: study.yaml, file: "s.yaml")
        #expect(study.learningCurve == again.learningCurve && study.generalization == again.generalization)
        #expect(study.learningCurve?.dimension == 3 && study.learningCurve?.usesNesterov == true)
    }

    @Test func generalization() throws {
        for (ratio, error) in [(0.5, 0.9), (2, 0.4)] {
            let found = try ask(PredictGeneralization.self, "generalization: {ratio: \(ratio)}")
            expectClose(try found.value("final_error"), error, within: 1e-12)
            expectClose(try found.value("best_ridge"), 0.2, within: 1e-15)
        }
        #expect(try ask(PredictGeneralization.self, "generalization: {ratio: 1}").value("final_error") == .infinity)
    }

    @Test(arguments: [
        ("{spectrum: [1, -1]}", "is [1, -1]; expected isotropic, power_law, or a list of eigenvalues of 0 or more"),
        ("{samples: 0}", "'learning_curve.samples' is 0"),
        ("{method: descent, learning_rate: 9}", "'learning_curve.learning_rate': the learning rate 9.0 is beyond"),
        ("{method: sgd, batch_size: 1, learning_rate: 1}", "feeds on itself"),
        ("{method: sgd, batch_size: 301}", "at most the number of samples, 300"),
        ("{spectrum: [1, 2], dimension: 3}", "'spectrum' lists 2 eigenvalues"),
        ("{activation: abs}", "'learning_curve.activation': the activation abs cannot make random features"),
        ("{activation: relu, width: infinite}", "inputs without random features have no activation; expected a finite width"),
        ("{activation: rely}", "one of linear, relu"),
        ("{method: sgd, time: 10.5}", "expected a whole number of steps"),
    ])
    func badInput(section: String, message: String) throws {
        let text = errorText { _ = try ask(PredictLearningCurve.self, "learning_curve: \(section)") }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }

    @Test func systemsBeyondTheMachineAreRefused() throws {
        let text = errorText {
            _ = try ask(SimulateLearningCurve.self, "learning_curve: {dimension: 1000000, samples: 1000000}")
        }
        #expect(text?.contains("of memory would be needed") == true, "\(text ?? "no error")")
    }
}
