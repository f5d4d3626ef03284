import ArgumentParser
import SaddleStudies

/// What the commands that compute have in common.
struct StudyOptions: ParsableArguments {
    @Argument(help: "The study file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var study: String

    @Option(name: .shortAndLong, help: "The run folder. (default: runs/NAME)", completion: .directory)
    var output: String?

    @Flag(help: "Compute everything again, also what is finished.")
    var force = false

    @Option(help: ArgumentHelp("How many threads to use. (default: all processors)", valueName: "n"))
    var threads: Int?

    @OptionGroup var messages: MessageOptions

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
    }

    func run(_ goal: StudyRunner.Goal) throws {
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        let study = try badInput { try Study(path: self.study) }
        Interruption.watch()
        let printer = ProgressPrinter(isQuiet: messages.quiet || messages.json)
        let runner = StudyRunner(
            study, output: output, isForced: force, observe: printer.show, shouldStop: { Interruption.isRequested })
        let summary: StudySummary
        do {
            summary = try runner.run(goal)
        } catch {
            printer.finish()
            if case StudyFailure.interrupted = error { throw interrupted(runner) }
            throw error
        }
        try messages.print(summary)
        if summary.verdict == .disagrees { throw ExitCode(3) }
    }

    private func interrupted(_ runner: StudyRunner) -> ExitCode {
        let command = CommandLine.arguments.map(Terminal.shellWord).joined(separator: " ")
        let isKept = (try? runner.folder.readManifest()) != nil
        Terminal.error.print(
            isKept
                ? "Stopped. What is computed so far is kept in \(runner.folder.path); to continue:\n  \(command)"
                : "Stopped before anything was complete; to start again:\n  \(command)")
        return ExitCode(Interruption.exitCode)
    }
}

/// How much is said, and in which form.
struct MessageOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print the summary as JSON on the standard output, for other programs.")
    var json = false

    func print(_ summary: StudySummary) throws {
        if json {
            Terminal.output.print(try summary.json(), terminator: "")
        } else if !quiet {
            Terminal.output.print(SummaryText(summary: summary, terminal: .output).text)
        }
    }
}
