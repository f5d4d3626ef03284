import SaddleComparisons
import SaddleModels
import Testing

@testable import SaddleStudies

/// `saddle simulate subspace` on a study, and intrinsic dimensions.
@Suite struct SubspaceTopicTests {
    private func context(_ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: s
                data: {source: gaussian, train: 6, test: 2, dimension: 5, teacher: linear}
                network: {hidden_layers: 1, activation: tanh}
                training: {steps: 30, learning_rate: 0.5}
                subspace: {width: 16, dimensions: [1, 4, 16, 64], subspaces: 3, kind: dense}
                """, settings: settings, file: "s.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    @Test(arguments: ["dense", "sparse", "fastfood"]) func answers(kind: String) throws {
        let answer = try SimulateSubspace.answer(context(["subspace.kind=\(kind)"]))
        let share = answer["share"]!.values
        #expect(share[0] < 0.8 && share[3] > share[0] && share[3] > 0.8, "\(answer.text)")
        #expect(answer["lazy_share"]!.values.count == 4)
    }

    /// Where a straight line in ln d crosses the threshold; without a crossing there is no dimension.
    @Test func dimensions() throws {
        let found = IntrinsicDimension(dimensions: [4, 16, 64], shares: [[0.2, 0.4], [0.6, 0.8], [1, 1]], threshold: 0.85)
        #expect(abs(found.value! - 32) < 1e-9)
        let interval = try #require(found.interval())
        #expect(interval.low < 32 && interval.high > 32 && interval.low > 20 && interval.high < 45, "\(interval)")
        #expect(IntrinsicDimension(dimensions: [4, 16], shares: [[0.1], [0.2]]).value == nil)
        #expect(IntrinsicDimension(dimensions: [4, 16], shares: [[0.95], [1]]).value == nil)
    }

    @Test(arguments: [
        ("subspace.dimensions=[4,1000]", "expected at most the 96 parameters"),
        ("training.momentum=0.5", "expected plain descent"),
        ("network.centered=true", "expected plain descent"),
    ])
    func whatIsNotServedIsNamed(setting: String, words: String) throws {
        #expect { try SimulateSubspace.answer(self.context([setting])) } throws: { "\($0)".contains(words) }
    }
}
