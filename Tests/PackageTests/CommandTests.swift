import Foundation
import Testing

// The program as a user meets it: exit codes, what goes to which stream, and folders left behind. It would catch a command
// that fails with exit code 0, an error on the standard output, and colours in a pipe.

struct Outcome {
    let code: Int32
    let output: String
    let errors: String
}

@Suite struct CommandTests {
    /// The program lies beside the test bundle.
    static let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("saddle")

    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("saddle-command-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    }

    func run(_ arguments: String..., input: String? = nil, interruptAfter seconds: Double? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let (output, errors) = (directory.appendingPathComponent(".out"), directory.appendingPathComponent(".err"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        if let input { process.standardInput = try FileHandle(forReadingFrom: directory.appendingPathComponent(input)) }
        try process.run()
        if let seconds {
            Thread.sleep(forTimeInterval: seconds)
            process.interrupt()
        }
        process.waitUntilExit()
        func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, output: try text(output), errors: try text(errors))
    }

    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path)
    }

    func cleanUp() { try? FileManager.default.removeItem(at: directory) }

    private static let tiny = """
        data: {source: gaussian, train: 6, test: 4, dimension: 3, teacher: linear}
        network: {hidden_layers: 1}
        training: {steps: 10, learning_rate: 0.1}
        predict: {sites: 200, directions: 8}
        simulate: {widths: [32], networks: 20}
        record: 4
        """

    @Test func wholeStudy() throws {
        defer { cleanUp() }
        try write(Self.tiny, "tiny.yaml")
        let first = try run("run", "tiny.yaml")
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.contains("Training loss after 10 steps") && first.output.contains("Report: runs/tiny/report.html"))
        #expect(!first.output.contains("\u{1B}") && !first.errors.contains("\u{1B}"))
        for file in ["study.yaml", "manifest.json", "theory.npz", "ensemble.npz", "comparison.json", "report.html"] {
            #expect(exists("runs/tiny/\(file)"), "no \(file)")
        }

        let json = try run("run", "tiny.yaml", "--json")
        let summary = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(summary["study"] as? String == "tiny" && summary["step"] as? Int == 10)

        let quiet = try run("run", "tiny.yaml", "--quiet")
        #expect(quiet.code == 0 && quiet.output.isEmpty)

        try FileManager.default.removeItem(at: directory.appendingPathComponent("runs/tiny/report.html"))
        #expect(try run("report", "runs/tiny").output == "Report: runs/tiny/report.html\n")
        #expect(try run("report", "tiny.yaml", "--quiet").output.isEmpty && exists("runs/tiny/report.html"))
    }

    /// The same study gives the same bytes, whatever the number of threads, also from the run folder's own copy of it.
    @Test func sameBytesForAnyThreads() throws {
        defer { cleanUp() }
        try write(Self.tiny, "tiny.yaml")
        #expect(try run("run", "tiny.yaml", "--threads", "1", "--output", "a", "--quiet").code == 0)
        #expect(try run("run", "a/study.yaml", "--threads", "3", "--output", "b", "--quiet").code == 0)
        for file in ["theory.npz", "ensemble.npz", "comparison.json", "study.yaml"] {
            let bytes = try ["a", "b"].map { try Data(contentsOf: directory.appendingPathComponent("\($0)/\(file)")) }
            #expect(bytes[0] == bytes[1], "\(file)")
        }
    }

    @Test func badInputHasExitCodeTwo() throws {
        defer { cleanUp() }
        try write("network:\n  activation: tahn\n", "bad.yaml")
        try write("data: {source: nowhere.npz}\n", "nodata.yaml")
        let cases: [([String], String)] = [
            (["run", "bad.yaml"], "bad.yaml:2:15: 'network.activation' is tahn"),
            (["run", "nodata.yaml"], "nodata.yaml:1:16: "),
            (["run", "missing.yaml"], "cannot read 'missing.yaml'"),
            (["run"], "Missing expected argument '<study>'"),
            (["run", "bad.yaml", "--thread", "2"], "--threads"),
            (["run", "bad.yaml", "--threads", "0"], "--threads is 0; expected 1 or more"),
            (["simulate", "nodata.yaml"], "has no section 'simulate:'"),
            (["report", "."], "is not a run folder"),
            (["fly"], "fly"),
        ]
        for (arguments, message) in cases {
            let process = try run(arguments)
            #expect(process.code == 2, "\(arguments): \(process.code)")
            #expect(
                process.output.isEmpty && process.errors.hasPrefix("error: ") && process.errors.contains(message),
                "\(process.errors)")
        }
        #expect(!exists("runs"))
    }

    func run(_ arguments: [String]) throws -> Outcome {
        switch arguments.count {
        case 1: try run(arguments[0])
        case 2: try run(arguments[0], arguments[1])
        default: try run(arguments[0], arguments[1], arguments[2], arguments[3])
        }
    }

    /// A learning rate at which training diverges: no result of that stage, and no report.
    @Test func failedCalculationHasExitCodeOne() throws {
        defer { cleanUp() }
        try write(Self.tiny.replacingOccurrences(of: "learning_rate: 0.1", with: "learning_rate: 1e6"), "hot.yaml")
        let outcome = try run("run", "hot.yaml")
        #expect(outcome.code == 1 && outcome.errors.contains("learning"), "\(outcome.errors)")
        #expect(!exists("runs/hot/ensemble.npz") && !exists("runs/hot/report.html"))
    }

    @Test func interruptedRunSaysHowToContinue() throws {
        defer { cleanUp() }
        try write(
            Self.tiny.replacingOccurrences(of: "networks: 20", with: "networks: 100000").replacingOccurrences(
                of: "widths: [32]", with: "widths: [512]"), "long.yaml")
        let outcome = try run("simulate", "long.yaml", interruptAfter: 1)
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("to continue:\n") && outcome.errors.contains(" simulate long.yaml"))
        #expect(exists("runs/long/ensemble-512.npz.partial") && !exists("runs/long/ensemble.npz"))
        #expect(try run("report", "runs/long", "--quiet").code == 0)
        let report = try String(contentsOf: directory.appendingPathComponent("runs/long/report.html"), encoding: .utf8)
        #expect(report.contains("of 100000 networks of width 512. Nothing is finished yet"))
        #expect(!report.contains("Networks were trained"))
    }

    @Test func helpTeaches() throws {
        defer { cleanUp() }
        for arguments in [
            ["--help"], ["run", "--help"], ["predict", "--help"], ["simulate", "--help"], ["report", "--help"],
            ["new", "--help"],
        ] {
            let outcome = try run(arguments)
            #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.output.contains("EXAMPLES"), "\(arguments)")
        }
        #expect(try run("--version").code == 0)
        #expect(try run("--generate-completion-script", "bash").output.contains("saddle"))
    }

    @Test func newWritesAStudyThatRuns() throws {
        defer { cleanUp() }
        #expect(try run("new", "mine").code == 0)
        #expect(try run("new", "mine").code == 2)
        #expect(try run("new", "../.x").code == 2)
        let text = try String(contentsOf: directory.appendingPathComponent("mine.yaml"), encoding: .utf8)
        #expect(text.contains("name: mine\n") && text.contains("saddle run mine.yaml"))
    }

    /// Labels whose squares no double holds: the error names the quantity, the step and the cause, and no file holds the result.
    @Test func resultsThatAreNotFiniteAreNoResults() throws {
        defer { cleanUp() }
        try write("a,label\n1,1e200\n2,-1e200\n4,1e200\n", "huge.csv")
        try write(
            Self.tiny.replacingOccurrences(
                of: "{source: gaussian, train: 6, test: 4, dimension: 3, teacher: linear}",
                with: "{source: huge.csv, preprocess: standardize}"), "huge.yaml")
        for arguments in [["predict", "huge.yaml"], ["predict", "dynamics", "huge.yaml", "--json"]] {
            let outcome = try run(arguments)
            #expect(outcome.code == 1 && outcome.output.isEmpty, "\(outcome)")
            #expect(
                outcome.errors.contains(" at step ") && outcome.errors.contains("training labels reach 1.00·10²⁰⁰")
                    && outcome.errors.contains("No result was written"), "\(outcome.errors)")
        }
        #expect(try run(["predict", "lazy", "huge.yaml", "--json"]).code == 1)
        for file in ["theory.npz", "theory.npz.partial", "lazy.json", "lazy.npz", "lazy.html"] {
            #expect(!exists("runs/huge/\(file)"), "\(file)")
        }
    }

    /// A standard output or a disk that takes no more is noticed, and nothing half-written stays.
    @Test func fullOutputsAreErrors() throws {
        defer { cleanUp() }
        func shell(_ command: String) throws -> (code: Int32, errors: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", command, Self.program.path]
            process.currentDirectoryURL = directory
            let errors = directory.appendingPathComponent(".err")
            try Data().write(to: errors)
            process.standardError = try FileHandle(forWritingTo: errors)
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: try Data(contentsOf: errors), as: UTF8.self))
        }
        if FileManager.default.fileExists(atPath: "/dev/full") {
            for arguments in ["--version", "--help", "predict kernel --set data.train=5 --set data.test=2 --json"] {
                let (code, errors) = try shell("\"$0\" \(arguments) > /dev/full")
                #expect(
                    code == 1 && errors.contains("cannot write to the standard output: No space left"), "\(arguments): \(errors)")
            }
        }
        // Files of at most 4 or 8 KiB (blocks of 512 or 1024 bytes): the manifest fits, the kernels of 50 samples do not.
        let (code, errors) = try shell("ulimit -f 8; \"$0\" predict kernel --output small")
        #expect(code == 1 && errors.contains("cannot write 'small/predict-kernel.") && errors.contains("to its end"), "\(errors)")
        #expect(!exists("small"))
    }

    /// Data come through the standard input, and other data do not pass for them.
    @Test func dataFromTheStandardInput() throws {
        defer { cleanUp() }
        try write("name: piped\ndata: {source: \"-\"}\ntraining: {steps: 5}\n", "s.yaml")
        try write("a,y\n1,2\n2,3\n4,1\n7,2\n", "t.csv")
        try write("a,y\n1,2\n2,3\n4,1\n7,3\n", "u.csv")
        let done = try run(
            "predict", "lazy", "s.yaml", "-o", "r", "--set", "network.parameterization=ntk", "--set",
            "data.preprocess=standardize", input: "t.csv")
        #expect(done.code == 0, "\(done.errors)")
        let kept = try String(contentsOf: directory.appendingPathComponent("r/study.yaml"), encoding: .utf8)
        // zlib.crc32 of the file in Python.
        #expect(kept.contains("source: \"-\"\n  digest: \"20 bytes, CRC-32 dd67c675\""))
        #expect(try run("predict", "lazy", "r/study.yaml", "-o", "r", input: "t.csv").code == 0)
        let other = try run("predict", "lazy", "r/study.yaml", "-o", "r", "--force", input: "u.csv")
        #expect(other.code == 2 && other.errors.contains("data.digest: the standard input is 20 bytes, CRC-32 "))
        let both = try run("predict", "lazy", "/dev/stdin", input: "s.yaml")
        #expect(both.code == 2 && both.errors.contains("which the study itself was read from"))
    }
}
