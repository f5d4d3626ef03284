import SaddleNumerics
import SaddleReport

/// Puts together what shards have finished, and says what is missing: `saddle collect`.
public struct Collection {
    private let plan: ShardPlan
    private let path: String
    private let observe: StudyObserver

    /// - Throws: `StudyFailure` if the folder holds no work that is shared, or it is another version's.
    public init(_ path: String, observe: @escaping StudyObserver = { _ in }) throws {
        guard let plan = ShardFolder(path: path).readPlan() else { throw StudyFailure.badInput(ShardError.noPlan(path: path)) }
        if plan.version != saddleVersion {
            throw StudyFailure.badInput(ShardError.otherVersion(path: path, version: plan.version))
        }
        (self.plan, self.path, self.observe) = (plan, path, observe)
    }

    /// Names of the shards that are not finished.
    public func missing() throws -> [String] {
        let work = try badInput { try plan.work(path: path) }, folder = ShardFolder(path: path)
        return plan.names.indices.filter { folder.readFailure($0) == nil && !work.isFinished($0) }.map { plan.names[$0] }
    }

    public var count: Int { plan.names.count }
    public var isSweep: Bool { !plan.axes.isEmpty }

    /// The results of a study, once all of its parts are there.
    public func results(shouldStop: @escaping @Sendable () -> Bool) throws -> StudySummary {
        let study = try badInput { try plan.source.study() }
        var runner = StudyRunner(study, output: path, observe: observe, shouldStop: shouldStop)
        runner.collects = true
        guard case .study(let goal) = try Sweep.Task(id: plan.task) else {
            throw StudyFailure.badInput(ShardError.noPlan(path: path))
        }
        let summary = try runner.run(goal)
        ShardFolder(path: path).remove()
        return summary
    }

    /// The table of a sweep as far as its points are there.
    public func table() throws -> (answer: Answer, page: String) {
        let sweep = try badInput { try Sweep(plan.source, axes: plan.axes, task: Sweep.Task(id: plan.task)) }
        var runner = SweepRunner(sweep, output: path, observe: observe)
        runner.collects = true
        let answer = try runner.run()
        if try missing().isEmpty { ShardFolder(path: path).remove() }
        return (answer, runner.page)
    }
}
