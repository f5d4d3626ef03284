import Foundation
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle sweep`: values of keys, the points that they make, and what is kept of each.
@Suite struct SweepTests {
    @Test(arguments: [
        ("training.learning_rate=log:0.01..1:3", ["0.01", "0.1", "1"]),
        ("learning_rate=lin:0..1:5", ["0", "0.25", "0.5", "0.75", "1"]),
        ("network.hidden_layers=1..3", ["1", "2", "3"]),
        ("network.hidden_layers=log:1..4:5", ["1", "2", "3", "4"]),
        ("network.activation=relu, tanh", ["relu", "tanh"]),
        ("simulate.widths=[8,16],[32]", ["[8,16]", "[32]"]),
        ("network.richness=0.3,1,3", ["0.3", "1", "3"]),
    ])
    func valuesOfKeys(text: String, values: [String]) throws {
        #expect(try SweepAxis(text).values == values)
    }

    @Test(arguments: [
        ("training.learning_rate", "of the form KEY=VALUES"),
        ("learning_rat=1,2", "did you mean"),
        ("seed=1,2", "several sections"),
        ("training.learning_rate=0.5", "one value"),
        ("training.learning_rate=1,1", "twice"),
        ("training.learning_rate=1,,2", "empty"),
        ("training.learning_rate=log:0..1:3", "positive"),
        ("training.learning_rate=log:1..0.1:3", "larger"),
        ("training.learning_rate=0.1..1", "log:A..B:COUNT"),
        ("name=a,b", "names the folder"),
    ])
    func wrongValuesAreNamed(text: String, words: String) {
        #expect { _ = try SweepAxis(text) } throws: { "\($0)".contains(words) }
    }

    private let study = """
        data: {source: gaussian, train: 6, test: 4, dimension: 5, teacher: linear}
        network: {hidden_layers: 1, activation: tanh}
        training: {steps: 5, learning_rate: 0.5}
        simulate: {widths: [4, 8], networks: 6}
        """

    private func sweep(_ folder: String, _ axes: [String], changes: [String] = []) throws -> Sweep {
        let file = "\(folder)/s.yaml"
        try study.write(toFile: file, atomically: true, encoding: .utf8)
        return try Sweep(
            file: file, axes: axes.map(SweepAxis.init), changes: changes.map(Study.Change.init(setting:)),
            task: .study(.simulation))
    }

    /// Every combination, the last key fastest; each row is the study's own result, and a second run computes nothing.
    @Test func rowsAreTheStudiesOwn() throws {
        try withTemporaryDirectory { folder in
            let sweep = try sweep(folder, ["learning_rate=0.1,1", "richness=0.5,2"])
            #expect(sweep.points.map(\.values) == [["0.1", "0.5"], ["0.1", "2"], ["1", "0.5"], ["1", "2"]])
            let output = "\(folder)/out", answer = try SweepRunner(sweep, output: output).run()
            let losses = answer["test_loss"]!.values
            #expect(losses.count == 8 && answer["width"]!.values == [4, 8, 4, 8, 4, 8, 4, 8])
            let alone = try StudyRunner(sweep.points[2].study, output: "\(folder)/alone").run(.simulation)
            #expect(
                losses[4] == alone.testLoss!.widths[0].measuredMean!.value
                    && losses[5] == alone.testLoss!.widths[1].measuredMean!.value)
            let lines = try String(contentsOfFile: "\(output)/sweep.csv", encoding: .utf8).split(separator: "\n")
            #expect(
                lines.count == 9 && lines[0].hasPrefix("training.learning_rate,network.richness,width,train_loss,"), "\(lines[0])"
            )

            let again = Observed()
            _ = try SweepRunner(sweep, output: output, observe: again.observe).run()
            #expect(again.reused)
            // One value more: what is there stays, in the order of the values.
            let wider = try self.sweep(folder, ["learning_rate=0.1,0.3,1", "richness=0.5,2"])
            let more = try SweepRunner(wider, output: output).run()["test_loss"]!.values
            #expect(Array(more[0..<4]) == Array(losses[0..<4]) && Array(more[8...]) == Array(losses[4...]))
            // Another study in its place is refused.
            let other = try self.sweep(folder, ["learning_rate=0.1,1"], changes: ["training.steps=6"])
            #expect { _ = try SweepRunner(other, output: output).run() } throws: { "\($0)".contains("training.steps 5 → 6") }
        }
    }

    /// Training that diverges is a result; if nothing has one, the reason is the sweep's.
    @Test func divergenceIsARow() throws {
        try withTemporaryDirectory { folder in
            let answer = try SweepRunner(sweep(folder, ["learning_rate=0.1,1e6"]), output: "\(folder)/out").run()
            #expect(answer["status"]!.words! == ["done", "done", "diverged", "diverged"])
            #expect(answer["test_loss"]!.values[2].isNaN)
            #expect(answer.warnings.contains { $0.contains("1 of 2 points") && $0.contains("diverged") })
            #expect {
                _ = try SweepRunner(self.sweep(folder, ["learning_rate=1e6,1e7"]), output: "\(folder)/none").run()
            } throws: { "\($0)".contains("none of 2 points") }
        }
    }

    /// Where the narrow networks of a point diverge the wide ones have their result, which is that of a study without the narrow ones.
    @Test func eachWidthHasItsState() throws {
        try withTemporaryDirectory { folder in
            let sweep = try sweep(
                folder, ["learning_rate=0.5,4.7"], changes: ["training.steps=40", "simulate.widths=[4, 64]"])
            let output = "\(folder)/out", answer = try SweepRunner(sweep, output: output).run()
            #expect(answer["status"]!.words! == ["done", "done", "diverged", "done"])
            let losses = answer["test_loss"]!.values
            #expect(losses[2].isNaN && losses[3].isFinite)
            #expect(answer.warnings.contains { $0.contains("1 of 2 points") && $0.contains("width 4 diverged") })
            let alone = try self.sweep(
                folder, ["learning_rate=4.7,4.8"], changes: ["training.steps=40", "simulate.widths=[64]"])
            let wide = try SweepRunner(alone, output: "\(folder)/wide").run()
            #expect(wide["test_loss"]!.values[0] == losses[3])
            let csv = try String(contentsOfFile: "\(output)/sweep.csv", encoding: .utf8)
            #expect(csv.split(separator: "\n")[3].contains(",,") && csv.contains(",diverged,"))
            let again = Observed()
            let same = try SweepRunner(sweep, output: output, observe: again.observe).run()
            #expect(again.reused && same["status"]!.words! == answer["status"]!.words!)
        }
    }

    /// Theory that diverges does not keep networks from being trained.
    @Test func networksGoOnWithoutTheory() throws {
        let place = try Workplace()
        let engines = StudyEngines(
            predict: { _, _, _, _, _, _ in throw MeanFieldError.diverged(step: 3, learningRate: 0.1) }, report: { _, _ in })
        var runner = StudyRunner(try place.study(), output: place.folder, engines: engines)
        #expect(throws: StudyFailure.self) { try runner.run() }
        runner.isPart = true
        let summary = try runner.run()
        #expect(summary.diverged?.keys.sorted() == ["theory"])
        let row = SweepRow(summary, goal: .everything, digest: "", seconds: 0)
        #expect(row.lines.map(\.status) == [.theoryDiverged, .theoryDiverged] && row.hasResult && row.failure == nil)
        let plain = try StudyRunner(try place.study(), output: place.path("plain")).run(.simulation)
        #expect(summary.testLoss!.widths.map { $0.measuredMean!.value } == plain.testLoss!.widths.map { $0.measuredMean!.value })
        // With theory alone there is nothing else.
        let theory = SweepRow(try runner.run(.prediction), goal: .prediction, digest: "", seconds: 0)
        #expect(theory.status == .diverged && !theory.hasResult && theory.failure?.contains("diverges") == true)
    }

    /// The table of a sweep of other keys is not replaced; a folder that is forced holds the new sweep alone.
    @Test func otherSweepsLiveBeside() throws {
        try withTemporaryDirectory { folder in
            let output = "\(folder)/out", rates = try sweep(folder, ["learning_rate=0.1,1"])
            _ = try SweepRunner(rates, output: output).run()
            let table = try Data(contentsOf: URL(fileURLWithPath: "\(output)/sweep.csv"))
            let other = try sweep(folder, ["richness=0.5,2"])
            #expect(SweepFolder.chosen(output, for: rates) == output)
            #expect(SweepFolder.chosen(output, for: other) == "\(output)-richness-study-simulation")
            #expect { _ = try SweepRunner(other, output: output).run() } throws: {
                "\($0)".contains("holds a sweep of training.learning_rate")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(output)/sweep.csv")) == table)
            // More values of the same key belong to it; those of the first call stay, which is said.
            let notices = Mutex<[String]>([])
            _ = try SweepRunner(
                sweep(folder, ["learning_rate=0.3,1"]), output: output,
                observe: { event in if case .notice(let text) = event { notices.withLock { $0.append(text) } } }
            ).run()
            #expect(notices.withLock { $0 }.contains { $0.contains("1 of others are kept") })
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(output)/points/note.txt"))
            _ = try SweepRunner(other, output: output, isForced: true).run()
            #expect(
                try namesInDirectory("\(output)/points").sorted()
                    == ["note.txt", "richness=0.5", "richness=0.5.json", "richness=2", "richness=2.json"])
        }
    }

    @Test func otherQuestions() throws {
        try withTemporaryDirectory { folder in
            let sweep = try Sweep(
                file: nil, axes: [SweepAxis("network.activation=relu,tanh")], task: .init(asking: "predict criticality"))
            let answer = try SweepRunner(sweep, output: "\(folder)/out").run()
            #expect(answer["key_activation"]!.words! == ["relu", "tanh"])
            #expect(answer.quantities.contains { $0.words == nil && $0.values.count == 2 && $0.values.allSatisfy(\.isFinite) })
            #expect { _ = try Sweep.Task(asking: "predict critical") } throws: { "\($0)".contains("predict criticality") }
        }
    }
}

/// Whether the work was there already.
private final class Observed: @unchecked Sendable {
    private(set) var reused = false
    func observe(_ event: StudyEvent) { if case .finished(_, _, let wasThere) = event { reused = wasThere } }
}
