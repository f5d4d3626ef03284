import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

// What `saddle predict linear-response` and `simulate linear-response` write, against closed forms. It would catch keys that do not reach
// the computation, a verdict that always agrees, and errors that name another key.

@Suite struct LinearResponseTopicTests {
    private func ask(_ section: String, simulates: Bool = false) throws -> Answer {
        let question: any Question.Type = simulates ? SimulateLinearResponse.self : PredictLinearResponse.self
        return try SaddleStudiesTests.ask(question, "linear_response: {\(section)}")
    }

    /// Ginibre at σt = 2: C = e^{−2λt}I₀(4), its twin e^{−2λt}I₁(4)/2, R = e^{−λt} (I₀(4) = 11.30192195213633, I₁(4) = 9.759465153704450).
    @Test func linearDynamics() throws {
        let noisy = try ask("symmetry: 0, decay: 1.5, gain: 1, noise: 0.4, initial_variance: 0, duration: 2, steps: 20")
        expectClose(try noisy.values("perturbation_variance")[20], exp(-6) * 11.30192195213633, within: 1e-13)
        expectClose(try noisy.values("response_to_start")[20], exp(-3), within: 1e-14)
        expectClose(try noisy.value("stationary_variance"), 0.4 / 1.25.squareRoot(), within: 1e-13)
        expectClose(try noisy.value("growth_rate"), -0.5, within: 1e-15)
        #expect(!noisy.disagrees && noisy["lyapunov_exponent"] == nil && noisy["note"] == nil)
        let free = try ask("decay: 1.5, gain: 1, duration: 2, steps: 20")
        expectClose(try free.values("normal_variance")[20], exp(-6) * 9.759465153704450 / 2, within: 1e-13)
    }

    /// Unstable dynamics have answers at finite times and say why there is no stationary state.
    @Test func unstableDynamics() throws {
        let answer = try ask("symmetry: 1, decay: 1, gain: 1, noise: 0.1, duration: 2, steps: 20")
        #expect(answer["note"]?.words?[0].contains("grows as e^{2·1·t}") == true)
        #expect(answer.text.contains("unstable"))
        #expect(try answer.values("variance")[20] > 1)
    }

    @Test func recurrentNetwork() throws {
        let tanh = try ask("activation: tanh, gain: 1.01, duration: 4, steps: 40")
        #expect(try tanh.value("transition") == 1)
        // Δ₀ = ε + (7/6)ε², Λ = ε²/2 next to the transition.
        expectClose(try tanh.value("stationary_variance"), 0.01 + 7e-4 / 6, within: 2e-6)
        expectClose(try tanh.value("lyapunov_exponent"), 5e-5, within: 2e-6)
        let relu = try ask("activation: relu, duration: 1, steps: 10")
        #expect(relu["note"]?.words?[0].contains("not odd") == true && relu["lyapunov_exponent"] == nil)
    }

    /// Homogeneous activations diverge above λ/√(E φ²/C); φ(0) ≠ 0 leaves no quiescent state, φ′(0) = 0 no transition.
    @Test func transitions() throws {
        let relu = try ask("activation: relu, gain: 1.6, duration: 2, steps: 10")
        expectClose(try relu.value("transition"), 2.0.squareRoot(), within: 1e-15)
        #expect(relu.text.contains("it grows") && !relu.text.contains("∞ "))
        for (activation, words) in [("softplus", "no quiescent state"), ("square", "dies out at every gain")] {
            let other = try ask("activation: \(activation), gain: 0.1, duration: 1, steps: 10")
            #expect(other["transition"] == nil && other.text.contains(words))
        }
    }

    /// Gains or decays without a stationary state that can be computed keep their answers at finite times.
    @Test(arguments: ["gain: 50", "decay: 0"]) func withoutStationaryState(_ setting: String) throws {
        let answer = try ask("activation: tanh, \(setting), duration: 0.1, steps: 20")
        #expect(
            answer["note"]?.words?[0].hasPrefix("no stationary state is computed") == true && answer["lyapunov_exponent"] == nil)
        #expect(try answer.values("variance").count == 21)
    }

    @Test func marginalDynamics() throws {
        let answer = try ask("symmetry: -1, decay: 0, duration: 2, steps: 10")
        expectClose(try answer.values("variance")[10], 1, within: 1e-13)
        #expect(answer.text.contains("marginal") && !answer.text.contains("unstable") && answer.text.contains("dx/dt = 0.8·Jx"))
        let dead = try ask("decay: 1.0e+300").text
        #expect(dead.contains("dx/dt = −1.00·10³⁰⁰·x") && !dead.contains("not a number"))
    }

    /// A check that fails by chance once in 10 000 passes at this seed, and fails for a theory of a gain that differs by 10 %.
    @Test func simulation() throws {
        let section =
            "symmetry: 0.5, decay: 1, gain: 0.9, noise: 0.2, duration: 2, steps: 40, times: 2, sizes: [40, 80], matrices: 60"
        let answer = try ask(section, simulates: true)
        let check = try #require(answer.check)
        #expect(answer.verdict == .agrees && check.compared == 6 + 3 + 2)
        let predicted = try ask(section.replacing("gain: 0.9", with: "gain: 0.99")).values("variance")[40]
        let row = try #require(check.numbers.first { $0.quantity == "C" && $0.place == "t = 2, t′ = 2" })
        let error = try #require(row.error)
        withKnownIssue("a gain that differs by 10 %") { #expect(abs(row.measured - predicted) < 4 * error) }
    }

    /// Systems of one gain beside the theory of one that is 5 % larger; beside their own; and growth that a few matrices cannot average, which is
    /// no agreement.
    @Test func otherVerdicts() throws {
        func context(_ gain: Double) throws -> QuestionRunner.Context {
            let section = "symmetry: 0.5, decay: 1, gain: \(gain), noise: 0.2, duration: 2, steps: 40, times: 2"
            let study = try Study(text: "linear_response: {\(section)}", file: "s.yaml")
            return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
        }
        let settings = try #require(try context(0.9).study.linearResponse)
        let ensembles = try [40, 80].map {
            try RandomDynamicsEnsemble(settings.model, size: $0, matrices: 100, times: [0, 1, 2], seed: 3)
        }
        for (gain, verdict) in [(0.9, Verdict.agrees), (0.945, .disagrees)] {
            let context = try context(gain)
            let study = try #require(context.study.linearResponse)
            let check = LinearResponseCheck(try study.solve(context), recorded: study.recorded, ensembles).check
            #expect(check.verdict == verdict, "\(check.reason)")
        }
        let wild = "symmetry: 1, gain: 2, duration: 4, steps: 20, times: 1, sizes: [4, 8], matrices: 10"
        #expect(try ask(wild, simulates: true).verdict == .cannotTell)
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
        let answer = try ask(section, simulates: true)
        #expect(answer.verdict == .cannotTell && answer.text.contains(remedy), "\(answer.text)")
    }

    /// Without couplings P and R have no spread; with antisymmetric ones and no decay, nearly none: the integrator's error counts.
    @Test(arguments: ["gain: 0", "symmetry: -1, decay: 0, duration: 20"]) func noSpread(_ section: String) throws {
        let answer = try ask("\(section), sizes: [30, 60], matrices: 40", simulates: true)
        #expect(answer.verdict == .agrees, "\(answer.text)")
        let equalTimes = try #require(answer.check).numbers.filter { number in
            let times = number.place.replacing("′", with: "").components(separatedBy: ", ")
            return number.quantity == "P" && times.count == 2 && times[0] == times[1]
        }
        #expect(!equalTimes.isEmpty && equalTimes.allSatisfy { abs($0.score ?? .nan) < 1 })
    }

    @Test(arguments: [
        ("symmetry: 1.5", "'linear_response.symmetry' is 1.5; expected a number from -1 to 1"),
        ("{symmetry: 0.5, activation: tanh}", "expected symmetry 0, or the activation linear"),
        ("steps: 41", "expected an even number"), ("{noise: 0, initial_variance: 0}", "so nothing moves"),
        ("activation: sign", "'linear_response.activation' is sign, which jumps"),
        ("{steps: 20, times: 30}", "expected at most the 20 'steps'"), ("gain: -1", "expected a number at least 0"),
        ("duration: 1.0e-300", "'linear_response.duration' is 1.0e-300; expected a number at least 1e-100"),
    ]) func badInput(_ value: String, _ message: String) {
        let section = value.hasPrefix("{") ? value : "{\(value)}"
        let text = errorText { _ = try Study(text: "linear_response: \(section)\n", file: "s.yaml") }
        #expect(text?.contains(message) == true && text?.contains("s.yaml:1:") == true, "\(text ?? "accepted")")
    }

    @Test func refusals() {
        #expect(
            errorText { _ = try ask("sizes: [40]", simulates: true) }?.contains("two sizes or more")
                == true)
        #expect(
            errorText { _ = try ask("gain: 9, duration: 100") }?.contains("fluctuations reach e^1600")
                == true)
        #expect(errorText { _ = try ask("gain: 1e300") }?.contains("computed up to 1000") == true)
        #expect(
            errorText { _ = try ask("decay: 1e9", simulates: true) }?.contains("at most a million") == true
        )
        #expect(
            errorText { _ = try ask("noise: 1.0e+308") }?.contains("'linear_response.noise' is 1e+308")
                == true)
        let coarse = errorText { _ = try ask("activation: tanh, gain: 2, duration: 1000, steps: 4") }
        #expect(coarse?.contains("raise 'steps'") == true && coarse?.contains("saturates") == false, "\(coarse ?? "")")
        let wide = errorText { _ = try ask("activation: tanh, gain: 50, duration: 1, steps: 200") }
        #expect(wide?.contains("closed forms, such as erf") == true, "\(wide ?? "")")
        #expect(
            errorText { _ = try ask("activation: exp, gain: 4") }?.contains("such as tanh or erf") == true)
        #expect(
            errorText { _ = try ask("sizes: [10, 1000000]", simulates: true) }?.contains("of memory")
                == true)
    }
}
