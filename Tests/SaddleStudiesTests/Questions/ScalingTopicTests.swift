import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// What the topics of scaling say of tables and of data that cannot serve, in words that name what was typed.
@Suite struct ScalingTopicTests {
    private func measured(_ text: String, _ options: (option: String, value: String)...) throws -> Answer {
        try withTemporaryDirectory { directory in
            try writeFile(Array(text.utf8), directory + "/t.csv")
            let file = Study.Change("scaling.losses", Study.quoted(directory + "/t.csv"), option: "t.csv")
            let study = try Study(text: "name: t", changes: MeasureScaling.changes(options) + [file], file: Study.settingsFile)
            do {
                return try MeasureScaling.answer(QuestionRunner(study).context)
            } catch { throw Words(text: "\(error)".replacing(directory + "/", with: "")) }
        }
    }

    private struct Words: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    private static let table = "n,loss\n10,1\n20,0.7\n40,0.5\n80,0.35\n160,0.25\n"

    @Test func optionsAreNamed() throws {
        #expect(try measured(Self.table).warnings.isEmpty)
        #expect(
            errorText { _ = try measured(Self.table, ("loss-column", "los")) }
                == "--loss-column: no column 'los' in t.csv; expected a number from 1 to 2 or one of n, loss")
        #expect(
            errorText { _ = try measured(Self.table.replacing("0.35", with: "")) }
                == "t.csv, line 5, column 2 ('loss'): is empty; expected a finite number (`--missing drop` leaves such rows out)")
        let dropped = try measured(Self.table.replacing("0.35", with: ""), ("missing", "drop"))
        #expect(dropped.warnings.count == 1 && dropped.warnings[0].contains("(line 5)"))
        #expect(errorText { _ = try measured("n;loss\n10;1,000\n20;0,000\n") }?.contains("decimal comma") != true)
        #expect(
            errorText { _ = try measured("n;loss\n10;1,500\n20;1,200\n") }?.hasSuffix("`--decimal comma` or `--decimal point`")
                == true)
        let absent = Study.Change("scaling.losses", "/no/t.csv", option: "/no/t.csv")
        let study = try Study(text: "name: t", changes: [absent], file: Study.settingsFile)
        #expect(
            errorText { _ = try MeasureScaling.answer(QuestionRunner(study).context) }
                == "/no/t.csv: cannot be read: No such file or directory")
    }

    /// Training sets that hold an input twice are refused in one message; what it offers serves.
    @Test func equalInputsNeedARidge() throws {
        try withTemporaryDirectory { directory in
            var stream = RandomStream(seed: 3, .test)
            let rows = (0..<40).map { _ in stream.normals(5).map { "\($0)" }.joined(separator: ",") }
            func curve(_ rows: [String], _ settings: [String]) throws -> Answer {
                try writeFile(Array((["a,b,c,d,y"] + rows).joined(separator: "\n").utf8), directory + "/t.csv")
                let study = try Study(
                    text:
                        "data: {source: t.csv, preprocess: none}\nnetwork: {activation: relu}\nscaling: {spectrum: data, samples: [12], draws: 2}\n",
                    settings: settings, file: directory + "/s.yaml")
                return try PredictScaling.answer(QuestionRunner(study).context)
            }
            let doubled = rows + [rows[3], rows[3], rows[8]]
            let words = errorText { _ = try curve(doubled, []) }
            #expect(
                words?.contains("'scaling.ridge' is 0, and 5 of 43 samples have the same input as another") == true,
                "\(words ?? "")")
            #expect(words?.contains("3, 40, 41; 8, 42)") == true && words?.contains("such as 1e-6") == true, "\(words ?? "")")
            _ = try curve(rows, [])
            _ = try curve(doubled, ["scaling.ridge=1e-6"])
            _ = try curve(doubled, ["scaling.draws=0"])
        }
    }
}
