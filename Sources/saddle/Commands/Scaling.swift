import ArgumentParser
import SaddleStudies

struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read order parameters off data, runs and measured curves.",
        discussion: """
            EXAMPLES
              saddle measure scaling losses.csv
            """,
        subcommands: [MeasureScaling.self])
}

struct MeasureScaling: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Fit measured losses: which scaling law, which regime, how sure.",
        discussion: """
            Reads a table with a row for each measured loss: a size (samples, width, steps, compute) and the loss. Rows with the \
            same size are repetitions, such as seeds. Fits a power law, a limit and a bend if the data ask for them, intervals by \
            the profile likelihood of each law, and names the regime: variance-limited, resolution-limited, a crossover, or that the data cannot tell.

            Cells may be separated by commas, semicolons, tabs or blanks; numbers may be written 0,5 or 1,234 or 70M or 12% or 0.50±0.02. \
            Exports of TensorBoard and Weights & Biases are recognised.

            EXAMPLES
              saddle measure scaling losses.csv
              saddle measure scaling sweep.csv --size-column samples --loss-column test_loss
              saddle measure scaling sweep.csv --loss-column 4 --error-column 5 --json
            """)

    @Argument(help: "A CSV file.", completion: .file(extensions: ["csv", "tsv", "txt", "gz"]))
    var file: String

    @Option(help: ArgumentHelp("Name or number of the column with sizes. (default: 1)", valueName: "column"))
    var sizeColumn: String?

    @Option(help: ArgumentHelp("Name or number of the column with losses. (default: 2)", valueName: "column"))
    var lossColumn: String?

    @Option(help: ArgumentHelp("Name or number of a column with standard errors.", valueName: "column"))
    var errorColumn: String?

    @Option(
        help: ArgumentHelp(
            "What to do with rows in which a number is missing: error or drop. (default: error)", valueName: "rule"))
    var missing: String?

    @Option(help: ArgumentHelp("The decimal mark, point or comma, where the table does not tell.", valueName: "mark"))
    var decimal: String?

    @Option(
        help: ArgumentHelp("Whether the first line names the columns, where the table does not tell.", valueName: "true/false"))
    var header: String?

    @OptionGroup var output: TopicOutput

    func run() throws {
        let columns = [("size-column", sizeColumn), ("loss-column", lossColumn), ("error-column", errorColumn)]
        let settings =
            columns.compactMap { name, value in
                value.map { Setting("scaling.\(name.replacing("-", with: "_"))", text: $0, option: "--\(name)") }
            } + saddle.settings("scaling", ["missing": missing, "decimal": decimal, "header": header])
        let study = try badInput { try Study(lossesIn: file, settings: settings) }
        try output.run(study, "fitting a scaling law", MeasureScalingTopic().result)
    }
}

struct PredictScaling: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Scaling laws from a spectrum: exponents, crossovers, frontiers, or the learning curve of a kernel on data.",
        discussion: """
            Without data: for power-law spectra, the loss against samples, width and time, its exponents and where they change, and \
            the best width for a given compute. With --data: the spectrum of the network's kernel on the study's samples \
            predicts the test loss of kernel regression, drawn beside the measured loss.

            EXAMPLES
              saddle predict scaling
              saddle predict scaling --set scaling.eigenvalue_exponent=2 --set scaling.noise=0.1
              saddle predict scaling --data
              saddle predict scaling --data mnist.yaml --set scaling.kernel=nngp --set scaling.ridge=1e-3
            """)

    @OptionGroup var options: TopicOptions

    @Flag(help: "Take the spectrum of the kernel on the study's data; without a study, on all bundled digits.")
    var data = false

    func run() throws {
        var settings: [Setting] = data ? [Setting("scaling.spectrum=data", option: "--data")] : []
        if data && options.study == nil {
            settings += ["data.classes=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", "data.train=1200", "data.test=597"]
        }
        try options.run("scaling", "learning curves from a spectrum", settings: settings, ScalingTopic().result)
    }
}

struct PredictWidthError: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "width-error",
        abstract: "What a finite width misses by sampling alone, and Barron norms.",
        discussion: """
            The mean square error of N independent random neurons, exact at every N, beside networks that are drawn; Barron's \
            bound for chosen neurons; the Barron norm of the solution of a nonlinear elliptic equation.

            EXAMPLES
              saddle predict width-error
              saddle predict width-error --set width_error.dimension=10 --set width_error.radius=3
            """)

    @OptionGroup var options: TopicOptions

    func run() throws { try options.run("width-error", "errors of random neurons", WidthErrorTopic().result) }
}
