import Foundation
import SaddleModels
import TestSupport
import Testing

@testable import SaddleStudies

/// What the topics of parameterisation write and which studies they refuse.
@Suite struct ParametrizationTopicTests {
    private func result(_ settings: [String]) throws -> TopicResult {
        let study = try Study(text: "name: p", settings: settings, file: "the settings")
        return try ParametrizationTopic().result(
            TopicRunner.Context(study: study, observe: { _ in }, shouldStop: { false }))
    }

    @Test func namesTheVerdict() throws {
        let mup = try result(["network.parameterization=mup", "network.hidden_layers=3"])
        #expect(!mup.disagrees && mup.text.contains("feature learning") && mup.text.contains("n^−0.5"))
        let object = try JSONSerialization.jsonObject(with: Data(try mup.json().utf8)) as? [String: Any]
        let own = try #require(object?["own"] as? [String: Any])
        #expect(own["verdict"] as? String == "feature_learning" && own["r"] as? Double == 0)
        #expect(own["learning_layers"] as? [Int] == [1, 2, 3])
        #expect((object?["others"] as? [Any])?.count == Parameterization.named.count - 1)

        let custom = try result(["network.parameterization={a: [0, 0, 0], b: [0, 0.5, 0.5], c: 0.5}"])
        #expect(custom.text.contains("not stable") && custom.text.contains("2a + c ≥ 1"))
        #expect(try result(["network.parameterization={a: [0, 0.5, 1], b: [0, 0, 0], c: 0}"]).text.contains("trivial"))
    }

    /// Ensembles serve what the theory of feature learning does not; each refusal names its key.
    @Test func studiesThatOnlyNetworksServe() throws {
        func study(_ line: String) throws -> Study {
            try Study(
                text: "name: s\ndata: {source: gaussian, train: 4, dimension: 3, teacher: linear}\nnetwork: {\(line)}\n",
                file: "s.yaml")
        }
        for line in ["parameterization: ntk", "parameterization: standard", "residual: true"] {
            let study = try study(line)
            _ = try study.experiment(includesTheory: false)
            #expect { try study.experiment() } throws: { error in
                "\(error)".contains("s.yaml:3") && "\(error)".contains(String(line.prefix { $0 != ":" }))
            }
        }
        for line in ["parameterization: mup", "layer_norm: true", "bias_scale: 0.5"] { _ = try study(line).experiment() }
        #expect(throws: StudyFileError.self) { try study("convolution: {shape: [3]}").experiment(includesTheory: false) }

        // One component has no variance.
        let flat = try Study(
            text: "name: s\ndata: {source: gaussian, train: 4, dimension: 1, teacher: linear}\nnetwork: {layer_norm: true}\n",
            file: "s.yaml")
        #expect { try flat.experiment() } throws: { error in
            "\(error)".contains("network.layer_norm") && "\(error)".contains("training input 0")
        }
    }
}
