import ArgumentParser
import SaddleStudies

/// Where results go, how much is said, and what is used: the same for all commands that compute.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The run folder. (default: runs/NAME)", completion: .directory)
    var output: String?

    @Flag(help: "Compute again, in the place of what another version of the study left there or, if nothing is, everything.")
    var force = false

    @Option(help: ArgumentHelp("How many threads to use. (default: all processors)", valueName: "n"))
    var threads: Int?

    @OptionGroup var messages: MessageOptions

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
    }

    private static func sayStopped() {
        // Forced again, it would begin anew.
        let command = CommandLine.arguments.filter { $0 != "--force" }.map(Terminal.shellWord).joined(separator: " ")
        let start = Terminal.error.isInteractive ? "\r\u{1B}[K" : ""
        Terminal.error.print("\(start)Stopped. What was complete, if anything, is kept; to continue:\n  \(command)")
    }

    /// Does the work with a progress bar, and ends with one line when somebody asks to stop.
    func watched<Outcome>(_ work: (ProgressPrinter) throws -> Outcome) throws -> Outcome {
        try badInput { try Installation.requireMemory() }
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        Interruption.watch { Self.sayStopped() }
        let printer = ProgressPrinter(isQuiet: messages.quiet || messages.json)
        do {
            return try work(printer)
        } catch StudyFailure.interrupted {
            printer.finish()
            Self.sayStopped()
            throw ExitCode(Interruption.exitCode)
        } catch {
            printer.finish()
            throw error
        }
    }
}

struct MessageOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print the result as JSON on the standard output, for other programs.")
    var json = false
}
