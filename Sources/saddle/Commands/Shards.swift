import ArgumentParser
import SaddleStudies

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who computes, where it need not be this process.
struct ExecutorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who computes: local:N, so many processes, or slurm, a job array (section 'cluster' of the study). (default: this process)",
            valueName: "executor"))
    var executor: String?

    var chosen: Executor? { get throws { try badInput { try executor.map(Executor.init) } } }
}

struct Shard: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Do a piece of the work of a command with --executor.",
        discussion: """
            --executor starts this by itself; by hand it does a piece again, or helps from another machine that sees the folder. A piece that is \
            finished, or that another process is at, is left alone.

            EXAMPLES
              saddle shard runs/digits-sweep            what is left
              saddle shard runs/digits-sweep --index 3  the fourth one
            """)

    @Argument(help: "The folder of the results.", completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("Only this one, counted from 0.", valueName: "i"))
    var index: Int?

    @Option(help: ArgumentHelp("With --index I: I, I + N, I + 2N, … too.", valueName: "n"))
    var of: Int?

    @Option(help: ArgumentHelp("How many threads to use. (default: all processors)", valueName: "n"))
    var threads: Int?

    @Flag(help: .hidden)
    var whileInput = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
        if let of, index == nil || of < 1 { throw ValidationError("--of is \(of); expected 1 or more, beside --index") }
    }

    func run() throws {
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        Interruption.watch { Terminal.error.print("Stopped.") }
        if whileInput { Interruption.whenInputEnds() }
        var path = folder
        if let place = ShardWorker.place(of: folder), chdir(place.directory) == 0 { path = place.path }
        let worker = try ShardWorker(path)
        if let index, index < 0 || index >= worker.count {
            throw ValidationError("--index is \(index); expected 0 to \(worker.count - 1)")
        }
        let indices = index.map { Array(stride(from: $0, to: of == nil ? $0 + 1 : worker.count, by: of ?? 1)) }
        do {
            try worker.run(indices, shouldStop: { Interruption.isRequested }) { name, seconds in
                Terminal.output.print("shard \(name) (\(ProgressPrinter.duration(seconds)))")
            }
        } catch StudyFailure.interrupted {
            Terminal.error.print("Stopped.")
            throw ExitCode(Interruption.exitCode)
        }
    }
}

struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put together what is finished of a command with --executor.",
        discussion: """
            Writes the table of a sweep as far as its points are there, or the results of a study once all of its pieces are, and lists what is \
            missing. Computes nothing that is not finished: the command itself, given again, does.

            EXAMPLES
              saddle collect runs/digits-sweep
              saddle collect runs/digits

            EXIT CODES
              0  all was there     1  something is missing
            """)

    @Argument(help: "The folder of the results.", completion: .directory)
    var folder: String

    @OptionGroup var messages: MessageOptions

    func run() throws {
        let printer = ProgressPrinter(isQuiet: messages.quiet || messages.json)
        var path = folder
        if let place = ShardWorker.place(of: folder), chdir(place.directory) == 0 { path = place.path }
        let collection = try Collection(path, observe: printer.show), missing = try collection.missing()
        Interruption.watch { Terminal.error.print("Stopped.") }
        if collection.isSweep, missing.count < collection.count {
            let (answer, page) = try collection.table()
            if messages.json {
                Terminal.output.print(String(decoding: try answer.json(), as: UTF8.self), terminator: "")
            } else if !messages.quiet {
                Terminal.output.print("\(answer.text)\n\nPage: \(page)")
            }
        } else if missing.isEmpty {
            let summary = try collection.results(shouldStop: { Interruption.isRequested })
            if messages.json {
                Terminal.output.print(try summary.json(), terminator: "")
            } else if !messages.quiet {
                Terminal.output.print(SummaryText(summary: summary, terminal: .output).text)
            }
        }
        if missing.isEmpty { return }
        Terminal.error.print("\(missing.count) of \(collection.count) shards are missing:")
        for name in missing { Terminal.error.print("  \(name)") }
        throw ExitCode(1)
    }
}
