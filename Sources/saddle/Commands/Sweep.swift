import ArgumentParser
import SaddleStudies

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Ask the same of a study for many values of its keys.",
        discussion: """
            Every combination of the values is a study of its own: theory and networks as the study asks for them, several at once on all \
            processors. One table (sweep.csv, sweep.npz), lines and heat maps (sweep.html) of all, in runs/NAME-sweep; the run folder of each point in \
            points/. A stopped sweep continues where it was; with more values of a key the points that are there serve again. Where training diverges the table says so.

            VALUES
              log:0.05..5:12      12 values, evenly spaced in the logarithm (rounded to four digits)
              lin:0..1:5          5 values, evenly spaced
              1..4                whole numbers
              0.3,1,3             these; lists as values in brackets: '[64],[256]'

            EXAMPLES
              saddle sweep digits.yaml --vary training.learning_rate=log:0.05..5:12 --only theory
              saddle sweep digits.yaml --vary learning_rate=log:0.1..10:9 --vary richness=0.3,1,3
              saddle sweep digits.yaml --vary network.activation=relu,tanh,gelu --vary hidden_layers=1..3 --only networks
              saddle sweep --ask 'predict criticality' --vary network.activation=relu,tanh,gelu,erf
              saddle sweep digits.yaml --ask 'measure hessian' --vary network.richness=0.1,1,10
              saddle sweep digits.yaml --vary learning_rate=log:0.1..10:9 --executor slurm

            ON A CLUSTER
              --executor slurm submits the points as a job array and waits; partition, memory and time are in the section 'cluster' of the study             (saddle help keys cluster) or in ~/.config/saddle/cluster.yaml. Ctrl-C leaves the jobs in the queue; the same command joins them             again, begins again what was killed, and never what is finished. --executor local:N does the same with processes of this machine.
            """)

    @Argument(help: "The study file (YAML); without it the defaults.", completion: .file(extensions: ["yaml", "yml"]))
    var study: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A key and its values. May be repeated: all combinations.", valueName: "key=values"))
    var vary: [String] = []

    enum Part: String, ExpressibleByArgument, CaseIterable { case theory, networks }

    @Option(help: "Theory alone, or networks alone. (default: what the study asks for)")
    var only: Part?

    @Option(
        help: ArgumentHelp("Another question, as 'predict criticality': the table has its single numbers.", valueName: "question")
    )
    var ask: String?

    @OptionGroup var executor: ExecutorOptions
    @OptionGroup var settings: SettingOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if only != nil && ask != nil {
            throw ValidationError("--only is of studies, --ask of single questions; expected one of the two")
        }
    }

    func run() throws {
        let sweep = try badInput {
            let task: Sweep.Task =
                if let ask { try .init(asking: ask) } else {
                    .study(only == .theory ? .prediction : only == .networks ? .simulation : .everything)
                }
            return try Sweep(
                file: study, axes: try vary.map(SweepAxis.init), changes: try settings.changes(), task: task)
        }
        let executor = try executor.chosen
        let (answer, page): (Answer, String) = try output.watched { printer in
            let runner = SweepRunner(
                sweep, output: output.output, isForced: output.force, executor: executor, observe: printer.show,
                shouldStop: { Interruption.isRequested })
            return (try runner.run(), runner.page)
        }
        if output.messages.json {
            Terminal.output.print(String(decoding: try answer.json(), as: UTF8.self), terminator: "")
        } else if !output.messages.quiet {
            Terminal.output.print("\(answer.text)\n\nPage: \(page)")
        }
        if let count = answer["disagreements"]?.values[0], count > 0 { throw ExitCode(3) }
    }
}
