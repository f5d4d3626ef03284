import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Synchronization

/// What `saddle plan` has trained, in `plan/` of the run folder. A plan that somebody stopped continues there, to the same bytes; one that also
/// checks finds the ensembles of one that did not.
final class PlanStore: PilotStore {
    private struct Round: Codable {
        var digest: String
        var round: PilotRound
    }

    private let path, digest, theoryDigest: String
    private let context: QuestionRunner.Context
    private let lock = Mutex<FolderLock?>(nil)
    private let timer = Timer(earlier: 0)

    /// Nil without a run folder.
    init?(_ context: QuestionRunner.Context, _ experiment: Experiment) {
        guard let folder = context.folder else { return nil }
        path = "\(folder.path)/plan"
        let digests = StudyDigests(context.study, experiment.data)
        (digest, theoryDigest) = (digests.planning, digests.plannedTheory)
        self.context = context
    }

    /// Makes the folder and holds it, the first time that anything is kept.
    private func open() throws {
        try lock.withLock { lock in
            if lock != nil { return }
            try context.settle()
            do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
                throw FileError.writing(path)
            }
            AtomicFile.removeLeftovers(in: path)
            lock = try FolderLock("\(path)/.lock")
            if lock == nil { throw RunFolderError.inUse(path: path) }
        }
    }

    private var roundFile: String { "\(path)/round.json" }
    private var theoryFile: String { "\(path)/theory.npz.partial" }
    private func ensembleFile(_ width: Int) -> String { "\(path)/networks-\(width).npz" }
    private func checkFile(_ width: Int) -> String { "\(path)/check-\(width).npz" }

    func round() throws -> PilotRound? {
        guard let bytes = try? WholeFile.read(roundFile), let kept = try? JSON.decode(Round.self, from: bytes),
            kept.digest == digest
        else { return nil }
        return kept.round
    }

    func keep(_ round: PilotRound) throws {
        try open()
        try AtomicFile.write(try JSON.encode(Round(digest: digest, round: round), indented: true), to: roundFile)
    }

    func state(width: Int) throws -> EnsembleState? {
        unlessDamaged { try EnsembleCheckpoint.read(ensembleFile(width), digest: "\(digest) \(width)")?.state }
    }

    func keep(_ state: EnsembleState, width: Int) throws {
        try open()
        try EnsembleCheckpoint.write(state, digest: "\(digest) \(width)", seconds: timer.seconds, to: ensembleFile(width))
    }

    /// Of the fresh networks that check a plan.
    func checkState(width: Int, atMost networks: Int) -> EnsembleState? {
        let state = unlessDamaged {
            try EnsembleCheckpoint.read(checkFile(width), digest: "\(digest) check \(width)")?.state
        }
        return state.flatMap { $0.count <= networks ? $0 : nil }
    }

    func keepCheck(_ state: EnsembleState, width: Int) throws {
        try open()
        try EnsembleCheckpoint.write(state, digest: "\(digest) check \(width)", seconds: timer.seconds, to: checkFile(width))
    }

    func theory(_ experiment: Experiment) -> MeanFieldProgress? {
        let layout = ObservableLayout(experiment, withKernels: false)
        return unlessDamaged {
            try TheoryCheckpoint.read(theoryFile, digest: theoryDigest, experiment: experiment, layout: layout)?.state
        }
    }

    func keep(_ state: MeanFieldProgress) throws {
        try open()
        try TheoryCheckpoint.write(state, digest: theoryDigest, seconds: timer.seconds, to: theoryFile)
    }

    /// What cannot be used is computed again, which is said.
    private func unlessDamaged<Result>(_ read: () throws -> Result?) -> Result? {
        do { return try read() } catch RunFolderError.changed(let path) {
            context.observe(.warning("'\(path)' \(RunFolderError.change); it is computed again"))
        } catch {
            context.observe(.warning("\(error); it is computed again"))
        }
        return nil
    }
}
