import Foundation
import TestSupport
import Testing

@testable import SaddleStudies

/// What the questions on parameterisations say of optimisers and of the depth, and what they refuse.
@Suite struct MaximalUpdateTopicTests {
    private func answer(_ settings: String...) throws -> Answer {
        try ask(PredictParameterization.self, "name: p", settings: settings)
    }

    /// The table of μP for Adam, with units that make it maximal, and standard networks, with which it is not.
    @Test func optimizers() throws {
        let adam = try answer("training.optimizer=adam")
        #expect(adam["maximal_parameter"]?.words?[1] == "hidden weights" && adam["maximal_rule"]?.words?[1] == "adam")
        #expect(try adam.values("maximal_learning_rate_exponent") == [0, -1, -1, 0, 0])
        #expect(try adam.values("maximal_epsilon_exponent") == [-1, -1, 0, -1, 0])
        #expect(try adam.values("factored_multiplier_exponent") == [0, -0.5, -1, 0, -0.5])
        #expect(
            adam["own_update"]?.words == ["maximal", "maximal", "maximal"] && adam["regime"]?.words?[0] == "feature_learning")
        #expect(adam["fixed_epsilon_regime"] == nil && adam["form"] == nil && adam["branch_exponent"] == nil)

        let standard = try answer("training.optimizer=adam", "network.parameterization=standard")
        #expect(standard["own_update"]?.words == ["maximal", "diverges", "diverges"] && standard.text.contains("∝ N^−q"))
        #expect(standard["fixed_epsilon_regime"]?.words == ["unstable"])
        #expect(try standard.value("smallest_stable_c") == 1.5)

        let muon = try answer("training.optimizer={name: muon, others: adam}", "network.hidden_layers=1")
        #expect(muon["maximal_parameter"]?.words == ["input weights", "output weights", "hidden biases", "output bias"])
        #expect(try answer()["maximal_epsilon_exponent"] == nil)
    }

    @Test func depths() throws {
        let complete = try answer("training.optimizer=adamw", "network.residual={depth_scaled: 1, exponent: 1}")
        #expect(try complete.values("depth_learning_rate_exponent") == [0, 0, 0, 0, 0])
        #expect(try complete.values("depth_epsilon_exponent") == [0, -1, 0, -1, 0])
        #expect(complete["depth_regime"]?.words == ["complete"] && complete.text.contains("complete feature learning"))
        #expect(complete["depth_fixed_epsilon_regime"]?.words == ["still"])
        let half = try answer("training.optimizer=adamw", "network.residual={depth_scaled: 1, exponent: 0.5}")
        #expect(try half.values("depth_learning_rate_exponent") == [0, -0.5, 0, -0.5, 0])
        #expect(half["depth_regime"]?.words == ["unstable"])
        #expect(
            try answer("network.residual={depth_scaled: 1, exponent: 1}").values("depth_learning_rate_exponent") == [
                0, 1, 0, 1, 0,
            ])
        #expect(try answer("network.residual=true")["depth_regime"] == nil)
    }

    private static let study = """
        name: c
        data: {source: gaussian, train: 4, dimension: 3, teacher: linear}
        network: {activation: tanh, residual: {depth_scaled: 1, exponent: 1}}
        training: {optimizer: adam, learning_rate: 0.05}
        coordinates: {widths: [16, 32], depths: [9, 17, 33], networks: 12, steps: 2}
        """

    /// Adam with 1/L: the theory's exponents are those of networks; with L^−½ and one learning rate there are none.
    @Test func coordinates() throws {
        let complete = try ask(SimulateCoordinates.self, Self.study)
        #expect(complete["depth_regime"]?.words == ["complete"])
        #expect(try complete.values("depth") == [8, 16, 32] && complete.values("slope_expected") == [0, 0, 0, 0, 0, 0, 0])
        #expect(complete.check?.verdict == .agrees, "\(complete.text)")
        let none = try ask(SimulateCoordinates.self, Self.study, settings: ["network.residual={depth_scaled: 1, exponent: 0.5}"])
        #expect(none.check?.verdict == .cannotTell)
        let scaled = try ask(
            SimulateCoordinates.self, Self.study,
            settings: ["network.residual={depth_scaled: 1, exponent: 0.5}", "coordinates.depth_rates=maximal"])
        #expect(try scaled.values("slope_expected")[3] == -0.5 && scaled.check?.verdict == .agrees, "\(scaled.text)")
        // Between the limits of ε nothing is expected.
        let between = try ask(SimulateCoordinates.self, Self.study, settings: ["training.optimizer={name: adam, epsilon: 0.1}"])
        #expect(between.check?.verdict == .cannotTell && between.text.contains("depth_rates: maximal"))
        let widths = try ask(
            SimulateCoordinates.self, Self.study.replacingOccurrences(of: "[16, 32], depths: [9, 17, 33]", with: "[64, 128, 256]")
        )
        #expect(widths.check?.verdict == .agrees, "\(widths.text)")
    }

    @Test(arguments: [
        ("network.residual=false", "no power of the depth"), ("network.parameterization=ntk", "expected mean_field"),
        ("coordinates.against=mup", "'coordinates.against' names a power of the width"),
        ("coordinates.depths=[3]", "two different numbers"),
        ("coordinates.depths=[1, 3]", "each at least 2"),
    ]) func refusals(setting: String, message: String) {
        #expect { try ask(SimulateCoordinates.self, Self.study, settings: [setting]) } throws: { error in
            "\(error)".contains(message)
        }
        let biased = ["network.bias_scale=0.1", "coordinates.depth_rates=maximal"]
        #expect { try ask(SimulateCoordinates.self, Self.study, settings: biased) } throws: { error in
            "\(error)".contains("the ε of biases in branches")
        }
    }
}
