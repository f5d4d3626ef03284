import Foundation
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
    private func run(
        _ settings: [String], _ compute: (TopicRunner.Context) throws -> TopicResult
    ) throws -> (result: TopicResult, json: [String: Any]) {
        try withTemporaryDirectory { directory in
            let study = try Study(text: "name: test", settings: settings, file: "the settings")
            let runner = TopicRunner(study, output: directory + "/run")
            let result = try runner.run("testing", compute)
            for ending in ["html", "json"] {
                #expect(FileManager.default.fileExists(atPath: "\(directory)/run/\(result.topic).\(ending)"))
            }
            return (result, try JSONSerialization.jsonObject(with: Data(result.json().utf8)) as! [String: Any])
        }
    }

    @Test func criticality() throws {
        let (result, json) = try run(["network.activation=gelu", "network.weight_scale=1.5"], CriticalityTopic().result)
        #expect(json["universality"] as? String == "half_stable")
        let point = (json["critical_points"] as! [[String: Any]])[0]
        expectClose(point["weight_variance"] as! Double, 1.983058257, within: 6e-10)
        expectClose(point["bias_variance"] as! Double, 0.172922391, within: 6e-10)
        expectClose(point["weight_scale"] as! Double, 1.983058257.squareRoot(), within: 6e-10)
        #expect((json["study"] as! [String: Any])["phase"] as? String == "unbounded")
        #expect(result.text.contains("Set weight_scale to 1.408211013 and bias_scale to 0.415839381."))
        let arrays = Dictionary(uniqueKeysWithValues: result.arrays.map { ($0.name, $0.array) })
        let perpendicular = try #require(arrays["chi_perpendicular"])
        #expect(perpendicular.shape == [CriticalityTopic.resolution, CriticalityTopic.resolution])
        // Far from every bias the slope of gelu at K → 0 is ½: the smallest C_b and C_W of the grid.
        let smallest = arrays["weight_variance"]!.elements[0]
        let map = KernelMap(.gelu, weightVariance: smallest, biasVariance: arrays["bias_variance"]!.elements[0])
        expectClose(perpendicular[0, 0], try map.limit().response.perpendicular, within: 1e-12)
        #expect(arrays["kernel"]![CriticalityTopic.resolution - 1, 0] == .infinity)
    }

    @Test func activationsWithoutAnAnswer() throws {
        let (_, json) = try run(["network.activation=sigmoid"], CriticalityTopic().result)
        #expect(json["universality"] as? String == "none" && (json["critical_points"] as! [Any]).isEmpty)
        #expect(
            errorText { _ = try run(["network.activation=sign"], CriticalityTopic().result) }?.contains("sign jumps") == true
        )
        _ = try run(["network.activation=exp"], CriticalityTopic().result)
    }

    /// ReLU: K = 2, V/K² = 5ℓ, H = ℓ + 1, no biases of order 1/N.
    @Test func depth() throws {
        let root = "network.weight_scale=1.4142135623730951"
        let (result, json) = try run(["network.activation=relu", root, "network.hidden_layers=8"]) { context in
            var topic = DepthTopic()
            topic.widths = [400, 100]
            return try topic.result(context)
        }
        let layers = json["layers"] as! [[String: Any]]
        #expect(layers.count == 9)
        for (l, layer) in layers.enumerated() {
            expectClose(layer["kernel"] as! Double, 2, within: 1e-12)
            expectClose(layer["vertex"] as! Double, 5 * Double(l), within: 1e-11)
            expectClose(layer["tangent"] as! Double, Double(l + 1), within: 1e-11)
        }
        let widths = json["widths"] as! [[String: Any]]
        expectClose(widths[0]["cutoff"] as! Double, 0.08, within: 1e-15)
        expectClose(widths[0]["kernel_spread"] as! Double, (40.0 / 100).squareRoot(), within: 1e-12)
        #expect(result.arrays.first { $0.name == "tangent_variance" }!.array.shape == [9])
    }

    @Test func networksWithoutThisRecursion() {
        for (setting, word) in [
            ("network.residual=true", "network.residual"),
            ("network.parameterization=standard", "expected mean_field, ntk or mup"),
            ("network.hidden_layers=100000000", "expected at most 1000000"),
            ("network.weight_scale=1e300", "expected a number from 0.001 to 1000"),
            ("network.bias_scale=1e300", "expected a number from 0 to 1000"),
        ] {
            let text = errorText { _ = try run([setting], DepthTopic().result) }
            #expect(text?.contains(word) == true, "\(text ?? "no error")")
        }
        var silent = DepthTopic()
        silent.inputKernel = 0
        #expect(errorText { _ = try run([], silent.result) }?.contains("K = 0.0") == true)
    }

    @Test func simulationAgrees() throws {
        var topic = DepthSimulation()
        (topic.widths, topic.networks) = ([16, 32, 64], 1500)
        let settings = [
            "network.activation=erf", "network.hidden_layers=3", "network.bias_scale=0.3", "network.parameterization=ntk",
        ]
        let (result, json) = try run(settings, topic.result)
        let check = json["check"] as! [String: Any]
        #expect(result.verdict == .agrees && check["verdict"] as? String == "agrees", "\(result.text)")
        #expect((check["numbers"] as! [Any]).count == 12 && check["compared"] as? Int == 12)
        // A page, JSON and the terminal give one reason.
        #expect(result.text.contains("Agrees") && result.text.contains(check["reason"] as! String))
    }

    /// Negative control: the same networks against a theory with weights of another scale, or one that leaves out a neuron's noise.
    @Test func simulationDisagreesWithWrongTheory() throws {
        let study = try Study(text: "name: test", settings: ["network.hidden_layers=2"], file: "the settings")
        let wrong = try Study(
            text: "name: test", settings: ["network.hidden_layers=2", "network.weight_scale=1.1"], file: "the settings")
        func prediction(_ study: Study) throws -> DepthPrediction {
            try DepthPrediction(TopicRunner(study).context, inputKernel: 1)
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
        let prediction = try DepthPrediction(TopicRunner(study).context, inputKernel: 1)
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
