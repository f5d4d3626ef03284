import Foundation
import SaddleNumerics

/// What processes that share a command's work need, in `shards` of its folder: the plan, who is at what, what failed, and logs. Results are
/// elsewhere; once all are there this goes.
struct ShardFolder: Sendable {
    /// The folder of the results.
    let path: String

    var home: String { "\(path)/shards" }
    private var plan: String { "\(home)/plan.json" }
    /// The job of Slurm that is at work on it.
    var job: String { "\(home)/job.json" }
    /// What Slurm starts.
    var script: String { "\(home)/task.sh" }
    private func failure(_ index: Int) -> String { "failed-\(index).json" }
    func log(_ name: String) -> String { "\(home)/\(name).log" }

    func readPlan() -> ShardPlan? {
        (try? WholeFile.read(plan)).flatMap { try? JSON.decode(ShardPlan.self, from: $0) }
    }

    /// - Throws: `FileError` in one sentence where the folder takes no files.
    func write(_ plan: ShardPlan) throws {
        do { try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true) } catch {
            throw FileError.writing(home)
        }
        try AtomicFile.write(try JSON.encode(plan, indented: true), to: self.plan)
    }

    func claims() throws -> ClaimFile { try ClaimFile("\(home)/claims") }

    /// Whether any process that can be seen is at one of so many shards.
    func isAtWork(_ count: Int) -> Bool {
        guard WholeFile.exists("\(home)/claims"), let claims = try? claims() else { return false }
        return claims.isClaimed(0..<count)
    }

    func write(_ failure: ShardFailure, of index: Int) throws {
        try AtomicFile.write(try JSON.encode(failure, indented: true), to: "\(home)/\(self.failure(index))")
    }

    func readFailure(_ index: Int) -> ShardFailure? {
        (try? WholeFile.read("\(home)/\(failure(index))")).flatMap { try? JSON.decode(ShardFailure.self, from: $0) }
    }

    func hasFailed(_ index: Int, among names: Set<String>) -> Bool { names.contains(failure(index)) }

    /// What the logs end with, where that is an error.
    func lastError() -> String? {
        for name in (Directory.names(home) ?? []) where name.hasSuffix(".log") {
            guard let bytes = try? WholeFile.read("\(home)/\(name)") else { continue }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            if let line = lines.last(where: { $0.hasPrefix("error: ") }) { return String(line.dropFirst("error: ".count)) }
            // What a shell, a loader or Slurm itself has to say.
            if let last = lines.last, !last.hasPrefix("shard ") { return last }
        }
        return nil
    }

    func remove() { try? FileManager.default.removeItem(atPath: home) }
}
