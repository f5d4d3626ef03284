import TestSupport
import Testing

@testable import SaddleStudies

// What `predict field` and `simulate field` write. Would catch a key that does not arrive, and averages of draws that carry no weight.

private func predict(_ settings: String) throws -> Answer { try ask(PredictField.self, "field: {\(settings)}") }
private func simulate(_ settings: String) throws -> Answer { try ask(SimulateField.self, "field: {\(settings)}") }

@Suite struct FieldTopicTests {
    @Test func prediction() throws {
        let none = try predict("dimension: 0, mass: 1, coupling: 0.01")
        expectClose(try none.value("first_order"), -0.12, within: 1e-14)
        expectClose(try none.value("kurtosis"), -1.5, within: 1e-12)
        let exact = try none.values("exact"), first = try none.values("order_1")
        #expect(abs(exact[0] - first[0]) < 1e-3 && exact[6] - first[6] > 0.1)
        let plane = try predict("dimension: 2, amplitude: gaussian")
        #expect(try plane.values("weighting_kurtosis")[0] < plane.values("weighting_kurtosis")[2])
        expectClose(try plane.value("kurtosis"), 1.5, within: 1e-12)
    }

    @Test func simulation() throws {
        let answer = try simulate("dimension: 0, draws: 40000, neurons: [2, 4, 8]")
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(answer.warnings.isEmpty)
        let refused = try simulate("box: 30, draws: 2000, neurons: [2, 4], coupling: 5, points: 40")
        #expect(refused.warnings.contains { $0.contains("of 1984 draws carry the weight") }, "\(refused.warnings)")
        #expect(try refused.values("measured").last!.isNaN)
    }

    @Test(arguments: [
        ("mass: 0", "'field.mass' is 0; expected a number from 0.001 to 1000"),
        ("dimension: 3", "'field.dimension' is 3; expected a whole number from 0 to 2"),
        ("coupling: 0", "'field.coupling' is 0; expected a number above 0"),
        ("cutoff: 1000, box: 100", "expected at most 10 000 oscillations"),
        ("weighting: none", "'field.weighting' is none; expected one of momenta, both, amplitudes"),
        ("neurons: [0]", "'field.neurons' is [0]"),
    ])
    func badInput(settings: String, message: String) {
        let text = errorText { _ = try predict(settings) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }
}
