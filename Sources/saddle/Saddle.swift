import ArgumentParser
import SaddleStudies

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
struct Saddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle",
        abstract: "Know how your network will learn before you train it.",
        discussion: """
            Saddle predicts how a wide neural network learns: the limit of infinite width, and how much networks of a \
            finite width differ from it and from each other. It trains real networks to check.

            EXAMPLES
              saddle new digits           write an example study, digits.yaml
              saddle run digits.yaml      predict, simulate, compare, report: everything
              saddle predict digits.yaml  theory alone
              saddle plan digits.yaml     how wide is wide enough
              saddle sweep digits.yaml --vary learning_rate=log:0.1..10:9
              saddle sweep digits.yaml --vary richness=0.3,1,3 --executor slurm
              saddle report runs/digits   draw the report again
              saddle predict              what else can be asked: spectra, criticality, scaling laws, …
              saddle help study           every key of a study file
              saddle verify               certify this installation

            Results are in a run folder, runs/NAME unless --output says otherwise; report.html in it is the place to start. \
            A run that was stopped continues when it is started again.

            EXIT CODES
              0  done; theory and networks agree, or nothing or too little to compare
              1  a calculation failed, or its results could not be written
              2  the command line, study file, data or folder cannot be used
              3  done, but theory and networks disagree
              130, 143  stopped by Ctrl-C or SIGTERM; start again to continue

            INSTALLATION
              saddle --version            the version, and the build
              saddle --version --verbose  and BLAS kernel, processor, threads: what a report of a problem needs

            SHELL COMPLETION
              saddle --generate-completion-script bash > ~/.local/share/bash-completion/completions/saddle
              (also: zsh, fish)
            """,
        version: saddleVersion,
        subcommands: [
            Run.self, SweepCommand.self, Predict.self, Simulate.self, Measure.self, Plan.self, Compare.self, Runs.self,
            Collect.self, Report.self, New.self, DataCommand.self, Shard.self, Verify.self,
        ])

    static func main() {
        // Where files may not grow, writing then fails with an error like on a full disk, instead of ending the program.
        signal(SIGXFSZ, SIG_IGN)
        do {
            if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
                return Terminal.output.print(Installation.version)
            }
            if asksForInstallation {
                KernelChoice.startAgainIfMistaken()
                Terminal.output.print(Installation.description)
                return
            }
            let arguments = Self.transferring(Array(CommandLine.arguments.dropFirst()))
            if let text = try Reference.text(arguments) { return Terminal.output.print(text) }
            // A verb alone lists its questions.
            try expectQuestion(arguments)
            let isVerb = arguments.count == 1 && QuestionVerb(rawValue: arguments[0]) != nil
            var command = try parseAsRoot(isVerb ? arguments + ["--help"] : arguments)
            KernelChoice.startAgainIfMistaken()
            try command.run()
        } catch {
            exit(reporting: error)
        }
    }

    /// A word after a verb that is neither a question nor a file is a misspelt question, whatever follows it.
    private static func expectQuestion(_ arguments: [String]) throws {
        guard arguments.count > 1, let verb = QuestionVerb(rawValue: arguments[0]), !arguments[1].hasPrefix("-") else { return }
        let known = Questions.of(verb).map { $0.name } + ["dynamics", "ensembles", "help"]
        if !known.contains(arguments[1]) { try badInput { try Questions.expectFile(arguments[1], asking: verb) } }
    }

    /// `saddle plan STUDY --transfer KEY` is `saddle plan transfer STUDY --key KEY`.
    private static func transferring(_ arguments: [String]) -> [String] {
        guard arguments.first == "plan", arguments.dropFirst().first != "transfer",
            let place = arguments.firstIndex(of: "--transfer")
        else { return arguments }
        var changed = arguments
        changed[place] = "--key"
        changed.insert("transfer", at: 1)
        return changed
    }

    /// The parser knows `--version` alone.
    private static var asksForInstallation: Bool {
        CommandLine.arguments.count == 3 && Set(CommandLine.arguments.dropFirst()) == ["--version", "--verbose"]
    }

    /// Prints an error and ends the program with the exit code that belongs to it.
    private static func exit(reporting error: any Error) -> Never {
        switch error {
        case let code as ExitCode: exit(withError: code)
        case let failure as StudyFailure: fail("\(failure)", code: failure.exitCode)
        default: break
        }
        // Help, version and completion scripts arrive here as "errors" that succeed.
        if exitCode(for: error).isSuccess {
            Terminal.output.print(fullMessage(for: error))
            exit(withError: ExitCode.success)
        }
        fail(fullMessage(for: error), code: 2)
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        let text = message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
        Terminal.error.print("\(Terminal.error.styled("error:", .red)) \(text)")
        exit(withError: ExitCode(code))
    }
}

extension StudyFailure {
    var exitCode: Int32 {
        switch self {
        case .badInput: 2
        case .failed: 1
        case .interrupted: Interruption.exitCode
        }
    }
}
