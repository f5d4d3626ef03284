import ArgumentParser
import SaddleStudies

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Write the samples of a study as its networks see them.",
        discussion: """
            Training and test samples, chosen, prepared and in the order of the study, as arrays train_inputs, train_labels, test_inputs, test_labels (a sample \
            a row) in one .npz file: for networks of one's own, whose outputs 'saddle compare' judges.

            EXAMPLES
              saddle data digits.yaml
              saddle data digits.yaml --output samples.npz --set data.train=100
            """)

    @Argument(help: "The study file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var study: String

    @Option(name: .shortAndLong, help: "The file. (default: NAME-data.npz)", completion: .file())
    var output: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    @OptionGroup var settings: SettingOptions

    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    func run() throws {
        let study = try badInput { try Study(path: self.study, changes: try settings.changes()) }
        let data = try badInput { try StudyData(study) }
        let path = output ?? "\(study.name)-data.npz"
        try badInput { try data.write(to: path, isForced: force) }
        for warning in data.warnings { Terminal.error.print("\(Terminal.error.styled("warning:", .yellow)) \(warning)") }
        if !quiet { Terminal.output.print("\(data.description): \(path)") }
    }
}
