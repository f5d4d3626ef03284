import Foundation
import SaddleNumerics

/// What the catalogue knows of one run folder: the keys of its study, and its results, by name.
struct RunRecord {
    var folder: String
    var name: String
    var version: String
    /// When its last stage finished, UTC; empty if nothing is finished.
    var finished: String
    /// "theory, networks of 2 widths, predict-kernel"
    var contents: String
    var values: [(key: String, value: String)]

    /// Nil if the folder is no run folder. One whose manifest cannot be read is there all the same.
    init?(_ path: String) {
        let folder = RunFolder(path: path), read: Manifest?
        self.folder = path
        do { read = try folder.readManifest() } catch {
            (name, version, finished, contents) = ((try? Study(path: folder.study))?.name ?? "", "", "", Self.damaged)
            values = []
            return
        }
        guard let manifest = read else { return nil }
        (name, version) = (manifest.study, manifest.version)
        let stages = manifest.stages.merging(manifest.topics ?? [:]) { first, _ in first }
        finished = stages.values.map(\.finished).max() ?? ""
        let widths = manifest.stages.keys.filter { $0.hasPrefix("ensemble_") }.count
        contents =
            ((manifest.stages["theory"] == nil ? [] : ["theory"])
            + (widths == 0 ? [] : ["networks of \(widths) width\(widths == 1 ? "" : "s")"])
            + (manifest.topics ?? [:]).keys.sorted())
            .joined(separator: ", ")
        values = []
        if let study = try? Study(path: folder.study) {
            values += Study.keys.flatMap { $0.entries("", study) }.compactMap { entry in entry.initial.map { (entry.path, $0) } }
        }
        values.append(("seconds", "\(stages.values.map(\.seconds).sorted().reduce(0, +))"))
        if let summary = try? JSON.decode(StudySummary.self, from: WholeFile.read(folder.summary)) {
            values += Self.results(summary)
        }
    }

    /// What stands in place of contents.
    static let damaged = "damaged: manifest.json cannot be read"

    /// The numbers that a table of runs shows: losses at infinite width and of the widest networks, and the verdict.
    private static func results(_ summary: StudySummary) -> [(String, String)] {
        var values: [(String, String)] = []
        for (name, loss) in [("train_loss", summary.trainLoss as StudySummary.Loss?), ("test_loss", summary.testLoss)] {
            if let limit = loss?.infiniteWidth?.value { values.append(("\(name)_limit", "\(limit)")) }
            if let measured = loss?.widths.last(where: { $0.measuredMean != nil })?.measuredMean?.value {
                values.append((name, "\(measured)"))
            }
        }
        if let accuracy = summary.accuracies.last?.accuracy { values.append(("accuracy", "\(accuracy.measuredMean)")) }
        if let verdict = summary.verdict { values.append(("verdict", verdict.rawValue)) }
        return values
    }
}
