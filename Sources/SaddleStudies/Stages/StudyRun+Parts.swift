import Foundation
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

extension StudyRun {
    /// Has all that can be computed apart computed by others.
    func share(_ goal: StudyRunner.Goal) throws {
        guard runner.executor != nil else { return }
        if StudySource(study).readsStandardInput(study) { throw StudyFailure.badInput(ShardError.standardInput) }
        var wanted: [StudyPart] = []
        let isTheoryOpen = goal != .simulation && !manifest.isCurrent("theory", digest: digests.theory)
        // What an interrupted run had begun says itself what it needs next.
        if isTheoryOpen, runner.isForced || !FileManager.default.fileExists(atPath: folder.partialTheory) {
            // What cannot be solved is told where it is tried.
            wanted += (try? StudyShards.theory(study, experiment)) ?? []
        }
        if goal != .prediction, let simulation = study.simulate {
            for width in simulation.widths {
                let digest = digests.ensemble(width: width)
                if manifest.isCurrent("ensemble_\(width)", digest: digest) { continue }
                let saved =
                    runner.isForced ? nil : try? EnsembleCheckpoint.read(folder.partialEnsemble(width: width), digest: digest)
                wanted += StudyPart.split((saved?.state.count ?? 0)..<simulation.networks, width: width)
            }
        }
        try share(wanted, goal)
    }

    func share(_ wanted: [StudyPart], _ goal: StudyRunner.Goal) throws {
        guard let executor = runner.executor, !wanted.isEmpty else { return }
        let phrase = "computing \(NumberText.count(wanted.count)) parts", clock = ContinuousClock.now
        runner.observe(.started(stage: phrase))
        do { try FileManager.default.createDirectory(atPath: folder.parts, withIntermediateDirectories: true) } catch {
            throw StudyFailure.badInput(FileError.writing(folder.parts))
        }
        let work = StudyShards(wanted, study, experiment, folder), shards = ShardFolder(path: folder.path)
        // Where nothing was begun nothing stays.
        defer { if !FileManager.default.fileExists(atPath: shards.job), rmdir(folder.parts) == 0 { shards.remove() } }
        let plan = ShardPlan(
            directory: FileManager.default.currentDirectoryPath, path: folder.path, source: StudySource(study), axes: [],
            task: Sweep.Task.study(goal).id, isForced: runner.isForced, retries: 0, names: work.names, parts: wanted)
        let missing = try executor.run(work, plan, cluster: study.cluster, observe: runner.observe, shouldStop: runner.shouldStop)
        for (index, part) in wanted.enumerated() {
            if let failure = shards.readFailure(index) { throw StudyFailure.failed(stage: part.name, failure) }
        }
        shards.remove()
        parts = StudyParts(folder, digests)
        runner.observe(.finished(stage: phrase, seconds: (ContinuousClock.now - clock) / .seconds(1), reused: missing == 0))
    }

    /// Parts that others have computed; where they compute all, what they have not is asked of them (``PartsWanted``).
    var knownParts: KnownParts {
        let parts = parts, areAllShared = runner.executor != nil || runner.collects
        return { index, ways in
            if let part = parts.theory(index, ways) { return part }
            if areAllShared, !parts.covers(index, ways) { throw PartsWanted(index: index, ways: ways) }
            return nil
        }
    }
}

extension RunFolder {
    var parts: String { path + "/parts" }

    /// Takes away what has become part of a result.
    func removeParts(_ stage: String) {
        for name in Directory.names(parts) ?? [] where name.hasPrefix("\(stage)-") { unlink("\(parts)/\(name)") }
        rmdir(parts)
    }
}
