import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// The schema of the study file. Random studies of accepted values are written and read back; malformed values of every key end in an error
/// that says where. Catches a key that is read and not written, a default that differs from the one that is documented, a value that is
/// silently dropped, and an error without a place.
@Suite struct SchemaTests {
    /// Values that some key accepts.
    private static let candidates = [
        "0", "1", "2", "3", "4", "8", "12", "40", "400", "0.1", "0.5", "0.9", "1.5", "2.5", "1e-3", "1e4", "-0.5", "true",
        "false", "[3]",
        "[4, 8]", "[16, 64, 256]", "[0.5, 0.25]", "[1, 3, 7]", "relu", "erf", "none", "ridge", "some text", "infinite", "all",
        "[test_loss]", "{a: [0, 0.5, 1], b: [0, 0, 0], c: -1}", "{hidden: 0.05}", "[linear, activation]", "Z7", "[29, 43]",
    ]

    /// Each key with the values that are accepted by themselves.
    private static let accepted: [(path: String, values: [String])] = Study.reference.map { entry in
        // What a section cannot be without.
        let companions =
            entry.path.hasPrefix("network.convolution.")
            ? ["network.convolution.shape=[4]"] : entry.path.hasPrefix("network.attention.") ? ["network.attention.tokens=4"] : []
        let offered = entry.words + candidates
        return (entry.path, offered.filter { (try? study(companions + ["\(entry.path)=\($0)"])) != nil })
    }

    private static func study(_ settings: [String]) throws -> Study {
        try Study(text: "name: x\n", settings: settings, file: Study.settingsFile)
    }

    @Test func everyKeyAcceptsSomething() {
        // Keys that mean something only beside others.
        let dependent = [
            "training.nesterov", "training.schedule.final", "training.schedule.every", "training.schedule.factor",
            "training.epochs", "flow.variables", "flow.equations", "scaling.at_size", "scaling.at_data", "rnn.estimator",
        ]
        for (path, values) in Self.accepted where !dependent.contains(path) { #expect(!values.isEmpty, "\(path)") }
    }

    @Test func randomStudiesRoundTrip() throws {
        var stream = RandomStream(seed: 7, .test)
        func pick(_ count: Int) -> Int { min(Int(stream.uniform() * Double(count)), count - 1) }
        var read = 0, changedKeys: Set<String> = []
        for _ in 0..<400 {
            var settings = ["network.convolution.shape=[4]"].filter { _ in stream.uniform() < 0.2 }
            for (path, values) in Self.accepted where !values.isEmpty && stream.uniform() < 0.15 {
                if path.hasPrefix("network.convolution"), settings.first?.hasPrefix("network.convolution") != true { continue }
                if path.hasPrefix("network.attention"), !path.hasSuffix("tokens") {
                    settings.append("network.attention.tokens=4")
                }
                settings.append("\(path)=\(values[pick(values.count)])")
            }
            // Some values contradict each other, which is another test's matter.
            guard let study = try? Self.study(settings) else { continue }
            read += 1
            let again = try Study(text: study.yaml, file: "x.yaml")
            #expect(again.yaml == study.yaml, "\(settings)")
            #expect(again.differences(from: study) == [], "\(settings)")
            changedKeys.formUnion(study.differences(from: Study()).map { String($0.prefix { $0 != " " }) })
        }
        #expect(read > 50 && changedKeys.count > 60, "\(read) studies, \(changedKeys.count) keys")
    }

    /// Negative control: a study that differs in one key says so.
    @Test func differencesAreNamed() throws {
        let one = try Self.study(["training.steps=7"]), other = try Self.study(["training.steps=8"])
        #expect(one.differences(from: other) == ["training.steps 8 → 7"])
    }

    /// A thousand malformed values, in a file and on the command line: each is an error with a place, or is accepted and survives writing.
    @Test func malformedValues() throws {
        let bad = [
            "", "~", "[]", "{}", "[[1]]", "{x: 1}", "-1", "1e400", ".nan", ".inf", "0x10", "1_000", "\"5\"", "'x'", "[1, two]",
            "[1, 1]",
            "99999999999999999999", "-0", "é", "\u{1F600}", "[", "}", "a: b: c", "!!binary aGk=", "&a 1", "*a",
            String(repeating: "9", count: 400),
            String(repeating: "x", count: 5000), "\"\\u0000\"", "1 2", "[null]", "[~, 1]", "{a: [1], b: [2], c: 3}",
        ]
        var count = 0
        for entry in Study.reference {
            for value in bad {
                count += 1
                let parts = entry.path.split(separator: ".").map(String.init)
                var text = "name: x\n", indent = ""
                for part in parts.dropLast() { (text, indent) = (text + "\(indent)\(part):\n", indent + "  ") }
                if parts == ["name"] { text = "" }
                text += "\(indent)\(parts.last!): \(value)\n"
                expectHandled("\(entry.path): \(value)", place: "bad.yaml") { try Study(text: text, file: "bad.yaml") }
                expectHandled("\(entry.path)=\(value)", place: "--set") { try Self.study(["\(entry.path)=\(value)"]) }
            }
        }
        #expect(count > 1000)
    }

    @Test func malformedSettings() {
        for setting in [
            "", "=", "a", "a=", "=1", ".=1", "network.=1", ".network=1", "network..activation=relu", "network=5", "x.y.z=1",
            "network.activation.deep=1", "data=[1]",
        ] {
            let text = errorText { _ = try Self.study([setting]) }
            #expect(text?.hasPrefix("--set") == true, "'\(setting)': \(text ?? "accepted")")
        }
    }

    private func expectHandled(_ what: String, place: String, _ read: () throws -> Study) {
        do {
            let study = try read()
            let again = try Study(text: study.yaml, file: "x.yaml")
            #expect(again.yaml == study.yaml, "\(what.prefix(80)) was accepted and does not survive writing")
        } catch let error as StudyFileError {
            for problem in error.problems {
                #expect(
                    problem.place.file == place && problem.message.count > 10 && problem.message.count < 1500,
                    "\(what.prefix(80)): \(problem)")
            }
        } catch {
            Issue.record("\(what.prefix(80)): \(error)")
        }
    }
}
