import TestSupport
import Testing

@testable import SaddleStudies

// What `predict memory` and `simulate memory` write. Would catch a key that does not arrive, a verdict that cannot fail, input that is taken for
// something else.

private func predict(_ settings: String) throws -> Answer { try ask(PredictMemory.self, "memory: {\(settings)}") }
private func simulate(_ settings: String) throws -> Answer { try ask(SimulateMemory.self, "memory: {\(settings)}") }

@Suite struct MemoryTopicTests {
    @Test func prediction() throws {
        let answer = try predict("order: 4, load: 0.19, temperature: 0.05")
        expectClose(try answer.value("capacity"), 0.197860, within: 6e-7)
        #expect(answer["state"]?.words == ["retrieval", "retrieval, one step", "glass"])
        let replicons = try answer.values("state_replicon")
        #expect(replicons[0] > replicons[1] && replicons[1] > 1 && replicons[2] < 1)
        #expect(try answer.values("state_within")[1] > answer.values("state_between")[1])
        let full = try predict("order: 2, load: 0.2, temperature: 0")
        #expect(full["state"]?.words == ["glass"])
        #expect(full.text.contains("No recall at this load"))
    }

    @Test func simulation() throws {
        let answer = try simulate("sizes: [40, 60, 90], samples: 40, loads: [0.1, 0.2], temperature: 0.2")
        #expect(answer.verdict == .agrees, "\(answer.text)")
        #expect(answer["overlap"]?.shape == [3, 2])
        let one = try simulate("sizes: [60], samples: 40, loads: [0.1, 0.25], temperature: 0.2, start: 1")
        #expect(one.verdict == .cannotTell || one.verdict == .agrees, "\(one.text)")
    }

    @Test(arguments: [
        ("temperature: -0.1", "'memory.temperature' is -0.1; expected a number at least 0"),
        ("temperature: 0.6", "at which no pattern is a state for 'order' 3; expected less than 0.5826"),
        ("load: 0", "'memory.load' is 0; expected a number above 0"),
        ("loads: [0.1, 0]", "'memory.loads' is [0.1, 0]; expected a list of numbers above 0"),
        ("order: 1", "'memory.order' is 1; expected a whole number from 2 to 20"),
        ("order: 8, sizes: [12]", "'memory.sizes' has 12; expected at least 16, twice the order"),
        ("order: 8, sizes: [1000]", "expected at most about "),
    ])
    func badInput(settings: String, message: String) {
        let text = errorText { _ = try simulate(settings) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }
}
