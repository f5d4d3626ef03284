import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Compares the theory of a run with ensembles that were trained elsewhere, in the way of `saddle run`, in a run folder of its own.
public struct OutsideComparison: Sendable {
    let run: RunFolder
    let file: String
    /// Where results go.
    public let folder: RunFolder

    /// - Parameters:
    ///   - run: a run folder with theory.
    ///   - file: `.npz` or `.safetensors` (``OutsideEnsembles``).
    ///   - output: `<run>-<name of the file>` if nil.
    public init(run: String, ensemble file: String, output: String? = nil) {
        self.run = RunFolder(path: run)
        self.file = file
        folder = RunFolder(path: output ?? "\(run)-\(Study.stem(of: file))")
    }

    /// - Throws: `StudyFailure`.
    public func compare(observe: @escaping StudyObserver = { _ in }) throws -> StudySummary {
        observe(.started(stage: "comparing theory and ensembles"))
        let clock = ContinuousClock.now
        let (own, outside) = try badInput { try read() }
        let wasCreated = try badInput { try folder.claim(for: own.study.name) }
        defer { if wasCreated { folder.removeIfWithoutResults() } }
        let lock = try badInput { try folder.lock() }
        defer { withExtendedLifetime(lock) {} }
        if let manifest = try badInput({ try folder.readManifest() }),
            manifest.stages.contains(where: { $0.key.hasPrefix("ensemble_") && $0.value.source == nil })
        {
            throw StudyFailure.badInput(
                RunFolderError.holdsAnotherVersion(path: folder.path, result: "ensembles of its own", changes: []))
        }
        do { return try write(own, outside, observe, clock) } catch {
            throw StudyFailure.failed(stage: "comparing theory and ensembles", error)
        }
    }

    private func read() throws -> (StudyResults, OutsideEnsembles) {
        let results = try StudyResults(run)
        guard let prediction = results.prediction, !prediction.variance.isEmpty else {
            throw StudyFileError(
                file: run.path,
                "the folder holds no theory with corrections in 1/N; expected one in which 'saddle predict STUDY.yaml' has been")
        }
        guard let data = results.data else {
            throw StudyFileError(
                file: run.path, "the data of its study cannot be read any more; expected them where the study says")
        }
        let stored: any NamedArrays =
            file.hasSuffix(".safetensors") ? try Safetensors(WholeFile.read(file), file: file) : try NPZ(contentsOf: file)
        let arrays = try stored.names.map { ($0, try stored.stored($0).tensor()) }
        let outside = try OutsideEnsembles(
            arrays, file: file, recorded: prediction.layout, steps: results.steps, data: data, loss: results.study.training.loss)
        return (results, outside)
    }

    private func write(
        _ own: StudyResults, _ outside: OutsideEnsembles, _ observe: StudyObserver, _ clock: ContinuousClock.Instant
    ) throws -> StudySummary {
        var study = own.study
        var simulation = study.simulate ?? .init()
        (simulation.widths, simulation.networks) = (outside.ensembles.map(\.width), outside.ensembles.map(\.networks).max()!)
        study.simulate = simulation
        // Of what the networks tell.
        let smaller = own.prediction!.restricted(to: outside.layout)
        var results = StudyResults(study: study, data: own.data, manifest: Manifest(study: study))
        (results.prediction, results.ensembles, results.ensembleLayout) = (smaller, outside.ensembles, outside.layout)
        let digest = own.manifest.stages["theory"]!.digest
        try AtomicFile.write([UInt8](study.yaml.utf8), to: folder.study)
        try TheoryFile.write(smaller, steps: results.steps, to: folder.theory)
        try EnsembleFile.write(outside.ensembles, layout: outside.layout, steps: results.steps, to: folder.ensemble)
        results.comparison = try ComparisonFile.make(in: folder.path) { write throws(FileError) in
            try Comparison.make(
                prediction: smaller, steps: results.steps, ensembles: outside.ensembles,
                classes: own.data!.classes(outside.layout[.output(.test)] == nil ? .train : .test), each: write)
        }
        func stage(_ did: String) -> Manifest.Stage {
            var stage = Manifest.Stage(digest: digest, did: did, seconds: 0, finished: Date.now.ISO8601Format(), warnings: [])
            stage.source = file
            return stage
        }
        results.manifest.stages["theory"] = own.manifest.stages["theory"]
        for ensemble in outside.ensembles {
            results.manifest.stages["ensemble_\(ensemble.width)"] = stage(
                "\(ensemble.networks) networks of width \(ensemble.width), trained elsewhere")
        }
        results.manifest.stages["comparison"] = stage("comparing theory and ensembles")
        try folder.seal(["theory.npz", "ensemble.npz"] + ComparisonFile.names, in: &results.manifest)
        results.manifest.stages["report"] = Manifest.Stage(
            digest: "", did: "drawing the report", seconds: 0, finished: Date.now.ISO8601Format(), warnings: [])
        try folder.write(results.manifest)
        try folder.write(StudyReport(results))
        let summary = results.summary(folder, warnings: [])
        try AtomicFile.write([UInt8](summary.json().utf8), to: folder.summary)
        observe(
            .finished(
                stage: "comparing theory and ensembles", seconds: (ContinuousClock.now - clock) / .seconds(1), reused: false))
        return summary
    }
}
