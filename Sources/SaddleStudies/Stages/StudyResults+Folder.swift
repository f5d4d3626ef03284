import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension StudyResults {
    /// What a folder holds, as far as it belongs to its study as it is now.
    ///
    /// - Throws: ``RunFolderError/changed(path:)`` if a result is not what was written, ``RunFolderError/missing(path:file:)`` if it is gone.
    public init(_ folder: RunFolder) throws {
        guard let manifest = try folder.readManifest() else { throw RunFolderError.notARunFolder(path: folder.path) }
        let study = try Study(path: folder.study)
        let experiment = try? study.experiment(includesTheory: false).experiment
        self.init(study: study, data: experiment?.data, manifest: manifest)
        stale = manifest.staleStages(of: study, data: data)
        let current = currentStages
        if current["theory"] != nil {
            try check("theory.npz", folder)
            prediction = try Self.read(folder.theory) { try TheoryFile.read(folder.theory) }
        }
        if manifest.files?["ensemble.npz"] != nil || FileManager.default.fileExists(atPath: folder.ensemble) {
            try check("ensemble.npz", folder)
            let present = try NPZ(contentsOf: folder.ensemble).array("widths").elements.map { Int($0) }
            (ensembleLayout, ensembles) = try Self.read(folder.ensemble) {
                try EnsembleFile.read(folder.ensemble, widths: present.filter { current["ensemble_\($0)"] != nil })
            }
        }
        if current["comparison"] != nil {
            for file in ComparisonFile.names { try check(file, folder) }
            comparison = try Self.read(folder.comparison) { try ComparisonFile.read(folder.path) }
        } else if manifest.stages["comparison"] != nil, prediction != nil, !ensembles.isEmpty {
            note(
                "the comparison in '\(folder.path)' is of an earlier version, or of another version of the study, and is left out; "
                    + "'saddle run' compares again, and computes nothing else that is finished")
        }
        if let experiment { unfinished = Self.unfinished(study, experiment, folder) }
        noteTopics(folder)
    }

    /// A file that is as it was written and does not hold what is expected is of an earlier version.
    private static func read<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch FileError.malformed(_, let reason) {
            throw RunFolderError.outdated(path: path, reason: reason)
        }
    }

    /// Looks for answers to single questions.
    mutating func noteTopics(_ folder: RunFolder) {
        answers = (manifest.topics ?? [:]).keys.sorted().map { "\($0).html" }.filter {
            FileManager.default.fileExists(atPath: "\(folder.path)/\($0)")
        }
        for sentence in folder.changedTopics(manifest) { note(sentence) }
    }

    private mutating func check(_ file: String, _ folder: RunFolder) throws { note(try folder.check(file, against: manifest)) }

    private mutating func note(_ remark: String?) {
        if let remark, !remarks.contains(remark) { remarks.append(remark) }
    }

    /// What the states of interrupted stages hold, as far as they belong to this study.
    private static func unfinished(_ study: Study, _ experiment: Experiment, _ folder: RunFolder) -> [String] {
        let digests = StudyDigests(study, experiment.data)
        let layout = ObservableLayout(
            experiment, withKernels: study.recordsKernels(samples: experiment.data.trainCount).records)
        var found: [String] = []
        func add(_ name: String, _ count: () throws -> Int?) {
            do {
                if let count = try count() { found.append("\(count) of \(name)") }
            } catch { found.append("a damaged state of \(name)") }
        }
        add("\(study.predict.replicas) solutions of the theory") {
            try TheoryCheckpoint.read(folder.partialTheory, digest: digests.theory, experiment: experiment, layout: layout)?.state
                .solutions.count
        }
        guard let simulate = study.simulate else { return found }
        for width in simulate.widths {
            add("\(simulate.networks) networks of width \(NumberText.count(width))") {
                try EnsembleCheckpoint.read(folder.partialEnsemble(width: width), digest: digests.ensemble(width: width))?.state
                    .moments.count
            }
        }
        return found
    }
}
