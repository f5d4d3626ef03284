import ArgumentParser
import SaddleStudies

/// What commands that carry out stages of a study are given.
struct StudyOptions: ParsableArguments {
    @Argument(help: "The study file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var study: String

    @OptionGroup var executor: ExecutorOptions
    @OptionGroup var settings: SettingOptions
    @OptionGroup var output: OutputOptions

    func run(_ goal: StudyRunner.Goal, asking verb: QuestionVerb? = nil) throws {
        let study = try badInput {
            if let verb { try Questions.expectFile(self.study, asking: verb) }
            return try Study(path: self.study, changes: try settings.changes())
        }
        let executor = try executor.chosen
        let summary = try output.watched { printer in
            try StudyRunner(
                study, output: output.output, isForced: output.force, executor: executor, observe: printer.show,
                shouldStop: { Interruption.isRequested }
            ).run(goal)
        }
        if output.messages.json {
            Terminal.output.print(try summary.json(), terminator: "")
        } else if !output.messages.quiet {
            Terminal.output.print(SummaryText(summary: summary, terminal: .output).text)
        }
        if summary.verdict == .disagrees { throw ExitCode(3) }
    }
}
