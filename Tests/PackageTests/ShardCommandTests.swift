import Foundation
import Testing

// `--executor`: what many processes compute, some of them killed, is what one computes, to the byte. It would catch a shard that is lost, counted
// twice or put together in another order, a wait that does not end, and an error that says nothing.

@Suite struct ShardCommandTests {
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("saddle-shards-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        try write(
            """
            data: {source: gaussian, train: 6, test: 4, dimension: 3, teacher: linear}
            network: {hidden_layers: 1}
            training: {steps: 10, learning_rate: 0.1}
            simulate: {widths: [8, 16], networks: 20}
            record: 4
            """, "s.yaml")
    }

    private func cleanUp() { try? FileManager.default.removeItem(at: directory) }
    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    private func start(_ command: String, _ environment: [String: String] = [:]) throws -> Process {
        let process = Process()
        process.executableURL = CommandTests.program
        process.arguments = command.split(separator: " ").map(String.init)
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SADDLE_CLUSTER": "/dev/null"].merging(environment) { $1 }
        ) { $1 }
        for file in [".out", ".err"] { try Data().write(to: URL(fileURLWithPath: path(file))) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path(".out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: path(".err")))
        try process.run()
        return process
    }

    private func run(_ command: String, _ environment: [String: String] = [:]) throws -> Outcome {
        let process = try start(command, environment)
        process.waitUntilExit()
        func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
        return Outcome(code: process.terminationStatus, output: try text(".out"), errors: try text(".err"))
    }

    /// Every byte of a folder's results but times.
    private func results(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: path(folder))! {
            let data = FileManager.default.contents(atPath: path("\(folder)/\(name)")) ?? Data()
            if name.hasSuffix("sweep.csv") {
                let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map {
                    $0.split(separator: ",").dropLast()
                }
                found[name] = Data(lines.map { $0.joined(separator: ",") }.joined(separator: "\n").utf8)
            } else if name.hasSuffix(".npz") && name != "sweep.npz" || name.hasSuffix("comparison.json") {
                found[name] = data
            }
        }
        return found
    }

    private func expectSame(_ folder: String, _ other: String, files: Int) throws {
        let (mine, others) = (try results(folder), try results(other))
        #expect(mine.count == files && Set(mine.keys) == Set(others.keys), "\(mine.keys.sorted()), \(others.keys.sorted())")
        for (name, data) in mine { #expect(others[name] == data, "\(name)") }
        #expect(!FileManager.default.fileExists(atPath: path("\(other)/shards")))
        #expect(!FileManager.default.fileExists(atPath: path("\(other)/parts")))
    }

    private static let sweep = "sweep s.yaml --only networks --vary learning_rate=0.05,0.1,0.2 --vary richness=0.5,1 --quiet"

    @Test func sweepByProcesses() throws {
        defer { cleanUp() }
        #expect(try run("\(Self.sweep) -o one").code == 0)
        let shared = try run("\(Self.sweep) -o many --executor local:2")
        #expect(shared.code == 0 && shared.errors.isEmpty, "\(shared.errors)")
        try expectSame("one", "many", files: 7)
        // What is there is not computed again.
        let row = path("many/points/learning_rate=0.05,richness=0.5.json"),
            before = try Data(contentsOf: URL(fileURLWithPath: row))
        #expect(try run("\(Self.sweep) -o many --executor local:2").code == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: row)) == before)
        // Negative control: another seed is not the same.
        #expect(try run("\(Self.sweep) -o other --executor local:2 --set simulate.seed=3").code == 0)
        #expect(try results("other") != results("one"))
    }

    @Test(arguments: ["--set predict.directions=4 --set predict.sites=200", "--set predict.accuracy=0.3"])
    func studyByProcesses(settings: String) throws {
        defer { cleanUp() }
        #expect([0, 3].contains(try run("run s.yaml --quiet \(settings) -o one").code))
        let shared = try run("run s.yaml --quiet \(settings) -o many --executor local:3")
        #expect([0, 3].contains(shared.code), "\(shared.errors)")
        try expectSame("one", "many", files: 4)
    }

    /// Row failures and divergence are the table's, as in one process.
    @Test func divergenceIsTheSame() throws {
        defer { cleanUp() }
        let command = "sweep s.yaml --only networks --vary learning_rate=0.1,1e6 --quiet"
        #expect(try run("\(command) -o one").code == 0)
        #expect(try run("\(command) -o many --executor local:2").code == 0)
        #expect(try results("one")["sweep.csv"] == results("many")["sweep.csv"])
        let one = try run("simulate s.yaml --quiet --set training.learning_rate=1e6 -o a")
        let many = try run("simulate s.yaml --quiet --set training.learning_rate=1e6 -o b --executor local:2")
        #expect(one.code == 1 && many.code == 1 && one.errors == many.errors, "\(one.errors)\n\(many.errors)")
    }

    /// Ctrl-C ends within a second, leaves no process, and the same command goes on.
    @Test func interruption() throws {
        defer { cleanUp() }
        let long = "\(Self.sweep) --set training.steps=1500 --set simulate.networks=40"
        let process = try start("\(long) -o many --executor local:2")
        let isBegun = { FileManager.default.fileExists(atPath: self.path("many/shards/claims")) }
        for _ in 0..<600 where !isBegun() { Thread.sleep(forTimeInterval: 0.02) }
        Thread.sleep(forTimeInterval: 0.2)
        let clock = ContinuousClock.now
        process.interrupt()
        process.waitUntilExit()
        let stopped = process.terminationStatus, seconds = (ContinuousClock.now - clock) / .seconds(1)
        // A busy machine wakes late.
        #expect(seconds < 3, "\(seconds) s")
        if stopped != 0 {
            #expect(stopped == 130)
            let errors = try String(contentsOfFile: path(".err"), encoding: .utf8)
            #expect(errors.contains("to continue:\n  ") && errors.contains("--executor local:2"), "\(errors)")
        }
        #expect(try run("\(long) -o many --executor local:2").code == 0)
        #expect(try run("\(long) -o one").code == 0)
        try expectSame("one", "many", files: 7)
    }

    // MARK: - Slurm, played by shell scripts

    private func calls() throws -> [String] {
        try String(contentsOfFile: path("slurm/calls"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func killedTasksOfAnArrayAreSubmittedAgain() throws {
        defer { cleanUp() }
        let slurm = try FakeSlurm.install(in: path("slurm"), killing: "1 4")
        try write("partition: main\ntime: 30\noptions: [--constraint=zen4]\n", "site.yaml")
        #expect(try run("\(Self.sweep) -o one").code == 0)
        let shared = try run(
            "\(Self.sweep) -o many --executor slurm", slurm.merging(["SADDLE_CLUSTER": path("site.yaml")]) { $1 })
        #expect(shared.code == 0, "\(shared.errors)")
        try expectSame("one", "many", files: 7)
        let calls = try calls()
        #expect(calls.count == 2 && calls[0].contains("--array=0-5") && calls[1].contains("--array=1,4"), "\(calls)")
        #expect(calls[0].contains("--partition=main --time=30") && calls[0].contains("--constraint=zen4"))
    }

    @Test func studyAsAnArray() throws {
        defer { cleanUp() }
        let slurm = try FakeSlurm.install(in: path("slurm"), killing: "2")
        #expect([0, 3].contains(try run("run s.yaml --quiet --set predict.accuracy=0.3 -o one").code))
        let shared = try run(
            "run s.yaml --quiet --set predict.accuracy=0.3 -o many --executor slurm --set cluster.tasks=5", slurm)
        #expect([0, 3].contains(shared.code), "\(shared.errors)")
        try expectSame("one", "many", files: 4)
        #expect(try calls()[0].contains("--array=0-4"))
    }

    /// What no task finishes is named, what is finished is collected, and the same command does the rest.
    @Test func whatIsMissingIsNamed() throws {
        defer { cleanUp() }
        let slurm = try FakeSlurm.install(in: path("slurm"), killing: "0 3")
        let command = "\(Self.sweep) -o many --set cluster.retries=0"
        // All of its tries at once: a shard that is killed is not begun again.
        let first = try run("\(command) --executor slurm --set cluster.container=/nowhere/apptainer", slurm)
        #expect(
            first.code == 1 && first.errors.contains("nothing could be computed by Slurm: ")
                && first.errors.contains("/nowhere/apptainer"), "\(first.errors)")
        #expect(try run("shard many --index 2").code == 0)
        let collected = try run("collect many --quiet")
        #expect(
            collected.code == 1 && collected.errors.hasPrefix("5 of 6 shards are missing:\n  learning_rate=0.05,richness=0.5\n"),
            "\(collected.errors)")
        let table = try String(contentsOfFile: path("many/sweep.csv"), encoding: .utf8).split(separator: "\n")
        #expect(
            table.count == 8 && table.filter { $0.contains("missing") }.count == 5
                && table.filter { $0.contains("done") }.count == 2)
        let runs = try run("runs .")
        #expect(runs.output.contains("1 of 6 shards"), "\(runs.output)")
        #expect(try run("\(Self.sweep) -o many --executor local:2").code == 0)
        #expect(try run("\(Self.sweep) -o one").code == 0)
        try expectSame("one", "many", files: 7)
    }

    @Test func mistakesAreNamedInASentence() throws {
        defer { cleanUp() }
        let slurm = try FakeSlurm.install(in: path("slurm"))
        let cases: [(String, [String: String], Int32, String)] = [
            ("\(Self.sweep) --executor slurm", ["PATH": "/nowhere"], 2, "there is no 'sbatch' in PATH"),
            (
                "\(Self.sweep) --executor slurm --set cluster.partition=nowhere", slurm, 2,
                "Invalid partition name specified; expected cluster.partition"
            ),
            ("\(Self.sweep) --executor slurm --set cluster.account=full", slurm, 2, "job submit limit"),
            ("\(Self.sweep) --executor pbs", slurm, 2, "'pbs' is no executor; expected local:N"),
            ("\(Self.sweep) --executor local:0", slurm, 2, "expected local:N"),
            ("\(Self.sweep) --executor slurm --set cluster.memory=much", slurm, 2, "a number with a unit, such as 4G"),
            ("run s.yaml --quiet --executor slurm", ["PATH": "/nowhere"], 2, "there is no 'sbatch' in PATH"),
            ("collect s.yaml", [:], 2, "no shards/plan.json"),
            ("shard nowhere", [:], 2, "no shards/plan.json"),
        ]
        for (command, environment, code, words) in cases {
            let outcome = try run(command, environment)
            #expect(outcome.code == code && outcome.errors.contains(words), "\(command): \(outcome.code) \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        try write("partitoin: main\n", "site.yaml")
        let site = try run("\(Self.sweep) --executor slurm", slurm.merging(["SADDLE_CLUSTER": path("site.yaml")]) { $1 })
        #expect(
            site.code == 2 && site.errors.contains("site.yaml:1:1: unknown key 'partitoin'; did you mean 'partition'?"),
            "\(site.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("slurm/calls")))
    }

    /// A machine that has another version of the program computes nothing, and says so.
    @Test func versionsAreNotMixed() throws {
        defer { cleanUp() }
        let slurm = try FakeSlurm.install(in: path("slurm"))
        _ = try run("\(Self.sweep) -o many --executor slurm --set cluster.container=/nowhere/x", slurm)
        let file = path("many/shards/plan.json"), plan = try String(contentsOfFile: file, encoding: .utf8)
        try write(plan.replacingOccurrences(of: #""version" : ""#, with: #""version" : "9."#), "many/shards/plan.json")
        for command in ["shard many", "collect many"] {
            let outcome = try run(command)
            #expect(outcome.code == 2 && outcome.errors.contains("results of two versions are not mixed"), "\(outcome.errors)")
        }
    }
}
