import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

// Results as they are written and read again. It would catch a report that differs from what the folder holds, and a folder of the version before that is
// misread or drawn in silence.

@Suite struct StudyResultsTests {
    /// What a run draws from memory is what `saddle report` draws from the folder, to the byte: both are the same results.
    @Test func reportOfTheRunAndOfTheFolder() throws {
        let place = try Workplace()
        let study = try Study(
            text: """
                data: {source: digits, classes: [0, 1], train: 6, test: 8}
                network: {hidden_layers: 2}
                training: {steps: 6, learning_rate: 0.1}
                predict: {sites: 200, directions: 8, replicas: 2}
                simulate: {widths: [16, 32], networks: 8}
                record: 4
                """, file: place.path("both.yaml"))
        _ = try StudyRunner(study, output: place.folder).run()
        let drawn = try place.bytes("report.html")
        #expect(try RunFolder(path: place.folder).writeReport() == [])
        #expect(try place.bytes("report.html") == drawn && drawn.count > 10_000)

        // What is in the files is what was in memory.
        let results = try StudyResults(RunFolder(path: place.folder))
        #expect(results.widths == [16, 32] && results.ensembleLayout == results.prediction?.layout)
        let numbers = try NPZ(contentsOf: place.folder + "/comparison.npz")
        let test = results.ensembleLayout[.output(.test)]!
        #expect(try numbers.array("test_output_mean_measured_32").elements == Array(results.ensembles[1].mean[test.range]))
        #expect(try numbers.array("tangent_kernel_variance_z_16").shape == [4, 21])
    }

    /// The counts of a theory without narrow networks, as earlier versions wrote them.
    @Test func countsOfAnEarlierVersion() throws {
        let place = try Workplace()
        try place.run(place.study(), goal: .prediction)
        let path = place.folder + "/theory.npz"
        var arrays = try NPZ.read(path)
        #expect(arrays["samples"]?.elements == [4, 8, 0, 0])
        arrays["samples"] = Tensor(shape: [2], elements: [4, 8])
        try NPZ.write(arrays.map { (name: $0.key, array: $0.value) }, to: path)
        let folder = RunFolder(path: place.folder)
        var manifest = try #require(try folder.readManifest())
        try folder.seal(["theory.npz"], in: &manifest)
        try folder.write(manifest)
        let prediction = try #require(try StudyResults(folder).prediction)
        #expect(prediction.solutions == 4 && prediction.directions == 8 && prediction.networks == 0)
    }

    /// Files that lack arrays which this version draws are refused with a sentence that says what to do, and a run computes them again.
    @Test(arguments: [("theory.npz", "panel_halves"), ("ensemble.npz", "train_output_variance_4")])
    func arraysOfAnEarlierVersion(file: String, array: String) throws {
        let place = try Workplace()
        try place.run(place.study())
        let folder = RunFolder(path: place.folder)
        let whole = try NPZ(contentsOf: place.folder + "/" + file)
        try NPZ.write(
            whole.names.filter { $0 != array }.map { (name: $0, array: try whole.array($0)) }, to: place.folder + "/" + file)
        var manifest = try #require(try folder.readManifest())
        try folder.seal([file], in: &manifest)
        try folder.write(manifest)
        let refusal = errorText { try folder.writeReport() } ?? ""
        #expect(
            refusal.hasPrefix("'\(place.folder)/\(file)' is of an earlier version (") && refusal.contains("'\(array)'"),
            "\(refusal)")
        #expect(refusal.hasSuffix("compute it again with 'saddle run'"))
        _ = try place.run(place.study())
        #expect(try NPZ(contentsOf: place.folder + "/" + file).names.contains(array))
    }

    /// A folder of the version before: every number in the JSON, none in an array file. It is read; a run compares again and computes nothing else.
    @Test func comparisonOfThePreviousVersion() throws {
        let place = try Workplace()
        try place.run(place.study())
        let folder = RunFolder(path: place.folder)
        var manifest = try #require(try folder.readManifest())
        var old = try JSONSerialization.jsonObject(with: Data(place.bytes("comparison.json"))) as! [String: Any]
        old["widths"] = (old["widths"] as! [[String: Any]]).map { width in
            var width = width
            width["scores"] = nil
            width["quantities"] = (width["quantities"] as! [[String: Any]]).map {
                $0.merging(["predicted": [1.0], "measured": [1.0], "score": [NSNull()]]) { $1 }
            }
            return width
        }
        try AtomicFile.write([UInt8](JSONSerialization.data(withJSONObject: old)), to: folder.comparison)
        #expect(try ComparisonFile.read(folder.path).widths.map(\.width) == [4, 8])
        try FileManager.default.removeItem(atPath: folder.comparedNumbers)
        manifest.files?["comparison.npz"] = nil
        manifest.stages["comparison"]?.digest = "of the version before"
        try folder.seal(["comparison.json"], in: &manifest)
        try folder.write(manifest)
        let remarks = try folder.writeReport()
        #expect(remarks.count == 1 && remarks[0].contains("comparison") && remarks[0].contains("'saddle run' compares again"))
        let log = Log()
        try place.run(place.study(), observe: log.note)
        #expect(log.lines.map { $0.prefix(1) } == ["=", "=", "=", "+", "+"] && place.exists("comparison.npz"))
    }
}
