import Foundation
import SaddleNumerics

/// Shards as a job array of Slurm. Task t of n does shards t, t + n, t + 2n, …, so that the same task is what is submitted again.
final class SlurmExecutor: ShardExecutor {
    private struct Job: Codable {
        var id: String
        var tasks: Int
    }

    private let plan: ShardPlan
    private let folder: ShardFolder
    private let settings: ClusterStudy
    private let commands: SlurmCommands
    private let program: String
    private var current: Job?
    private var ends: [Int: String] = [:], said: Set<String> = []
    private var next = ContinuousClock.now, interval = 0.5, isOver = false
    private var graceEnd: ContinuousClock.Instant?

    init(_ plan: ShardPlan, _ settings: ClusterStudy, program: String, environment: [String: String]) {
        (self.plan, self.settings, self.program) = (plan, settings, program)
        folder = ShardFolder(path: plan.path)
        commands = SlurmCommands(environment: environment)
    }

    var name: String { "Slurm" }
    let pause = 0.2
    var job: String? { current?.id }
    private var taskCount: Int { min(plan.names.count, settings.tasks ?? ClusterStudy.defaultTasks) }

    func resume() throws -> Bool {
        guard let bytes = try? WholeFile.read(folder.job), let job = try? JSON.decode(Job.self, from: bytes) else { return false }
        current = job
        return commands.tasks(job.id)?.contains { !$0.isOver } ?? false
    }

    func start(_ shards: [Int]) throws {
        let tasks = Set(shards.map { $0 % taskCount }).sorted()
        try badInput {
            try AtomicFile.write([UInt8](script.utf8), to: folder.script)
            let job = Job(id: try commands.submit(options(tasks) + [folder.script]), tasks: tasks.count)
            try AtomicFile.write(try JSON.encode(job), to: folder.job)
            current = job
        }
        (next, interval, isOver, graceEnd, ends) = (.now, 0.5, false, nil, [:])
    }

    private func options(_ tasks: [Int]) -> [String] {
        var options = [
            "--parsable", "--array=\(Self.ranges(tasks))", "--job-name=saddle-\(jobName)", "--open-mode=append", "--requeue",
        ]
        options.append(
            "--output=\(absolute(folder.log("task-%a")).replacing("%a", with: "\u{0}").replacing("%", with: "%%").replacing("\u{0}", with: "%a"))"
        )
        options.append("--cpus-per-task=\(settings.processors ?? 1)")
        let named = [
            ("partition", settings.partition), ("account", settings.account), ("qos", settings.qos), ("time", settings.time),
            ("mem", settings.memory),
        ]
        for (name, value) in named { if let value { options.append("--\(name)=\(value)") } }
        return options + (settings.options ?? [])
    }

    private var jobName: String { plan.path.split(separator: "/").last.map(String.init) ?? "sweep" }

    private var script: String {
        let modules = (settings.modules ?? []).map { "module load \(Self.quoted($0))\n" }.joined()
        // In a container it is the one that the container has.
        let program = settings.container.map { "\($0) saddle" } ?? Self.quoted(self.program)
        return """
            #!/bin/bash\(modules.isEmpty ? "" : " -l")
            # A task of a job array: sbatch --array=0-\(taskCount - 1) \(Self.quoted(absolute(folder.script)))
            \(modules)cd \(Self.quoted(plan.directory)) || exit 2
            exec \(program) shard \(Self.quoted(absolute(folder.path))) --index "$SLURM_ARRAY_TASK_ID" --of \(taskCount) \
            --threads "${SLURM_CPUS_PER_TASK:-1}"

            """
    }

    func tend(_ observe: StudyObserver) throws -> Bool {
        guard let job = current, !isOver else { return false }
        if ContinuousClock.now < next { return true }
        interval = min(interval * 1.3, 20)
        next = .now + .seconds(interval)
        guard let tasks = commands.tasks(job.id) else {
            say("Slurm does not answer; waiting for it.", observe)
            return true
        }
        for task in tasks where task.isOver { ends[task.index] = task.state.lowercased().replacing("_", with: " ") }
        if tasks.contains(where: { !$0.isOver }) {
            let waiting = tasks.filter { $0.state == "PENDING" && !["None", "Resources", "Priority", ""].contains($0.reason) }
            if let first = waiting.first {
                say("Slurm lets \(waiting.count) of \(tasks.count) tasks wait: \(first.reason).", observe)
            }
            graceEnd = nil
            return true
        }
        // Files written elsewhere are seen a little later on file systems that are shared.
        let end = graceEnd ?? .now + .seconds(tasks.contains { $0.state == "COMPLETED" } ? 3 : 0)
        graceEnd = end
        isOver = ContinuousClock.now >= end
        next = .now + .milliseconds(200)
        return !isOver
    }

    private func say(_ text: String, _ observe: StudyObserver) { if said.insert(text).inserted { observe(.notice(text)) } }

    func finish() {}

    func stop(_ observe: StudyObserver) {
        guard let id = current?.id else { return }
        observe(
            .notice(
                "Job \(id) of Slurm goes on without this program, and the same command joins it again; 'scancel \(id)' ends it."))
    }

    func end(of shard: Int) -> String? { ends[shard % taskCount] }

    private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(plan.directory)/\(path)" }

    /// 0-3,7
    static func ranges(_ numbers: [Int]) -> String {
        var parts: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = parts.last, last.upperBound + 1 == number {
                parts[parts.count - 1] = last.lowerBound...number
            } else {
                parts.append(number...number)
            }
        }
        return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// As a shell reads it back.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
