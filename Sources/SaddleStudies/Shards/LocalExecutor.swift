import Foundation
import SaddleNumerics

/// Shards as processes of this machine.
final class LocalExecutor: ShardExecutor {
    private struct Child {
        let process: Process
        /// Open as long as this process lives: children that find it closed stop.
        let life: Pipe
    }

    private let folder: ShardFolder
    private let count, threads: Int
    private let program: String
    private var children: [Child] = []
    private var started = 0, lastEnd: String?

    /// - Parameter threads: of all processes together.
    init(_ folder: ShardFolder, processes: Int, threads: Int, program: String) {
        (self.folder, count, self.program) = (folder, processes, program)
        self.threads = max(threads / processes, 1)
    }

    var name: String { "\(count) \(count == 1 ? "process" : "processes")" }
    let pause = 0.05
    let job: String? = nil

    func resume() -> Bool { false }

    func start(_ shards: [Int]) throws {
        for _ in 0..<min(count, shards.count) { try begin() }
    }

    private func begin() throws {
        started += 1
        let process = Process(), life = Pipe(), log = folder.log("process-\(started)")
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["shard", folder.path, "--threads", "\(threads)", "--while-input"]
        process.standardInput = life
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        guard let file = FileHandle(forWritingAtPath: log) else { throw StudyFailure.badInput(FileError.writing(log)) }
        (process.standardOutput, process.standardError) = (file, file)
        do { try process.run() } catch {
            throw StudyFailure.failed(
                stage: "sharing the work",
                ShardError.notStarted(executor: name, reason: "cannot start '\(program)': \(error.localizedDescription)"))
        }
        children.append(Child(process: process, life: life))
    }

    func tend(_ observe: StudyObserver) throws -> Bool {
        let ended = children.filter { !$0.process.isRunning }
        children.removeAll { !$0.process.isRunning }
        for child in ended where child.process.terminationReason == .uncaughtSignal {
            lastEnd = "ended by signal \(child.process.terminationStatus)"
            // Others go on meanwhile.
            if !children.isEmpty { try begin() }
        }
        return !children.isEmpty
    }

    func finish() { for child in children { child.process.waitUntilExit() } }

    func stop(_: StudyObserver) {
        for child in children { child.process.terminate() }
        let clock = ContinuousClock.now
        while children.contains(where: { $0.process.isRunning }), ContinuousClock.now - clock < .milliseconds(600) {
            usleep(10_000)
        }
        for child in children where child.process.isRunning { kill(child.process.processIdentifier, SIGKILL) }
    }

    func end(of _: Int) -> String? { lastEnd }
}
