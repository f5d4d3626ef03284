import TestSupport
import Testing

@testable import SaddleStudies

// Both commands end to end, and bad input.

@Suite struct GroupTopicTests {
    @Test func simulation() throws {
        let answer = try ask(SimulateGroup.self, "group: {name: D5, starts: 60, width: 40, steps: 300}")
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(try answer.values("count").reduce(0, +) == 60 && answer.values("predicted_energy") == [5, 2.5, 2.5])
        #expect(try answer.values("train_accuracy").last! > 0.99 && answer.values("covered").last! > 0)
        for node in 0..<40 {
            let shares = try answer.values("node_power")[3 * node..<3 * node + 3]
            #expect(shares.allSatisfy { $0 > -1e-12 } && shares.reduce(0, +) < 1 + 1e-12)
        }
        // All pairs seen: no unseen ones to be right about.
        let all = try ask(SimulateGroup.self, "group: {name: Z5, starts: 5, samples: 25, width: 10, steps: 20}")
        #expect(all["generalised"] == nil && all.verdict == .agrees)
        let two = try ask(SimulateGroup.self, "group: {name: Z2, starts: 5, width: 3, steps: 5}")
        #expect(try two.values("predicted_energy") == [1])
    }

    @Test func prediction() throws {
        let answer = try ask(PredictFeatures.self, "group: {name: Z17, orders: [19, 29], draws: 2}")
        #expect(try answer.values("energy") == [Double](repeating: 4.25, count: 8))
        let (needed, measured) = (try answer.value("needed"), try answer.value("needed_measured"))
        #expect(measured < 1.4 * needed && needed < 1.4 * measured && needed < 289)
        #expect(try answer.errors("constant")[0] > 0)
    }

    @Test func badInput() {
        for (question, settings, message) in [
            (
                SimulateGroup.self as any Question.Type, "name: Z1",
                "'group.name' is Z1; expected Z7, D5, or a product such as Z3xZ5 or Z2xD4, of order 2 to 200"
            ),
            (PredictFeatures.self, "name: Q8", "'group.name' is Q8; expected Z7"),
            (SimulateGroup.self, "name: Z100xZ100", "of order 2 to 200"),
            (SimulateGroup.self, "name: Z5, samples: 26", "'group.samples' is 26, and Z5 has 25 pairs; expected at most that"),
            (SimulateGroup.self, "ridge: 0", "'group.ridge' is 0; expected a number above 0"),
            (PredictFeatures.self, "orders: [29]", "a list of two different orders or more"),
            (SimulateGroup.self, "name: Z7, learning_rate: 1.0e9", "'group.learning_rate' is 1000000000.0: training diverged"),
        ] {
            let text = errorText { _ = try ask(question, "group: {\(settings)}") }
            #expect(text?.contains(message) == true, "\(text ?? "no error")")
        }
    }
}
