import Foundation
import SaddleNumerics

/// Has shards computed by others, and waits until all are there.
///
/// Whoever is killed has finished some and lost one, which is begun again; nothing but the files says what is done.
struct ShardRun {
    let plan: ShardPlan
    let work: any Sharded
    let executor: any ShardExecutor
    let observe: StudyObserver
    let shouldStop: @Sendable () -> Bool

    private var folder: ShardFolder { ShardFolder(path: plan.path) }

    /// - Returns: how many shards were not finished before; some may have failed, which is noted in the folder.
    /// - Throws: `StudyFailure`.
    func run() throws -> Int {
        let isUnderWay = try prepare()
        let claims = try badInput { try folder.claims() }
        var open = Set(plan.names.indices), failed: Set<Int> = []
        look(&open, &failed)
        let missing = open.count
        // A round in which nothing was even begun will not do better the next time.
        var isWorking = isUnderWay, isIdle = false, tries = claims.attempts(plan.names.count)
        while !open.isEmpty {
            if !isWorking, !claims.isClaimed(0..<plan.names.count) {
                let candidates = open.filter { tries[$0] <= plan.retries }.sorted()
                if candidates.isEmpty || isIdle { throw failure(open.sorted(), tries) }
                try executor.start(candidates)
                isIdle = true
            }
            if shouldStop() {
                executor.stop(observe)
                throw StudyFailure.interrupted(folder: plan.path)
            }
            Thread.sleep(forTimeInterval: executor.pause)
            isWorking = try executor.tend(observe)
            let before = (open.count, tries)
            look(&open, &failed)
            tries = claims.attempts(plan.names.count)
            if (open.count, tries) != before { isIdle = false }
            observe(.progress(1 - Double(open.count) / Double(max(plan.names.count, 1))))
        }
        executor.finish()
        return missing
    }

    /// Begins anew, or joins work that is under way for the same plan.
    private func prepare() throws -> Bool {
        try badInput {
            let isUnderWay = try executor.resume()
            if isUnderWay || folder.isAtWork(max(plan.names.count, folder.readPlan()?.names.count ?? 0)) {
                if !plan.isSame(as: folder.readPlan()) { throw ShardError.otherPlan(path: plan.path, job: executor.job) }
                return isUnderWay
            }
            folder.remove()
            if plan.isForced { work.discard() }
            try folder.write(plan)
            return false
        }
    }

    private func look(_ open: inout Set<Int>, _ failed: inout Set<Int>) {
        let files = Set(Directory.names(work.directory) ?? []), notes = Set(Directory.names(folder.home) ?? [])
        for index in open {
            if folder.hasFailed(index, among: notes) {
                failed.insert(index)
                open.remove(index)
            } else if files.contains(work.file(index)), work.isFinished(index) {
                open.remove(index)
            }
        }
    }

    private func failure(_ open: [Int], _ tries: [Int]) -> StudyFailure {
        if open.allSatisfy({ tries[$0] == 0 }) {
            return .failed(
                stage: "sharing the work",
                ShardError.notStarted(
                    executor: executor.name, reason: folder.lastError() ?? executor.end(of: open[0]) ?? "no word of why"))
        }
        let shards = open.map { index in
            let reasons = [executor.end(of: index), folder.lastError()].compactMap { $0 }
            let reason = reasons.isEmpty ? "ended from outside" : reasons.joined(separator: ", ")
            return "\(plan.names[index]) (\(reason), begun \(tries[index]) times)"
        }
        return .failed(stage: "sharing the work", ShardError.missing(shards: shards, of: plan.names.count, path: plan.path))
    }
}

/// Starts processes that do shards, somewhere.
protocol ShardExecutor: AnyObject {
    /// As in "computed by 4 processes".
    var name: String { get }
    /// Seconds between two looks.
    var pause: Double { get }
    /// Whether processes of an earlier command are still at work, which this one then looks after.
    func resume() throws -> Bool
    /// The job of Slurm that is at work.
    var job: String? { get }
    func start(_ shards: [Int]) throws
    /// Looks after what was started; returns whether any of it is at work, or waits to be.
    func tend(_ observe: StudyObserver) throws -> Bool
    /// All shards are finished.
    func finish()
    /// Somebody asked to stop.
    func stop(_ observe: StudyObserver)
    /// What is known of the end of who did a shard.
    func end(of shard: Int) -> String?
}
