import Foundation
import SaddleNumerics

/// Does shards of a command that is at work, or was: what `saddle shard` runs, on any machine that sees the folder.
public struct ShardWorker: Sendable {
    private let folder: ShardFolder
    private let plan: ShardPlan
    private let work: any Sharded
    private let indices: [Int]

    /// - Parameters:
    ///   - path: the folder of results.
    ///   - indices: given the number of shards, those that are to be done; all if nil, of which a worker takes the next free one.
    /// - Throws: `StudyFailure` if there is no plan, or it is another version's.
    public init(_ path: String, _ indices: ((Int) throws -> [Int])? = nil) throws {
        let folder = ShardFolder(path: path)
        guard let plan = folder.readPlan() else { throw StudyFailure.badInput(ShardError.noPlan(path: path)) }
        if plan.version != saddleVersion {
            throw StudyFailure.badInput(ShardError.otherVersion(path: path, version: plan.version))
        }
        (self.folder, self.plan) = (folder, plan)
        let needed = try indices?(plan.names.count)
        self.indices = needed ?? Array(plan.names.indices)
        work = try badInput { try plan.work(path: path, needed: needed) }
    }

    /// The folder from which the paths of a command count, and that of its results seen from there; nil without a plan.
    public static func place(of path: String) -> (directory: String, path: String)? {
        guard let plan = ShardFolder(path: path).readPlan() else { return nil }
        let there = plan.path.hasPrefix("/") ? plan.path : "\(plan.directory)/\(plan.path)"
        let isSame = URL(fileURLWithPath: there).standardizedFileURL.path == URL(fileURLWithPath: path).standardizedFileURL.path
        return (plan.directory, isSame ? plan.path : URL(fileURLWithPath: path).standardizedFileURL.path)
    }

    /// Computes those of the shards that are not finished and that nobody else is at.
    ///
    /// - Parameter finished: called with the name of each shard that was computed, and its seconds.
    /// - Throws: `StudyFailure.interrupted`; what could be read or written no more. A shard that cannot be computed is noted in the folder, and
    ///   the others go on.
    public func run(
        shouldStop: @escaping @Sendable () -> Bool = { false },
        finished: (String, Double) -> Void = { _, _ in }
    ) throws {
        let claims = try badInput { try folder.claims() }
        for index in indices {
            if shouldStop() { throw StudyFailure.interrupted(folder: folder.path) }
            guard isOpen(index, claims), try badInput({ try claims.claim(index) }) else { continue }
            defer { claims.release(index) }
            // Somebody may have been quicker.
            guard isOpen(index, claims) else { continue }
            let attempts = claims.attempts(of: index), clock = ContinuousClock.now
            try badInput { try claims.setAttempts(index, attempts + 1) }
            do {
                try work.compute(index, shouldStop: shouldStop)
                finished(work.names[index], (ContinuousClock.now - clock) / .seconds(1))
            } catch let failure as ShardFailure {
                try badInput { try folder.write(failure, of: index) }
            } catch StudyFailure.interrupted {
                // Who is asked to stop has not failed.
                try? claims.setAttempts(index, attempts)
                throw StudyFailure.interrupted(folder: folder.path)
            }
        }
    }

    private func isOpen(_ index: Int, _ claims: ClaimFile) -> Bool {
        claims.attempts(of: index) <= plan.retries && folder.readFailure(index) == nil && !work.isFinished(index)
    }
}

/// Why work cannot be shared.
public enum ShardError: Error, CustomStringConvertible {
    case noPlan(path: String)
    case otherVersion(path: String, version: String)
    case otherPlan(path: String, job: String?)
    case standardInput
    /// - Parameter shards: their names with what is known of their ends.
    case missing(shards: [String], of: Int, path: String)
    case notStarted(executor: String, reason: String)
    case slurm(String)

    public var description: String {
        switch self {
        case .noPlan(let path):
            "'\(path)' holds no work that is shared: it has no shards/plan.json, which 'saddle sweep' and 'saddle run' with --executor make and, when "
                + "all is done, remove"
        case .otherVersion(let path, let version):
            "this is saddle \(saddleVersion), and the work in '\(path)' is of saddle \(version); results of two versions are not mixed: expected the "
                + "same program on all machines"
        case .otherPlan(let path, let job):
            "processes are at work in '\(path)' for another command\(job.map { ", job \($0) of Slurm" } ?? ""); wait for them"
                + (job.map { ", or end them with 'scancel \($0)'" } ?? ", or choose another folder with --output")
        case .standardInput:
            "data from the standard input reach one process only; expected them in a file where --executor is used"
        case .missing(let shards, let count, let path):
            "\(shards.count) of \(count) shards have no result: \(shards.brief(3)). What is finished is kept in '\(path)'; the same command tries the "
                + "others again"
        case .notStarted(let executor, let reason): "nothing could be computed by \(executor): \(reason)"
        case .slurm(let text): text
        }
    }
}
