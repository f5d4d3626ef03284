import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

@testable import SaddleStudies

/// What the commands on initialisation write and decide. Catches numbers of the wrong layer, a check that passes whatever was
/// measured, and networks that the recursion does not describe.
@Suite struct InitializationTopicTests {
    @Test func criticality() throws {
        let answer = try ask(
            PredictCriticality.self, "name: test", settings: ["network.activation=gelu", "network.weight_scale=1.5"])
        #expect(answer["universality"]?.words == ["half_stable"])
        expectClose(try answer.values("critical_weight_variance")[0], 1.983058257, within: 6e-10)
        expectClose(try answer.values("critical_bias_variance")[0], 0.172922391, within: 6e-10)
        expectClose(try answer.values("critical_weight_scale")[0], 1.983058257.squareRoot(), within: 6e-10)
        #expect(answer["phase"]?.words == ["unbounded"])
        #expect(answer.text.contains("Set weight_scale to 1.408211013 and bias_scale to 0.415839381."))
        let perpendicular = try #require(answer["diagram_chi_perpendicular"]), side = perpendicular.shape[0]
        #expect(side > 10 && perpendicular.shape == [side, side])
        // Far from every bias the slope of gelu at K → 0 is ½: the smallest C_b and C_W of the grid.
        let map = KernelMap(
            .gelu, weightVariance: try answer.values("diagram_weight_variance")[0],
            biasVariance: try answer.values("diagram_bias_variance")[0])
        expectClose(perpendicular.values[0], try map.limit().response.perpendicular, within: 1e-12)
        #expect(try answer.values("diagram_kernel")[(side - 1) * side] == .infinity)
    }

    @Test func activationsWithoutAnAnswer() throws {
        func ask(_ activation: String) throws -> Answer {
            try SaddleStudiesTests.ask(PredictCriticality.self, "network: {activation: \(activation)}")
        }
        let none = try ask("sigmoid")
        #expect(none["universality"]?.words == ["none"] && none["critical_kernel"] == nil)
        #expect(errorText { _ = try ask("sign") }?.contains("sign jumps") == true)
        _ = try ask("exp")
    }

    /// ReLU: K = 2, V/K² = 5ℓ, Θ = ℓ + 1, no biases of order 1/N.
    @Test func depth() throws {
        let answer = try ask(
            PredictDepth.self, "name: test",
            settings: [
                "network.activation=relu", "network.weight_scale=1.4142135623730951", "network.hidden_layers=8",
                "depth.widths=[400, 100]",
            ])
        let kernels = try answer.values("kernel")
        #expect(kernels.count == 9)
        for l in 0..<9 {
            expectClose(kernels[l], 2, within: 1e-12)
            expectClose(try answer.values("kernel_relative_variance")[l], 5 * Double(l), within: 1e-11)
            expectClose(try answer.values("tangent_kernel")[l], Double(l + 1), within: 1e-11)
        }
        expectClose(try answer.values("cutoff")[0], 0.08, within: 1e-15)
        expectClose(try answer.values("output_kernel_spread")[0], (40.0 / 100).squareRoot(), within: 1e-12)
        #expect(answer["tangent_kernel_variance"]?.shape == [9])
    }

    @Test func networksWithoutThisRecursion() {
        for (setting, word) in [
            ("network.residual=true", "network.residual"),
            ("network.parameterization=standard", "expected mean_field, ntk or mup"),
            ("network.hidden_layers=100000000", "expected at most 1000000"),
            ("network.weight_scale=1e300", "expected a number from 0.001 to 1000"),
            ("network.bias_scale=1e300", "expected a number from 0 to 1000"), ("depth.input_kernel=0", "K = 0.0"),
        ] {
            let text = errorText { _ = try ask(PredictDepth.self, "name: test", settings: [setting]) }
            #expect(text?.contains(word) == true, "\(text ?? "no error")")
        }
    }

    @Test func simulationAgrees() throws {
        let answer = try ask(
            SimulateDepth.self, "name: test",
            settings: [
                "network.activation=erf", "network.hidden_layers=3", "network.bias_scale=0.3", "network.parameterization=ntk",
                "depth.widths=[16, 32, 64]", "depth.networks=1500",
            ])
        let check = try #require(answer.check)
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(check.numbers.count == 12 && check.compared == 12)
        // A page, JSON and the terminal give one reason.
        #expect(answer.text.contains("Agrees") && answer.text.contains(check.reason))
    }

    /// Negative control: the same networks against a theory with weights of another scale, or one that leaves out a neuron's noise.
    @Test func simulationDisagreesWithWrongTheory() throws {
        let study = try Study(text: "name: test", settings: ["network.hidden_layers=2"], file: "the settings")
        let wrong = try Study(
            text: "name: test", settings: ["network.hidden_layers=2", "network.weight_scale=1.1"], file: "the settings")
        func prediction(_ study: Study) throws -> DepthPrediction {
            try study.depthPrediction(QuestionRunner(study).context, inputKernel: 1)
        }
        let moments = try [16, 32].map {
            try InitialEnsemble(study.network, width: $0, networks: 1000, seed: 3, depths: [1, 2]).moments()
        }
        func check(_ study: Study) throws -> DepthCheck {
            DepthCheck(try prediction(study), widths: [16, 32], networks: 1000, depths: [1, 2], moments: moments)
        }
        #expect(try check(study).check.verdict == .agrees)
        #expect(try check(wrong).check.verdict == .disagrees)
    }

    /// Few networks of narrow, deep ReLU networks, whose kernels are heavy-tailed: no false alarm in 60 seeds, and no
    /// agreement that tested nothing.
    @Test(arguments: [3, 5, 10]) func fewNetworksDoNotAlarm(networks: Int) throws {
        let study = try Study(
            text: "name: test", settings: ["network.activation=relu", "network.weight_scale=1.4142135623730951"],
            file: "the settings")
        let prediction = try study.depthPrediction(QuestionRunner(study).context, inputKernel: 1)
        let depths = prediction.depths(atMost: 6)
        for seed in 0..<60 {
            let moments = try [8, 16].map {
                try InitialEnsemble(study.network, width: $0, networks: networks, seed: seed, depths: depths).moments()
            }
            let verdict = DepthCheck(prediction, widths: [8, 16], networks: networks, depths: depths, moments: moments).check
                .verdict
            #expect(verdict == .cannotTell, "seed \(seed)")
        }
    }
}
