// Activations in study files: names, parameters and formulas. Catches a form that is read as another one, is lost when the study is
// written, or is refused without a place.
import Foundation
import SaddleModels
import SaddleStudies
import TestSupport
import Testing

@Suite struct ActivationReadingTests {
    /// Names, parameters and formulas, read, written and read again; other sections read them alike.
    @Test(arguments: [
        ("swish", "silu"), ("{name: erf, input_scale: 0.7071}", "{name: erf, input_scale: 0.7071}"),
        ("{name: leaky_relu, slope: 0.1}", "{name: leaky_relu, slope: 0.1}"), ("{name: tanh}", "tanh"),
        (#"{formula: "x*sigmoid(1.702*x)"}"#, #"{formula: "x*sigmoid(1.702*x)"}"#),
        ("{formula: relu(x - 200), kinks: [200]}", #"{formula: "relu(x - 200)", kinks: [200.0]}"#),
    ])
    func activations(written: String, canonical: String) throws {
        let text = """
            network: {activation: \(written)}
            hypernetwork: {meta: {activation: \(written)}}
            linear_response: {activation: \(written)}
            learning_curve: {activation: \(written), width: 50}
            """
        let study = try Study(text: text, file: "s.yaml")
        #expect(study.network.activation.written == canonical)
        #expect(study.yaml.components(separatedBy: "activation: \(canonical)").count == 5)
        let again = try Study(text: study.yaml, file: "s.yaml")
        #expect(again.yaml == study.yaml && again.network.activation == study.network.activation)
    }

    /// What is wrong with one, at its place.
    @Test(arguments: [
        (#"{formula: "x*sigmod(x)"}"#, "s.yaml:1:33: 'network.activation' has the formula 'x*sigmod(x)': unknown word 'sigmod'"),
        ("{formula: 1/x}", "s.yaml:1:33: 'network.activation' has the formula '1/x', whose value is infinite at x = 0.0"),
        ("{name: tanh, slope: 1}", "s.yaml:1:43: 'network.activation' has slope, which is for leaky_relu alone"),
        ("{name: [tanh]}", "s.yaml:1:30: 'network.activation.name' is [tanh]; expected the name of an activation"),
        ("{scale: 2}", "s.yaml:1:23: 'network.activation' needs either a name"),
        ("[tanh]", "s.yaml:1:23: 'network.activation' is [tanh]; expected the name of an activation, or a formula"),
    ])
    func wrongActivations(written: String, message: String) {
        let text = "network: {activation: \(written)}"
        let found = errorText { _ = try Study(text: text, file: "s.yaml") } ?? ""
        #expect(found.hasPrefix(message), "\(found)")
    }
}
