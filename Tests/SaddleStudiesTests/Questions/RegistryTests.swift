import Foundation
import SaddleNumerics
import SaddleReport
import TestSupport
import Testing

@testable import SaddleStudies

/// What all questions share. Catches a question that is not listed or whose options reach no key, documentation that is out of date, an answer
/// that reads back as another one, and JSON that its schema does not allow.
@Suite struct RegistryTests {
    private static let documentation = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../Documentation"
    ).path

    @Test func optionsReachKeys() {
        let paths = Set(Study.reference.map(\.path))
        #expect(Set(Questions.all.map { $0.id }).count == Questions.all.count)
        for question in Questions.all {
            #expect(!question.options.isEmpty && !question.examples.isEmpty && question.phrase.first?.isUppercase == false)
            for section in question.sections {
                #expect(paths.contains { $0.hasPrefix("\(section).") }, "\(question.id): \(section)")
            }
            for (option, path) in question.shorthands { #expect(paths.contains(path), "\(question.id): --\(option)") }
        }
    }

    /// The options of every example are known, and their values are read.
    @Test func examplesAreRead() throws {
        for question in Questions.all {
            for example in question.examples {
                let study = try #require(try expectRead(question, words(of: example), example))
                #expect(study.differences(from: Study()).count >= (example.contains("--") ? 1 : 0), "\(question.id) \(example)")
            }
        }
    }

    @Test func documentationIsCurrent() throws {
        #expect(try String(decoding: readFile("\(Self.documentation)/Commands.md"), as: UTF8.self) == Questions.markdown + "\n")
        #expect(try String(decoding: readFile("\(Self.documentation)/Study.md"), as: UTF8.self) == Study.markdown + "\n")
        // `saddle help registry > python/saddle/registry.json`
        let registry = try String(decoding: readFile("\(Self.documentation)/../python/saddle/registry.json"), as: UTF8.self)
        let made = try Registry().json() + "\n"
        #expect(registry == made)
    }

    @Test func misspeltQuestionsGetNames() {
        let text = errorText { try Questions.expectFile("spectrm", asking: .predict) }
        #expect(text?.contains("did you mean 'spectrum'?") == true, "\(text ?? "accepted")")
    }

    /// Everything a quantity can be survives its files, and the JSON has no keys that the schema does not.
    @Test func answersReadBack() throws {
        var answer = Answer("A title", subtitle: "and more", warnings: ["mind this"])
        answer.add("number", 1.5, error: 0.25, "A number", "x", unit: "s")
        answer.add("count", 12345, "A count")
        answer.add("word", "yes", "A word")
        answer.add("t", [0, 0.1, 1e300], "Times", "t")
        answer.add(
            "gap", [1, .nan, -.infinity], errors: [0.1, 0.2, 0.3], along: ["t"], "With a gap", isPartial: true,
            mayBeInfinite: true)
        answer.add("long", (0..<3000).map { 1 / Double($0 + 3) }, shape: [3, 1000], "Many numbers")
        answer.add("names", words: ["a", "b", "c"], along: ["t"], "Names")
        answer.check = CheckSummary(Check([.mean("m", predicted: 1, samples: [0.9, 1.2, 1.1])]))
        answer.section(
            "Seen",
            [.table([.init("t"), .init("gap")]), .figure("f", caption: "", panels: [.init("p", [.line("gap", .series(1))])])])
        answer.question = "predict-test"
        try withTemporaryDirectory { folder in
            try AtomicFile.write(answer.files(in: folder))
            let again = try Answer(question: "predict-test", in: folder)
            #expect(again.quantities.map(\.name) == answer.quantities.map(\.name))
            for (a, b) in zip(answer.quantities, again.quantities) {
                #expect(
                    a.values.map(\.bitPattern) == b.values.map(\.bitPattern) || a.name == "gap" && b.values[1].isNaN, "\(a.name)")
                #expect(
                    a.errors == b.errors && a.words == b.words && a.shape == b.shape && a.along == b.along && a.unit == b.unit)
            }
            #expect(again.page.html() == answer.page.html() && again.text == answer.text && again.warnings == answer.warnings)
            let schema =
                try JSONSerialization.jsonObject(with: Data(readFile("\(Self.documentation)/answer.schema.json")))
                as! [String: Any]
            let json = try JSONSerialization.jsonObject(with: Data(readFile("\(folder)/predict-test.json"))) as! [String: Any]
            func expectKeys(_ object: [String: Any], _ schema: [String: Any]) {
                let properties = schema["properties"] as! [String: Any]
                #expect(Set(object.keys).isSubset(of: properties.keys), "\(object.keys)")
                #expect(Set(schema["required"] as! [String]).isSubset(of: object.keys), "\(object.keys)")
            }
            expectKeys(json, schema)
            let properties = schema["properties"] as! [String: Any]
            let quantity = (properties["quantities"] as! [String: Any])["additionalProperties"] as! [String: Any]
            for case let entry as [String: Any] in (json["quantities"] as! [String: Any]).values { expectKeys(entry, quantity) }
            expectKeys(json["check"] as! [String: Any], properties["check"] as! [String: Any])
        }
        // What is no result is not written.
        answer.add("bad", [.nan], "Not a number")
        #expect(errorText { _ = try answer.files(in: "x") }?.contains("bad is nan") == true)
    }
}
