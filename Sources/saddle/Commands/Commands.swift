import ArgumentParser
import SaddleStudies

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Carry out a study: predict, simulate, compare, report.",
        discussion: """
            Solves the theory, trains the networks that the study asks for, compares them number by number, and writes the \
            report. What is already in the run folder and still fits the study is not computed again; an interrupted run \
            continues where it was.

            EXAMPLES
              saddle run digits.yaml
              saddle run digits.yaml --output /data/digits --threads 8
              saddle run digits.yaml --json | jq .verdict
              saddle run digits.yaml --executor slurm      networks and parts of the theory as a job array
            """)

    @OptionGroup var options: StudyOptions

    func run() throws { try options.run(.everything) }
}

/// The commands of the questions with that verb.
private func commands(_ verb: QuestionVerb) -> [any ParsableCommand.Type] {
    func command<Asked: Question>(_: Asked.Type) -> any ParsableCommand.Type { Ask<Asked>.self }
    return Questions.of(verb).map { command($0) }
}

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Solve theory, without training any network.",
        discussion: """
            `saddle predict STUDY.yaml` solves the theory of learning of a study; the subcommands answer single questions. \
            Each reads the same study file, or none: then options change the defaults.

            EXAMPLES
              saddle predict digits.yaml
              saddle predict kernel digits.yaml
              saddle predict criticality --activation gelu
            """,
        subcommands: [PredictDynamics.self] + commands(.predict), defaultSubcommand: PredictDynamics.self)
}

struct PredictDynamics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dynamics",
        abstract: "How the networks of a study learn (the default).",
        discussion: """
            Writes theory.npz: outputs, losses and kernels at infinite width, N × variance and N × bias over initialisations, \
            each with its whole error (sampling, and what 'predict.tolerance' leaves out).

            EXAMPLES
              saddle predict digits.yaml
              saddle predict digits.yaml --json
            """)

    @OptionGroup var options: StudyOptions

    func run() throws { try options.run(.prediction, asking: .predict) }
}

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw and train real networks, without the theory.",
        discussion: """
            `saddle simulate STUDY.yaml` trains the ensembles of a study; the subcommands measure single things.

            EXAMPLES
              saddle simulate digits.yaml
              saddle simulate depth digits.yaml
            """,
        subcommands: [SimulateEnsembles.self] + commands(.simulate), defaultSubcommand: SimulateEnsembles.self)
}

struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read order parameters off data, runs and measured curves.",
        discussion: """
            EXAMPLES
              saddle measure scaling losses.csv
            """,
        subcommands: commands(.measure))
}

struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How wide, how many: what meets a tolerance, what a budget is best spent on.",
        discussion: """
            `saddle plan STUDY.yaml` says which width is wide enough, and whether a budget is better spent on one wide network or on several whose \
            outputs are averaged.

            EXAMPLES
              saddle plan digits.yaml
              saddle plan digits.yaml --excess-loss 0.05 --label-flips 0.01 --check
              saddle plan digits.yaml --parameters 1e6
            """,
        subcommands: commands(.plan), defaultSubcommand: commands(.plan)[0])
}

struct SimulateEnsembles: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensembles",
        abstract: "Train the networks of a study (the default).",
        discussion: """
            Writes ensemble.npz: means and variances over networks, with standard errors, at every width of the study.

            EXAMPLES
              saddle simulate digits.yaml
              saddle simulate digits.yaml --threads 2 --quiet
            """)

    @OptionGroup var options: StudyOptions

    func run() throws { try options.run(.simulation, asking: .simulate) }
}

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw the report of a run folder again.",
        discussion: """
            Takes the folder of a run, or a study file (then the folder is runs/NAME). Computes nothing.

            EXAMPLES
              saddle report runs/digits
              saddle report digits.yaml
            """)

    @Argument(help: "A run folder, or a study file.", completion: .file())
    var source: String

    @Flag(name: .shortAndLong, help: "Do not say where the report is.")
    var quiet = false

    func run() throws {
        let folder = try badInput { try RunFolder(ofFolderOrStudy: source) }
        let remarks = try badInput { try folder.writeReport() }
        for remark in remarks { Terminal.error.print("\(Terminal.error.styled("warning:", .yellow)) \(remark)") }
        if !quiet { Terminal.output.print("Report: \(folder.report)") }
    }
}

struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write an example study file with comments.",
        discussion: """
            EXAMPLES
              saddle new              writes study.yaml
              saddle new mnist        writes mnist.yaml
              saddle new cnn          writes cnn.yaml, a convolutional network
              saddle new cnn mine     writes mine.yaml, the same

            EXAMPLES TO BEGIN WITH
            \(ExampleStudy.allCases.map { "  \($0.rawValue): \($0.title)" }.joined(separator: "\n"))
            """)

    @Argument(help: "The example, or the name of the study, and of the file without '.yaml'.")
    var example = "study"

    @Argument(help: "Name of the study where an example is named first.")
    var name: String?

    func run() throws {
        let kind = ExampleStudy(rawValue: example)
        if let name, kind == nil {
            let known = ExampleStudy.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(example)' is no example to make '\(name)' of; expected one of \(known), or a name alone")
        }
        let file = try badInput { try Study.writeExample(kind, name: name ?? example) }
        Terminal.output.print("Wrote \(file). Look at it, then: saddle run \(Terminal.shellWord(file))")
    }
}
