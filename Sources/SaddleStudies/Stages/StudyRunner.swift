import SaddleModels
import SaddleNumerics

/// Carries a study from its description to a run folder, stage by stage.
///
/// A stage whose result is in the folder, computed by the same version from the same part of the study, is not computed
/// again. An interrupted stage continues where it was.
public struct StudyRunner: Sendable {
    /// What to compute; each includes what it needs.
    public enum Goal: Sendable, CaseIterable {
        /// Theory, ensembles, their comparison, the report.
        case everything
        /// Theory alone.
        case prediction
        /// Ensembles alone.
        case simulation
    }

    public let study: Study
    public let folder: RunFolder
    /// Compute again what another version of the study left in the folder or, if there is nothing of the kind, everything.
    public private(set) var isForced: Bool
    let observe: StudyObserver
    let shouldStop: @Sendable () -> Bool
    let engines: StudyEngines
    /// Who computes; this process if nil.
    let executor: Executor?
    /// Whether only what others have computed is put together.
    var collects = false
    /// One of many: no word about how long it takes, and no report, which `saddle report` draws when somebody looks. A stage that diverges does not
    /// end it.
    var isPart = false

    /// - Parameters:
    ///   - output: the run folder; `runs/<name of the study>` if nil.
    ///   - shouldStop: asked often, from any thread; when it says yes, the state is saved and `StudyFailure.interrupted` thrown.
    public init(
        _ study: Study, output: String? = nil, isForced: Bool = false, executor: Executor? = nil,
        observe: @escaping StudyObserver = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.init(
            study, output: output, isForced: isForced, executor: executor, observe: observe, shouldStop: shouldStop,
            engines: .standard)
    }

    package init(
        _ study: Study, output: String? = nil, isForced: Bool = false, executor: Executor? = nil,
        observe: @escaping StudyObserver = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false },
        engines: StudyEngines
    ) {
        self.executor = executor
        self.study = study
        folder = RunFolder(path: output ?? "runs/\(study.name)")
        self.isForced = isForced
        self.observe = observe
        self.shouldStop = shouldStop
        self.engines = engines
    }

    /// Computes what is missing and returns what came out.
    ///
    /// - Throws: `StudyFailure`.
    public func run(_ goal: Goal = .everything) throws -> StudySummary {
        if goal == .simulation && study.simulate == nil {
            throw StudyFailure.badInput(
                StudyFileError(file: study.origin.file, "the study has no section 'simulate:'; add one, or use 'saddle predict'"))
        }
        let (experiment, warnings) = try badInput { try study.experiment(includesTheory: goal != .simulation) }
        if isForced { folder.discardDamagedManifest() }
        let wasCreated = try badInput { try folder.claim(for: study.name) }
        defer { if wasCreated { folder.removeIfWithoutResults() } }
        let lock = try badInput { try folder.lock() }
        defer { withExtendedLifetime(lock) {} }

        var runner = self
        do { try folder.refuseReplacing(asked(goal, experiment), for: study) } catch {
            if !isForced { throw StudyFailure.badInput(error) }
            // What still belongs to the study is kept.
            runner.isForced = false
        }
        let run = try badInput { try StudyRun(runner, experiment) }
        try badInput { try run.note(warnings) }
        if !isPart && executor == nil && !collects { try run.announce(goal) }
        try run.share(goal)
        if goal != .simulation { try run.noting("theory") { try run.predict(goal) } }
        if goal != .prediction && study.simulate != nil { try run.simulate() }
        if goal == .everything && study.simulate != nil { try run.compare() }
        try badInput { try run.noteStaleResults() }
        if goal != .simulation && !isPart { try run.report() }
        var summary = run.results.summary(folder, warnings: run.warnings)
        if !run.divergences.isEmpty { summary.diverged = run.divergences }
        try badInput { try AtomicFile.write([UInt8](summary.json().utf8), to: folder.summary) }
        return summary
    }

    /// The digests of what is to be computed.
    private func asked(_ goal: Goal, _ experiment: Experiment) -> [(stage: String, digest: String)] {
        let digests = StudyDigests(study, experiment.data)
        let widths = goal == .prediction ? [] : study.simulate?.widths ?? []
        return (goal == .simulation ? [] : [("theory", digests.theory)])
            + widths.map { ("ensemble_\($0)", digests.ensemble(width: $0)) }
    }
}
