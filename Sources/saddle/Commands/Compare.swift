import ArgumentParser
import SaddleStudies

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the theory of a run with networks that were trained elsewhere.",
        discussion: """
            Reads the outputs of many networks from a .npz or .safetensors file: arrays test_output_64, train_output_64, … for every width, each networks × \
            recorded steps × samples × outputs (axes of length one may be left out), in the order of the study's samples. Losses follow from the labels. The verdict is that \
            of 'saddle run'; results go to a run folder of their own, RUN-FILE.

            EXAMPLES
              saddle predict digits.yaml --set record=[100]
              saddle compare runs/digits --ensemble torch.npz
            """)

    @Argument(help: "A run folder that holds theory.", completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("The file with the networks' outputs.", valueName: "file"), completion: .file())
    var ensemble: String

    @Option(name: .shortAndLong, help: "The run folder of the comparison. (default: RUN-FILE)", completion: .directory)
    var output: String?

    @OptionGroup var messages: MessageOptions

    func run() throws {
        let printer = ProgressPrinter(isQuiet: messages.quiet || messages.json)
        let summary = try OutsideComparison(run: folder, ensemble: ensemble, output: output).compare(observe: printer.show)
        if messages.json {
            Terminal.output.print(try summary.json(), terminator: "")
        } else if !messages.quiet {
            Terminal.output.print(SummaryText(summary: summary, terminal: .output).text)
        }
        if summary.verdict == .disagrees { throw ExitCode(3) }
    }
}
