import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle runs`: what is found, filtered, compared, removed, and that the folders are the truth.
@Suite struct CatalogueTests {
    private func run(_ root: String, _ name: String, _ settings: [String] = []) throws {
        let study = try Study(
            text: """
                name: \(name)
                data: {source: gaussian, train: 4, test: 3, dimension: 3, teacher: linear}
                network: {hidden_layers: 1, activation: tanh}
                training: {steps: 2, learning_rate: 0.5}
                simulate: {widths: [4, 8], networks: 3}
                """, settings: settings, file: "s.yaml")
        _ = try StudyRunner(study, output: "\(root)/\(name)").run(.simulation)
    }

    @Test func runsAreFound() throws {
        try withTemporaryDirectory { root in
            try run(root, "a")
            try run(root, "b", ["network.richness=2"])
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(root)/note.txt"))
            func names(_ conditions: [String], sortedBy order: String? = nil) throws -> [String] {
                try Catalogue(root).runs(where: conditions, sortedBy: order).map(\.name)
            }
            #expect(try Set(names([])) == ["a", "b"])
            #expect(try names(["network.richness>1"]) == ["b"] && names(["richness<=1"]) == ["a"])
            #expect(try names(["name~a"]) == ["a"] && names(["network.activation=tanh", "name!=a"]) == ["b"])
            #expect(try names([], sortedBy: "richness") == ["a", "b"])
            let shown = try Catalogue(root).runs(showing: ["richness", "test_loss"])
            let b = try #require(shown.first { $0.name == "b" })
            let summary = try JSON.decode(StudySummary.self, from: WholeFile.read("\(root)/b/summary.json"))
            #expect(b.values["network.richness"] == "2.0")
            #expect(b.values["test_loss"].flatMap(Double.init) == summary.testLoss!.widths[1].measuredMean!.value)
            let (keys, cells) = try Catalogue.comparison(of: ["\(root)/a", "\(root)/b"])
            #expect(cells[keys.firstIndex(of: "network.richness")!] == ["1.0", "2.0"] && !keys.contains("training.steps"))

            // Gone with its folder, there again with it; a damaged catalogue is made anew.
            try Catalogue.remove(["\(root)/a"])
            #expect(try names([]) == ["b"])
            try run(root, "a", ["network.richness=3"])
            #expect(try names(["richness=3"]) == ["a"])
            try Data("no database".utf8).write(to: URL(fileURLWithPath: "\(root)/.catalogue.sqlite"))
            #expect(try Set(names([])) == ["a", "b"])
            #expect(errorText { try Catalogue.remove([root + "/note.txt"]) }?.isEmpty == false)
            #expect(try namesInDirectory(root).contains("note.txt"))
        }
    }

    /// Links make no second run, lead to those outside, and go without what they lead to; a damaged manifest hides no run.
    @Test func linksAndDamagedRuns() throws {
        try withTemporaryDirectory { place in
            let root = "\(place)/runs", files = FileManager.default
            try run(root, "a")
            try run("\(place)/elsewhere", "b")
            try files.createSymbolicLink(atPath: "\(root)/A-link", withDestinationPath: "\(root)/a")
            try files.createSymbolicLink(atPath: "\(root)/loop", withDestinationPath: root)
            try files.createSymbolicLink(atPath: "\(root)/far", withDestinationPath: "\(place)/elsewhere")
            #expect(try Set(Catalogue(root).runs().map(\.folder)) == ["\(root)/a", "\(root)/far/b"])
            try run(root, "c.1")
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(root)/c.1/manifest.json"))
            let damaged = try #require(Catalogue(root).runs().first { $0.folder == "\(root)/c.1" })
            #expect(damaged.contents.contains("damaged") && damaged.name == "c.1")
            try Catalogue.remove(["\(root)/A-link", "\(root)/c.1"])
            #expect(try Set(namesInDirectory(root)).isDisjoint(with: ["A-link", "c.1"]))
            #expect(try Catalogue(root).runs().map(\.name).sorted() == ["a", "b"])
        }
    }

    /// Whatever the order: folders within others, and the same one twice. A point goes with its row of the table, and is computed again.
    @Test func removing() throws {
        try withTemporaryDirectory { place in
            let study = try Study(
                text: """
                    data: {source: gaussian, train: 4, test: 3, dimension: 3, teacher: linear}
                    network: {hidden_layers: 1, activation: tanh}
                    training: {steps: 2, learning_rate: 0.5}
                    simulate: {widths: [4], networks: 3}
                    """, file: "s.yaml")
            let root = "\(place)/s", sweep = try Sweep(study, axes: [SweepAxis("richness=1,2,3")], task: .study(.simulation))
            _ = try SweepRunner(sweep, output: root).run()
            try Catalogue.remove(["\(root)/points/richness=1"])
            #expect(try namesInDirectory("\(root)/points").count == 4)
            _ = try SweepRunner(sweep, output: root).run()
            try Catalogue.remove([root, "\(root)/points/richness=2", "\(root)/"])
            #expect(!FileManager.default.fileExists(atPath: root))
        }
    }

    @Test(arguments: [
        ("richnes=1", "did you mean"), ("network.richness", "no condition"), ("richness>much", "no condition"),
        ("=1", "no condition"),
    ])
    func wrongConditionsAreNamed(condition: String, words: String) throws {
        try withTemporaryDirectory { root in
            try run(root, "a")
            #expect(errorText { _ = try Catalogue(root).runs(where: [condition]) }?.contains(words) == true)
        }
    }

    @Test func noFolder() {
        #expect(errorText { _ = try Catalogue("/no/such/folder") }?.contains("no folder of that name") == true)
    }
}
