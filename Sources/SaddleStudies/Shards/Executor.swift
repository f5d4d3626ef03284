import Foundation
import SaddleNumerics

/// Who computes: other processes of this machine, or the jobs of a cluster.
public struct Executor: Sendable {
    enum Kind: Equatable { case local(Int), slurm }

    let kind: Kind
    /// The program that is started: this one.
    var program: String
    var environment = ProcessInfo.processInfo.environment

    /// From "local:8" or "slurm".
    public init(_ text: String) throws {
        program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts == ["slurm"] {
            kind = .slurm
        } else if parts.count == 2, parts[0] == "local", let count = Int(parts[1]), (1...1000).contains(count) {
            kind = .local(count)
        } else {
            throw StudyFileError(
                file: "--executor", "'\(shortened(text))' is no executor; expected local:N with 1 to 1000 processes, or slurm")
        }
    }

    /// Has the shards computed that are not finished.
    ///
    /// - Parameter plan: all but what the cluster's settings say.
    /// - Returns: how many were not finished before.
    /// - Throws: `StudyFailure`.
    func run(
        _ work: any Sharded, _ plan: ShardPlan, cluster: ClusterStudy?, observe: @escaping StudyObserver,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws -> Int {
        var plan = plan
        let settings = try badInput { (cluster ?? .init()).over(try ClusterStudy.site(environment)) }
        plan.retries = settings.retries ?? ClusterStudy.defaultRetries
        let folder = ShardFolder(path: plan.path)
        let executor: any ShardExecutor =
            switch kind {
            case .local(let count): LocalExecutor(folder, processes: count, threads: Threads.count, program: program)
            case .slurm: SlurmExecutor(plan, settings, program: program, environment: environment)
            }
        return try ShardRun(plan: plan, work: work, executor: executor, observe: observe, shouldStop: shouldStop).run()
    }
}
