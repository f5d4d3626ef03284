import SaddleModels
import Testing

@testable import SaddleStudies

/// `saddle predict depth-limit` on a study.
@Suite struct DepthLimitTopicTests {
    private func context(_ residual: String, _ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: d
                data: {source: gaussian, train: 4, test: 2, dimension: 4, teacher: linear}
                network: {hidden_layers: 3, activation: tanh, residual: \(residual)}
                training: {steps: 4, learning_rate: 0.2}
                predict: {accuracy: 1, sites: 400}
                record: 3
                depth_limit: {depths: [3, 5, 9]}
                """, settings: settings, file: "d.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    @Test func answers() throws {
        let answer = try PredictDepthLimit.answer(context("{depth_scaled: 1, exponent: 0.5}"))
        #expect(answer["branches"]!.values == [2, 4, 8])
        let (limit, values) = (answer["train_loss"]!, answer["train_loss_at_depth"]!.values)
        #expect(
            abs(limit.values[0] - values[2]) < 5 * limit.errors![0]
                && answer.warnings.allSatisfy { !$0.contains("straight line") })
        #expect(answer.text.contains("2 branches change the training loss"))
    }

    /// What has no limit is refused: branches that do not shrink, and optimisers whose branches together move features beyond order one.
    @Test(arguments: [
        ("false", "", "have no limit of infinite depth"), ("true", "", "of the same size at every depth"),
        ("{depth_scaled: 1, exponent: 0.5}", "training.optimizer=muon", "not stable at large depth"),
        ("{depth_scaled: 1, exponent: 0.5}", "training.optimizer=adam", "not stable at large depth"),
    ])
    func whatHasNoLimitIsNamed(residual: String, setting: String, words: String) throws {
        #expect {
            try PredictDepthLimit.answer(self.context(residual, setting.isEmpty ? [] : [setting]))
        } throws: { "\($0)".contains(words) }
    }

    /// Where networks find the limit, nothing else may say how it is solved.
    @Test func sitesOfEntriesAreRefused() throws {
        let study = try Study(
            text: """
                data: {source: gaussian, train: 4, test: 2, dimension: 4, teacher: linear}
                network: {hidden_layers: 2, activation: tanh}
                training: {steps: 4, learning_rate: 0.02, optimizer: adam}
                predict: {accuracy: 1, sites: 400}
                """, file: "a.yaml")
        #expect { try study.experiment() } throws: {
            "\($0)".hasPrefix("a.yaml:4:31: 'predict.sites' is set") && "\($0)".contains("expected 'predict.accuracy' alone")
        }
    }
}
