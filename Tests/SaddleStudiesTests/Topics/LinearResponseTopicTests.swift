import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

// What `saddle predict linear-response` and `simulate linear-response` write, against closed forms. It would catch keys that do not reach
// the computation, a verdict that always agrees, and errors that name another key.

@Suite struct LinearResponseTopicTests {
    private func numbers(_ text: String, simulates: Bool = false) throws -> (json: [String: Any], result: TopicResult) {
        try withTemporaryDirectory { directory in
            let study = try Study(text: text, file: "s.yaml")
            let topic = LinearResponseTopic(simulates: simulates)
            let result = try TopicRunner(study, output: "\(directory)/run").run("testing", topic.result)
            let written = try JSONSerialization.jsonObject(with: Data(try readFile("\(directory)/run/\(result.topic).json")))
            let names = try namesInDirectory("\(directory)/run")
            #expect(names.contains("\(result.topic).npz") && names.contains("\(result.topic).html"))
            return (try #require(written as? [String: Any]), result)
        }
    }

    private func verdict(_ json: [String: Any]) -> String? { (json["check"] as? [String: Any])?["verdict"] as? String }

    /// Ginibre at σt = 2: C = e^{−2λt}I₀(4), its twin e^{−2λt}I₁(4)/2, R = e^{−λt} (I₀(4) = 11.30192195213633, I₁(4) = 9.759465153704450).
    @Test func linearDynamics() throws {
        let (json, result) = try numbers(
            "linear_response: {symmetry: 0, decay: 1.5, gain: 1, noise: 0.4, initial_variance: 0, duration: 2, steps: 20}")
        let variance = try #require(json["perturbation"] as? [Double]), response = try #require(json["response"] as? [Double])
        expectClose(variance[20], exp(-6) * 11.30192195213633, within: 1e-13)
        expectClose(response[20], exp(-3), within: 1e-14)
        let linear = try #require(json["linear"] as? [String: Any])
        expectClose(try #require(linear["stationary_variance"] as? Double), 0.4 / 1.25.squareRoot(), within: 1e-13)
        expectClose(try #require(linear["growth_rate"] as? Double), -0.5, within: 1e-15)
        #expect(!result.disagrees && json["network"] == nil && json["note"] == nil)
        let free = try numbers("linear_response: {decay: 1.5, gain: 1, duration: 2, steps: 20}").json
        let twin = try #require((free["linear"] as? [String: Any])?["normal_twin_variance"] as? [Double])
        expectClose(twin[20], exp(-6) * 9.759465153704450 / 2, within: 1e-13)
    }

    /// Unstable dynamics have answers at finite times and say why there is no stationary state.
    @Test func unstableDynamics() throws {
        let (json, result) = try numbers("linear_response: {symmetry: 1, decay: 1, gain: 1, noise: 0.1, duration: 2, steps: 20}")
        #expect((json["note"] as? String)?.contains("grows as e^{2·1·t}") == true)
        #expect(result.text.contains("unstable"))
        #expect(try #require(json["variance"] as? [Double])[20] > 1)
    }

    @Test func recurrentNetwork() throws {
        let json = try numbers("linear_response: {activation: tanh, gain: 1.01, duration: 4, steps: 40}").json
        let network = try #require(json["network"] as? [String: Double])
        #expect(json["transition"] as? Double == 1)
        // Δ₀ = ε + (7/6)ε², Λ = ε²/2 next to the transition.
        expectClose(network["stationary_variance"]!, 0.01 + 7e-4 / 6, within: 2e-6)
        expectClose(network["lyapunov_exponent"]!, 5e-5, within: 2e-6)
        let relu = try numbers("linear_response: {activation: relu, duration: 1, steps: 10}").json
        #expect((relu["note"] as? String)?.contains("not odd") == true && relu["network"] == nil)
    }

    /// Homogeneous activations diverge above λ/√(E φ²/C); φ(0) ≠ 0 leaves no quiescent state, φ′(0) = 0 no transition.
    @Test func transitions() throws {
        let relu = try numbers("linear_response: {activation: relu, gain: 1.6, duration: 2, steps: 10}")
        expectClose(try #require(relu.json["transition"] as? Double), 2.0.squareRoot(), within: 1e-15)
        #expect(relu.result.text.contains("it grows") && !relu.result.text.contains("∞ "))
        for (activation, words) in [("softplus", "no quiescent state"), ("square", "dies out at every gain")] {
            let other = try numbers("linear_response: {activation: \(activation), gain: 0.1, duration: 1, steps: 10}")
            #expect(other.json["transition"] == nil && other.result.text.contains(words))
        }
    }

    /// Gains or decays without a stationary state that can be computed keep their answers at finite times.
    @Test(arguments: ["gain: 50", "decay: 0"]) func withoutStationaryState(_ setting: String) throws {
        let (json, _) = try numbers("linear_response: {activation: tanh, \(setting), duration: 0.1, steps: 20}")
        #expect((json["note"] as? String)?.hasPrefix("no stationary state is computed") == true && json["network"] == nil)
        #expect((json["variance"] as? [Double])?.count == 21)
    }

    @Test func marginalDynamics() throws {
        let (json, result) = try numbers("linear_response: {symmetry: -1, decay: 0, duration: 2, steps: 10}")
        expectClose(try #require(json["variance"] as? [Double])[10], 1, within: 1e-13)
        #expect(result.text.contains("marginal") && !result.text.contains("unstable") && result.text.contains("dx/dt = 0.8·Jx"))
        let dead = try numbers("linear_response: {decay: 1.0e+300}").result.text
        #expect(dead.contains("dx/dt = −1.00·10³⁰⁰·x") && !dead.contains("not a number"))
    }

    /// A check that fails by chance once in 10 000 passes at this seed, and fails for a theory of a gain that differs by 10 %.
    @Test func simulation() throws {
        let section =
            "symmetry: 0.5, decay: 1, gain: 0.9, noise: 0.2, duration: 2, steps: 40, times: 2, sizes: [40, 80], matrices: 60"
        let (json, result) = try numbers("linear_response: {\(section)}", simulates: true)
        #expect(result.topic == "linear_response_check" && !result.disagrees)
        let check = try #require(json["check"] as? [String: Any])
        #expect(check["verdict"] as? String == "agrees" && check["compared"] as? Int == 6 + 3 + 2)
        let rows = try #require(check["numbers"] as? [[String: Any]])
        let wrong = try numbers("linear_response: {\(section.replacing("gain: 0.9", with: "gain: 0.99"))}").json
        let predicted = try #require(wrong["variance"] as? [Double])[40]
        let row = try #require(rows.first { $0["quantity"] as? String == "C" && $0["place"] as? String == "t = 2, t′ = 2" })
        let measured = try #require(row["measured"] as? Double), error = try #require(row["error"] as? Double)
        withKnownIssue("a gain that differs by 10 %") { #expect(abs(measured - predicted) < 4 * error) }
    }

    /// Systems of one gain beside the theory of one that is 5 % larger; beside their own; and growth that a few matrices cannot average, which is
    /// no agreement.
    @Test func otherVerdicts() throws {
        func context(_ gain: Double) throws -> TopicRunner.Context {
            let section = "symmetry: 0.5, decay: 1, gain: \(gain), noise: 0.2, duration: 2, steps: 40, times: 2"
            let study = try Study(text: "linear_response: {\(section)}", file: "s.yaml")
            return TopicRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
        }
        let settings = try #require(try context(0.9).study.linearResponse)
        let ensembles = try [40, 80].map {
            try RandomDynamicsEnsemble(settings.model, size: $0, matrices: 100, times: [0, 1, 2], seed: 3)
        }
        for (gain, verdict) in [(0.9, Verdict.agrees), (0.945, .disagrees)] {
            let context = try context(gain)
            let answer = try LinearResponseAnswer(#require(context.study.linearResponse), context)
            let check = LinearResponseCheck(answer, ensembles).check
            #expect(check.verdict == verdict, "\(check.reason)")
        }
        let wild = "symmetry: 1, gain: 2, duration: 4, steps: 20, times: 1, sizes: [4, 8], matrices: 10"
        let unknown = try numbers("linear_response: {\(wild)}", simulates: true)
        #expect(!unknown.result.disagrees && verdict(unknown.json) == "cannot tell")
    }

    /// A theory on too coarse a grid, sizes far from their limit.
    @Test(arguments: [
        (
            "activation: tanh, gain: 1.5, steps: 4, times: 4, duration: 20, sizes: [20, 40], matrices: 10",
            "raise 'linear_response.steps'"
        ),
        ("sizes: [2, 3], matrices: 2", "larger 'sizes'"),
        ("activation: relu, gain: 3, sizes: [20, 40], matrices: 10, steps: 100", "larger 'sizes'"),
    ]) func cannotTell(_ section: String, _ remedy: String) throws {
        let (json, result) = try numbers("linear_response: {\(section)}", simulates: true)
        #expect(verdict(json) == "cannot tell" && !result.disagrees && result.text.contains(remedy), "\(result.text)")
    }

    /// Without couplings P and R have no spread; with antisymmetric ones and no decay, nearly none: the integrator's error counts.
    @Test(arguments: ["gain: 0", "symmetry: -1, decay: 0, duration: 20"]) func noSpread(_ section: String) throws {
        let (json, result) = try numbers("linear_response: {\(section), sizes: [30, 60], matrices: 40}", simulates: true)
        #expect(verdict(json) == "agrees", "\(result.text)")
        let numbers = try #require((json["check"] as? [String: Any])?["numbers"] as? [[String: Any]])
        let equalTimes = numbers.filter { number in
            let times = (number["place"] as! String).replacing("′", with: "").components(separatedBy: ", ")
            return number["quantity"] as? String == "P" && times.count == 2 && times[0] == times[1]
        }
        #expect(!equalTimes.isEmpty && equalTimes.allSatisfy { abs($0["score"] as? Double ?? .nan) < 1 })
    }

    @Test(arguments: [
        ("symmetry: 1.5", "'linear_response.symmetry' is 1.5; expected a number from -1 to 1"),
        ("{symmetry: 0.5, activation: tanh}", "expected symmetry 0, or the activation linear"),
        ("steps: 41", "expected an even number"), ("{noise: 0, initial_variance: 0}", "so nothing moves"),
        ("activation: sign", "'linear_response.activation' is sign, which jumps"),
        ("{steps: 20, times: 30}", "expected at most the 20 'steps'"), ("gain: -1", "expected a number at least 0"),
        ("duration: 1.0e-300", "'linear_response.duration' is 1.0e-300; expected a number from 1e-100"),
    ]) func badInput(_ value: String, _ message: String) {
        let section = value.hasPrefix("{") ? value : "{\(value)}"
        let text = errorText { _ = try Study(text: "linear_response: \(section)\n", file: "s.yaml") }
        #expect(text?.contains(message) == true && text?.contains("s.yaml:1:") == true, "\(text ?? "accepted")")
    }

    @Test func refusals() {
        #expect(
            errorText { _ = try numbers("linear_response: {sizes: [40]}", simulates: true) }?.contains("two sizes or more")
                == true)
        #expect(
            errorText { _ = try numbers("linear_response: {gain: 9, duration: 100}") }?.contains("fluctuations reach e^1600")
                == true)
        #expect(errorText { _ = try numbers("linear_response: {gain: 1e300}") }?.contains("computed up to 1000") == true)
        #expect(
            errorText { _ = try numbers("linear_response: {decay: 1e9}", simulates: true) }?.contains("at most a million") == true
        )
        #expect(
            errorText { _ = try numbers("linear_response: {noise: 1.0e+308}") }?.contains("'linear_response.noise' is 1e+308")
                == true)
        let coarse = errorText { _ = try numbers("linear_response: {activation: tanh, gain: 2, duration: 1000, steps: 4}") }
        #expect(coarse?.contains("raise 'steps'") == true && coarse?.contains("saturates") == false, "\(coarse ?? "")")
        let wide = errorText { _ = try numbers("linear_response: {activation: tanh, gain: 50, duration: 1, steps: 200}") }
        #expect(wide?.contains("closed forms, such as erf") == true, "\(wide ?? "")")
        #expect(
            errorText { _ = try numbers("linear_response: {activation: exp, gain: 4}") }?.contains("such as tanh or erf") == true)
        #expect(
            errorText { _ = try numbers("linear_response: {sizes: [10, 1000000]}", simulates: true) }?.contains("of memory")
                == true)
    }
}
