import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// What `measure scaling` of two resources, `measure collapse` and `measure spectrum` say of files, as a user gives them. It would catch an option that does not reach the measure, a page that
/// cannot be drawn, and words that do not name what is missing.
@Suite struct MeasuredTableTopicTests {
    private struct Words: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    private func asked(
        _ question: any Question.Type, _ key: String, _ file: String, _ bytes: [UInt8],
        _ options: (option: String, value: String)...
    )
        throws -> Answer
    {
        try withTemporaryDirectory { directory in
            try writeFile(bytes, directory + "/" + file)
            do {
                let (study, _) = try Study.asked(question, of: [directory + "/" + file], changes: question.changes(options))
                let answer = try question.answer(QuestionRunner(study).context)
                _ = answer.page
                return answer
            } catch { throw Words(text: "\(error)".replacing(directory + "/", with: "")) }
        }
    }

    private static func resources(_ rows: Int = 60) -> String {
        var stream = RandomStream(seed: 2, .test)
        return "params;tokens;family;loss\n"
            + (0..<rows).map { k in
                let n = 1e8 * pow(10, 2 * stream.uniform()), d = 1e9 * pow(10, 2 * stream.uniform())
                let loss = (1.8 + 480 * pow(n, -0.35) + 2000 * pow(d, -0.37)) * exp(0.004 * stream.normal())
                return "\(n);\(d);\("ab".map(String.init)[k % 2]);\(loss)\n"
            }.joined()
    }

    @Test func twoResources() throws {
        func measured(_ text: String, _ options: (option: String, value: String)...) throws -> Answer {
            try withTemporaryDirectory { directory in
                try writeFile(Array(text.utf8), directory + "/t.csv")
                let file = Study.Change("scaling.losses", Study.quoted(directory + "/t.csv"), option: "t.csv")
                let study = try Study(
                    text: "name: t", changes: MeasureScaling.changes(options) + [file], file: Study.settingsFile)
                do { return try MeasureScaling.answer(QuestionRunner(study).context) } catch {
                    throw Words(text: "\(error)".replacing(directory + "/", with: ""))
                }
            }
        }
        let answer = try measured(Self.resources(), ("hold-out", "family"), ("at-size", "2e10"), ("at-data", "1e12"))
        #expect(answer["held_out"]?.words == ["a", "b"])
        let (low, high) = (try answer.values("law_low"), try answer.values("law_high"))
        #expect(low[0] < 0.35 && high[0] > 0.35 && low[1] < 0.37 && high[1] > 0.37)
        expectClose(try answer.value("target_loss"), 1.8 + 480 * pow(2e10, -0.35) + 2000 * pow(1e12, -0.37), within: 0.06)
        let known = try measured(Self.resources(), ("floor", "1.8"))
        #expect(try known.value("floor") == 1.8)
        #expect(errorText { _ = try measured(Self.resources(), ("floor", "3.9")) }?.contains("expected a smaller floor") == true)
        #expect(
            errorText { _ = try measured(Self.resources(6)) }
                == "t.csv: 6 rows with a size, data and a loss; expected 8 or more: five numbers are fitted")
        #expect(
            errorText { _ = try measured("n,loss\n10,1\n20,0.7\n40,0.5\n80,0.35\n", ("floor", "0.1")) }?.hasPrefix(
                "--floor: is for tables of two resources")
                == true)
    }

    @Test func collapse() throws {
        let text =
            "step,width,trial,loss\n"
            + [64, 256].flatMap { width in
                (0..<3).flatMap { seed in
                    (1...20).map { step in
                        "\(step),\(width),\(seed),\(1 + (1 + 0.01 * Double(seed * seed)) * pow(Double(step), -0.5))\n"
                    }
                }
            }.joined()
        let answer = try asked(MeasureCollapse.self, "collapse.curves", "c.csv", Array(text.utf8), ("floor", "1"))
        #expect(answer["verdict"]?.words == ["undecided"] || answer["verdict"]?.words == ["supercollapse"])
        #expect(try answer.values("size") == [64, 256])
        #expect(
            errorText { _ = try asked(MeasureCollapse.self, "collapse.curves", "c.csv", Array(text.utf8), ("floor", "5")) }?
                .contains("expected a smaller floor")
                == true)
        #expect(
            errorText { _ = try asked(MeasureCollapse.self, "collapse.curves", "c.csv", Array("a,b\n1,2\n".utf8)) }?.hasPrefix(
                "--step-column: no column of c.csv is called step or iteration") == true)
    }

    @Test func spectrum() throws {
        var stream = RandomStream(seed: 3, .test)
        let noise = stream.normals(rows: 80, columns: 40)
        let csv = (0..<80).map { i in (0..<40).map { "\(noise[i, $0])" }.joined(separator: ",") }.joined(separator: "\n")
        let answer = try asked(MeasureSpectrum.self, "data.source", "m.csv", Array(csv.utf8))
        #expect(answer["kind"]?.words == ["noise"])
        expectClose(try answer.values("noise")[0], 1, within: 0.08)
        let list = try noise.gram().symmetricEigenvalues().map { "\($0 / 80)" }.joined(separator: "\n")
        let eigenvalues = try asked(
            MeasureSpectrum.self, "data.source", "e.csv", Array(("eigenvalue\n" + list).utf8), ("ratio", "0.5"))
        expectClose(try eigenvalues.values("noise")[0], 1, within: 0.08)
        let alone = try asked(MeasureSpectrum.self, "data.source", "e.csv", Array(("eigenvalue\n" + list).utf8))
        #expect(alone.warnings.contains { $0.contains("without the ratio of its sides") })
    }
}
