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
        for line in ["parameterization: ntk", "parameterization: standard"] {
            let study = try study(line)
            _ = try study.experiment(includesTheory: false)
            #expect { try study.experiment() } throws: { error in
                "\(error)".contains("s.yaml:3") && "\(error)".contains(String(line.prefix { $0 != ":" }))
            }
        }
        for line in ["parameterization: mup", "layer_norm: true", "bias_scale: 0.5", "residual: true"] {
            _ = try study(line).experiment()
        }
        for line in [
            "convolution: {shape: [3]}", "attention: {tokens: 3}", "width_ratios: [1, 2]", "layer_norm: hidden",
            "residual: {branch_scale: 0.5, form: post}",
        ] {
            let study = try study(line)
            #expect(!(try study.experiment().experiment.graph.layers.isEmpty))
        }
    }

    /// Architectures that cannot be built, at the key that is to blame.
    @Test func impossibleArchitectures() {
        func message(_ network: String, widths: String = "[4]") -> String {
            do {
                let study = try Study(
                    text: "name: s\ndata: {source: gaussian, train: 4, dimension: 6, teacher: linear}\nnetwork:\n  \(network)\n"
                        + "simulate: {widths: \(widths)}\n", file: "s.yaml")
                _ = try study.experiment(includesTheory: false)
                return ""
            } catch { return "\(error)" }
        }
        for (network, expected) in [
            ("convolution: {shape: [6], window: 7}", "s.yaml:4:37: the network has a window of 7 over 6 positions"),
            ("convolution: {shape: [6], stride: 4}", "s.yaml:4:37: the network has a stride of 4"),
            ("convolution: {shape: [6], pooling: 4}", "s.yaml:4:38: the network pools over blocks of 4"),
            ("attention: {tokens: 4}", "s.yaml:4:23: 'network.attention.tokens' is 4, which does not divide the 6 components"),
            ("width_ratios: [1]", "s.yaml:4:17: the network has 1 width ratios for 2 hidden layers"),
        ] { #expect(message(network).contains(expected), "\(message(network))") }
        let heads = message("attention: {tokens: 3, key_dimension: 4}", widths: "[4, 6]")
        #expect(
            heads.contains("s.yaml:5:20: 'simulate.widths' has 6, which does not fit the network; expected a multiple of 4"),
            "\(heads)")
    }

    /// Layer norm of inputs that do not vary.
    @Test func inputsWithoutVariation() throws {
        // One component has no variance.
        let flat = try Study(
            text: "name: s\ndata: {source: gaussian, train: 4, dimension: 1, teacher: linear}\nnetwork: {layer_norm: true}\n",
            file: "s.yaml")
        #expect { try flat.experiment() } throws: { error in
            "\(error)".contains("network.layer_norm") && "\(error)".contains("training input 0")
        }
    }
}
