import Foundation
import SaddleModels
import TestSupport
import Testing

@testable import SaddleStudies

/// What questions on parameterisations write and which studies they refuse.
@Suite struct ParameterizationTests {
    private func answer(_ settings: String...) throws -> Answer {
        try ask(PredictParameterization.self, "name: p", settings: settings)
    }

    @Test func namesTheRegime() throws {
        let mup = try answer("network.parameterization=mup", "network.hidden_layers=3")
        #expect(!mup.disagrees && mup.text.contains("feature learning") && mup.text.contains("−0.5"))
        #expect(mup["regime"]?.words?[0] == "feature_learning" && mup["learning_layers"]?.words?[0] == "1, 2, 3")
        #expect(try mup.values("r")[0] == 0 && mup.values("r").count == Parameterization.named.count)

        let custom = try answer("network.parameterization={a: [0, 0, 0], b: [0, 0.5, 0.5], c: 0.5}")
        #expect(custom.text.contains("not stable") && custom.text.contains("2a + c ≥ 1"))
        #expect(try answer("network.parameterization={a: [0, 0.5, 1], b: [0, 0, 0], c: 0}").text.contains("trivial"))
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
