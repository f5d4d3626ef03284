import SaddleComparisons
import SaddleModels
import Testing

@testable import SaddleStudies

/// `saddle simulate streams` on a study.
@Suite struct StreamsTopicTests {
    private static let stream = """
        name: s
        data: {source: gaussian, test: 10, dimension: 4, teacher: linear, noise: 0.3}
        network: {hidden_layers: 1, activation: erf}
        training: {data: stream, batch_size: 2, steps: 6, learning_rate: 0.3}
        predict: {accuracy: 0.3, sites: 60}
        simulate: {widths: [16, 48], networks: 120, streams: 4}
        record: 3
        """

    private func context(_ text: String, _ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(text: text, settings: settings, file: "s.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    @Test func answers() throws {
        let answer = try SimulateStreams.answer(context(Self.stream))
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(answer["initial_predicted"]!.values.count == 2 && answer["limit_4"]!.values.count == 3)
        // What initialisations make falls as 1/√N, what streams make does not change.
        let initial = answer["initial_predicted"]!.values, streams = answer["streams_predicted"]!.values
        #expect(initial[1] < 0.7 * initial[0] && streams[0] == streams[1])
    }

    /// A file of samples has another order for every stream, and only if it may be shuffled.
    @Test func ordersOfAFile() throws {
        let digits = """
            name: d
            data: {source: digits, classes: [0, 1], train: 12, test: 6}
            network: {hidden_layers: 1, activation: erf}
            training: {batch_size: 3, steps: 8, learning_rate: 0.2}
            predict: {accuracy: 0.5, sites: 60}
            simulate: {widths: [16, 48], networks: 60, streams: 3}
            record: 3
            """
        let answer = try SimulateStreams.answer(context(digits))
        #expect(answer.verdict != .disagrees, "\(answer.text)")
        #expect(answer["limit_1"]!.values != answer["limit_2"]!.values)
        for text in [
            digits.replacing("batch_size: 3,", with: "batch_size: 3, order: sequential,"),
            digits.replacing("batch_size: 3, ", with: ""),
        ] {
            #expect { try SimulateStreams.answer(self.context(text)) } throws: { "\($0)".contains("in one order only") }
        }
    }

    @Test(arguments: [
        ("simulate.networks=15", "expected 16 or more"), ("predict.directions=0", "leaves out the 1/N corrections"),
    ])
    func whatIsNotServedIsNamed(setting: String, words: String) throws {
        #expect { try SimulateStreams.answer(self.context(Self.stream, [setting])) } throws: { "\($0)".contains(words) }
    }

    /// A factor of residual branches set on the command line takes the place of one that follows the depth.
    @Test func factorsOfBranchesRuleOutEachOther() throws {
        let text = "network: {hidden_layers: 3, residual: {depth_scaled: 1, exponent: 0.5, form: post}}"
        let study = try Study(text: text, settings: ["network.residual.branch_scale=0.2"], file: "r.yaml")
        #expect(study.network.residual == Residual(form: .post, scale: .branch(0.2)))
        let back = try Study(
            text: "network: {hidden_layers: 3, residual: {branch_scale: 0.2}}", settings: ["network.residual.depth_scaled=2"],
            file: "r.yaml")
        #expect(back.network.residual == Residual(form: .pre, scale: .depth(2, exponent: 0.5)))
    }
}
