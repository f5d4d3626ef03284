import ArgumentParser
import SaddleStudies

/// The options that were given, as settings of a section of the study.
///
/// - Parameter options: by key; each is the option of the same name, unless `names` has another.
func settings(
    _ section: String, _ options: KeyValuePairs<String, (any CustomStringConvertible)?>, names: [String: String] = [:]
) -> [Setting] {
    options.compactMap { key, value in
        value.map { Setting("\(section).\(key)=\($0)", option: names[key] ?? "--\(key.replacing("_", with: "-"))") }
    }
}

/// What the commands that answer one question about a study have in common.
struct TopicOptions: ParsableArguments {
    @Argument(
        help: "The study file (YAML); without it the defaults, as changed by --set.",
        completion: .file(extensions: ["yaml", "yml"]))
    var study: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Set a value of the study, as network.activation=relu. May be repeated.", valueName: "key=value"))
    var set: [String] = []

    @OptionGroup var output: TopicOutput

    /// Computes, writes the files of the topic, and says what came out.
    ///
    /// - Parameters:
    ///   - name: names the run folder if there is no study file.
    ///   - settings: values that options of the command stand for; --set comes after them.
    func run(
        _ name: String, _ phrase: String, settings: [Setting] = [],
        _ compute: (TopicRunner.Context) throws -> TopicResult
    ) throws {
        let changes = settings + set.map { Setting($0) }
        let study = try badInput {
            try self.study.map { try Study(path: $0, settings: changes) }
                ?? Study(text: Study.defaults(name: name), settings: changes, file: Study.settingsFile)
        }
        try output.run(study, phrase, compute)
    }
}

/// Where the answer to a question goes, and how it is found.
struct TopicOutput: ParsableArguments {
    @Option(name: .shortAndLong, help: "The run folder. (default: runs/NAME)", completion: .directory)
    var output: String?

    @Option(help: ArgumentHelp("How many threads to use. (default: all processors)", valueName: "n"))
    var threads: Int?

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(help: "Print the numbers as JSON on the standard output, for other programs.")
    var json = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
    }

    /// Computes, writes the files of the topic, and says what came out.
    func run(_ study: Study, _ phrase: String, _ compute: (TopicRunner.Context) throws -> TopicResult) throws {
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        Interruption.watch()
        let printer = ProgressPrinter(isQuiet: quiet || json)
        let runner = TopicRunner(study, output: output, observe: printer.show, shouldStop: { Interruption.isRequested })
        let result: TopicResult
        do {
            result = try runner.run(phrase, compute)
        } catch {
            printer.finish()
            if case StudyFailure.interrupted = error {
                Terminal.error.print("Stopped; nothing was written.")
                throw ExitCode(Interruption.exitCode)
            }
            throw error
        }
        if json {
            Terminal.output.print(try result.json(), terminator: "")
        } else if !quiet {
            Terminal.output.print("\(result.text)\n\nPage: \(runner.page(of: result))")
        }
        if result.disagrees { throw ExitCode(3) }
    }
}
