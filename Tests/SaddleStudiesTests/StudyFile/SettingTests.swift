import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// Errors name what the user typed, and study files have the encodings and the indentation that editors give them.
@Suite struct SettingTests {
    private static let text = "data: {source: t.csv}\nnetwork: {activation: tanh}\ntraining:\n  steps: 10\n"

    private func words(_ settings: [String], _ text: String = text, option: String = Study.settingsFile) -> String? {
        errorText {
            var changes = try settings.map(Study.Change.init(setting:))
            for k in changes.indices { changes[k].option = option }
            _ = try Study(text: text, changes: changes, file: "s.yaml")
        }
    }

    @Test func settingsAreNamed() {
        let activations = "; did you mean 'tanh'?"
        #expect(
            words(["network.activation=tahn"])?.hasPrefix("--set: 'network.activation' is tahn; expected one of linear") == true)
        #expect(words(["network.activation=tahn"])?.hasSuffix(activations) == true)
        #expect(
            words(["network.activation=tahn"], option: "--activation")?.hasPrefix(
                "--activation: 'network.activation' is tahn; expected one of") == true)
        #expect(words(["network={activation: tahn}"])?.hasPrefix("--set: 'network.activation' is tahn") == true)
        #expect(
            words(["network.activatoin=tanh"])?.hasPrefix("--set: unknown key 'network.activatoin'; did you mean 'activation'?")
                == true)
        #expect(words(["steps"])?.hasPrefix("--set: 'steps' is not of the form section.key=value") == true)
        // What stands in the file is named by its place, also beside settings.
        #expect(
            words(["network.activation=relu"], Self.text.replacing("steps: 10", with: "steps: x"))
                == "s.yaml:4:10: 'training.steps' is x; expected a whole number, at least 0")
        #expect(words(["network.activation=relu"]) == nil)
    }

    /// YAML would take these for a comment, a section, a list, a number, a truth.
    @Test(arguments: ["#3", "a: b", "[x]", "007", "true", "\"q\"", "run - loss", "a\\b", " "])
    func textsOfOptionsMeanThemselves(_ name: String) throws {
        let study = try Study(
            text: "name: x", changes: MeasureScaling.changes([("loss-column", name)]), file: Study.settingsFile)
        #expect(study.scaling?.lossColumn == name)
        #expect(try Study(text: study.yaml, file: "/a/s.yaml").scaling?.lossColumn == name)
    }

    @Test func keysOfTablesAreKept() throws {
        let text = """
            data: {source: /d/t.csv, label_column: [u, "7"], columns: [a, "1 b"], missing: drop, decimal: comma, header: true}
            scaling: {losses: /d/l.csv, missing: error, decimal: point}
            """
        let study = try Study(text: text, file: "/a/s.yaml"), copy = try Study(text: study.yaml, file: "/b/s.yaml")
        #expect(study.data.labelColumns == ["u", "7"] && study.data.columns == ["a", "1 b"])
        #expect(study.data.table == TableFormat(header: true, decimal: .comma, missing: .drop))
        #expect(study.scaling?.table == TableFormat(decimal: .point, missing: .error))
        #expect(copy.data == study.data && copy.scaling == study.scaling)
        #expect(
            words([], "data: {source: t.csv, missing: skip}")
                == "s.yaml:1:32: 'data.missing' is skip; expected one of error, drop")
    }

    @Test func encodingsOfStudies() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/s.yaml"
            var wide: [UInt8] = [0xff, 0xfe]
            for unit in Self.text.utf16 { wide += [UInt8(unit % 256), UInt8(unit / 256)] }
            for bytes in [Array(Self.text.utf8), [0xef, 0xbb, 0xbf] + Array(Self.text.utf8), wide] {
                try writeFile(bytes, path)
                #expect(try Study(path: path).training.steps == 10)
            }
            try writeFile([0x61, 0x3a, 0x20, 0xe4], path)
            #expect(errorText { _ = try Study(path: path) } == "\(path): not a text in UTF-8; a study is a YAML text file")
        }
        #expect(words([], "\u{FEFF}" + Self.text) == nil)
        #expect(
            words([], "training:\n\tsteps: 10\n")
                == "s.yaml:2:1: the line is indented with a tab; expected blanks, which alone YAML takes")
        #expect(words([], "training:\n  steps:\t10\n") == nil)
    }
}
