import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Synchronization

/// The state of one run of a study: results as they come in, and the manifest that says so.
final class StudyRun {
    let runner: StudyRunner
    let experiment: Experiment
    let recordsKernels: Bool
    let layout: ObservableLayout
    let digests: StudyDigests
    var results: StudyResults
    /// What others have computed.
    var parts: StudyParts
    /// By width, as far as it was measured.
    var networkSeconds: [Int: Double] = [:]
    private let said = Said()
    /// In the order in which they were said.
    var warnings: [String] = []

    var manifest: Manifest {
        get { results.manifest }
        set { results.manifest = newValue }
    }
    var study: Study { runner.study }
    var folder: RunFolder { runner.folder }

    /// Notes in the folder what is about to be computed there.
    init(_ runner: StudyRunner, _ experiment: Experiment) throws {
        self.runner = runner
        self.experiment = experiment
        let kernels = runner.study.recordsKernels(samples: experiment.data.trainCount)
        recordsKernels = kernels.records
        layout = ObservableLayout(experiment, withKernels: kernels.records)
        digests = StudyDigests(runner.study, experiment.data)
        parts = StudyParts(runner.folder, digests)
        results = StudyResults(study: runner.study, data: experiment.data, manifest: Manifest(study: runner.study))
        results.ensembleLayout = layout
        let earlier = try runner.folder.readManifest()
        if !runner.isForced { results.manifest.stages = earlier?.stages ?? [:] }
        // Answers to single questions stay as they are.
        results.manifest.topics = earlier?.topics
        results.manifest.files = earlier?.files
        try runner.folder.write(results.manifest)
        try AtomicFile.write([UInt8](runner.study.yaml.utf8), to: runner.folder.study)
        if let table = experiment.training.batchTable(of: experiment.data.trainCount) {
            try NPY.write(table, to: runner.folder.batches)
        } else {
            runner.folder.remove(runner.folder.batches)
        }
        if let warning = kernels.warning { try note([warning]) }
    }

    /// Warnings that belong to no stage.
    func note(_ texts: [String]) throws {
        let new = texts.filter { !warnings.contains($0) }
        manifest.warnings += new
        try folder.write(manifest)
        for text in new { warn(text) }
    }

    /// Makes sure that a file of the folder holds what was written to it.
    func check(_ file: String) throws {
        if let remark = try folder.check(file, against: manifest) { try note([remark]) }
    }

    /// Says which files an earlier version of the study left in the folder, if they were not computed again.
    func noteStaleResults() throws {
        results.stale = manifest.staleStages(of: study, data: experiment.data)
        let stale = results.stale
        let ensembles = manifest.stages.keys.filter { $0.hasPrefix("ensemble_") }
        var files = stale.contains("theory") ? ["theory.npz"] : []
        if !ensembles.isEmpty, stale.isSuperset(of: ensembles) { files.append("ensemble.npz") }
        if stale.contains("comparison") { files += ComparisonFile.names }
        if files.isEmpty { return }
        try note(["of an earlier version of the study and not used: \(files.joined(separator: ", ")) in \(folder.path)"])
    }

    func warn(_ text: String) {
        warnings.append(text)
        runner.observe(.warning(text))
    }

    /// Runs one stage: reuses its result if it is current, else computes it, and notes either in the manifest.
    ///
    /// - Parameters:
    ///   - phrase: what is done, as in "solving the theory".
    ///   - files: of the folder, where the result is; none if a later stage writes it.
    ///   - reuse: reads the result; one that is unreadable, or not what was written, is computed again, which is said.
    ///   - compute: returns the result, the seconds of earlier runs that went into it, and warnings.
    func stage<Result>(
        _ name: String, _ phrase: String, digest: String, files: [String] = [], reuse: () throws -> Result,
        compute: () throws -> (result: Result, earlierSeconds: Double, warnings: [String])
    ) throws -> Result {
        if manifest.isCurrent(name, digest: digest), let result = try reused(files, reuse) {
            for warning in manifest.stages[name]!.warnings { warn(warning) }
            runner.observe(.finished(stage: phrase, seconds: manifest.stages[name]!.seconds, reused: true))
            return result
        }
        runner.observe(.started(stage: phrase))
        let clock = ContinuousClock.now
        do {
            let (result, earlier, warnings) = try compute()
            if !files.isEmpty { try folder.seal(files, in: &manifest) }
            let seconds = (ContinuousClock.now - clock) / .seconds(1)
            for warning in warnings { warn(warning) }
            manifest.stages[name] = Manifest.Stage(
                digest: digest,
                did: phrase + (earlier == 0 ? "" : parts.seconds > 0 ? ", in parts" : ", continued from an interrupted run"),
                seconds: rounded(seconds + earlier, digits: 4), finished: Date.now.ISO8601Format(), warnings: warnings)
            try folder.write(manifest)
            runner.observe(.finished(stage: phrase, seconds: seconds, reused: false))
            return result
        } catch {
            if runner.shouldStop() { throw StudyFailure.interrupted(folder: folder.path) }
            throw StudyFailure.failed(stage: phrase, study.explained(error))
        }
    }

    private func reused<Result>(_ files: [String], _ read: () throws -> Result) throws -> Result? {
        try unlessChanged {
            for file in files { try check(file) }
            return try read()
        }
    }

    /// What `read` finds; nil if that cannot be used, which is said.
    func unlessChanged<Result>(_ read: () throws -> Result?) throws -> Result? {
        do {
            return try read()
        } catch RunFolderError.missing(let path, let file) {
            try note(["'\(path)/\(file)' is gone; it is computed again"])
        } catch RunFolderError.changed(let path) {
            try note(["'\(path)' \(RunFolderError.change); it is computed again"])
        } catch {
            try note(["\(error); it is computed again"])
        }
        return nil
    }

    /// For the engines: progress is reported as a fraction.
    var context: StudyEngines.Context {
        let observe = runner.observe, said = said
        return StudyEngines.Context(
            progress: { done, total in observe(.progress(total > 0 ? min(done / total, 1) : 0)) }, shouldStop: runner.shouldStop,
            // Where parts are put together again after more were asked for, it is said again.
            notice: { text in if said.texts.withLock({ $0.insert(text).inserted }) { observe(.notice(text)) } }, known: knownParts
        )
    }
}

/// Sentences that were said.
private final class Said: Sendable {
    let texts = Mutex<Set<String>>([])
}
