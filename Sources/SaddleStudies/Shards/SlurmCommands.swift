import Foundation
import SaddleNumerics

/// Slurm's own commands, found in PATH.
struct SlurmCommands {
    let environment: [String: String]

    struct Outcome {
        let code: Int32
        let output, errors: String
        /// What a command of Slurm says is wrong, without its name.
        var reason: String {
            let lines = errors.split(separator: "\n").map { line in
                let text = line.split(separator: ":", maxSplits: 2).map { $0.drop { $0 == " " } }
                return text.count == 3 && text[1] == "error" ? String(text[2]) : String(line)
            }
            return lines.last { !$0.isEmpty } ?? "it ended with exit code \(code)"
        }
    }

    /// A task of a job array and what became of it.
    struct Task: Equatable {
        let index: Int
        let state, reason: String
        var isOver: Bool {
            let ends = [
                "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY",
                "REVOKED",
            ]
            return ends.contains { state.hasPrefix($0) }
        }
    }

    func path(_ command: String) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(command)" }.first { access($0, X_OK) == 0 }
    }

    /// - Returns: the number of the job.
    func submit(_ arguments: [String]) throws -> String {
        guard let outcome = try run("sbatch", arguments) else {
            throw ShardError.slurm(
                "there is no 'sbatch' in PATH, with which Slurm takes jobs; expected a login node of a cluster, or --executor local:N, which does the "
                    + "same with processes of this machine")
        }
        let id = outcome.output.split { $0.isNewline || $0 == ";" }.last.map(String.init) ?? ""
        guard outcome.code == 0, !id.isEmpty, id.allSatisfy(\.isNumber) else {
            throw ShardError.slurm(Self.refusal(outcome.reason))
        }
        return id
    }

    /// Nil: the queue cannot be asked at the moment. Empty: the job is over, and forgotten.
    func tasks(_ job: String) -> [Task]? {
        let arguments = ["--noheader", "--array", "--states=all", "--jobs=\(job)", "--format=%K|%T|%r"]
        guard let outcome = try? run("squeue", arguments) else { return nil }
        if outcome.code != 0 { return outcome.errors.contains("Invalid job id") ? [] : nil }
        return outcome.output.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return parts.count == 3 ? Int(parts[0]).map { Task(index: $0, state: parts[1], reason: parts[2]) } : nil
        }
    }

    /// What to change where Slurm takes no job.
    private static func refusal(_ reason: String) -> String {
        let advice: [(String, String)] = [
            ("partition", "expected cluster.partition to be one that 'sinfo' lists"),
            ("account", "expected cluster.account to be one of 'sacctmgr show associations user=$USER'"),
            ("array", "expected fewer tasks (cluster.tasks)"),
            (
                "limit",
                "the queue is full, or takes fewer; expected fewer tasks (cluster.tasks), a shorter cluster.time, or the same command later"
            ),
            ("QOS", "expected a cluster.qos and numbers that it accepts"),
            ("node configuration", "expected cluster.memory and cluster.processors that a node has ('sinfo --Node --long')"),
            ("memory", "expected a cluster.memory that a node has ('sinfo --Node --long')"),
            ("time", "expected a cluster.time within that of the partition ('sinfo')"),
            ("Unable to contact", "Slurm does not answer; expected the same command later"),
        ]
        let hint = advice.first { reason.lowercased().contains($0.0.lowercased()) }?.1
        return "Slurm takes no job: \(reason)\(hint.map { "; \($0)" } ?? ""). Nothing is lost"
    }

    /// Nil if there is no such command.
    private func run(_ command: String, _ arguments: [String]) throws -> Outcome? {
        guard let path = path(command) else { return nil }
        let process = Process(), output = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        (process.arguments, process.environment) = (arguments, environment)
        (process.standardOutput, process.standardError, process.standardInput) = (output, errors, FileHandle.nullDevice)
        try process.run()
        // Few lines: they fit into the pipe.
        let text = try output.fileHandleForReading.readToEnd() ?? Data(),
            problems = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: problems, as: UTF8.self))
    }
}
