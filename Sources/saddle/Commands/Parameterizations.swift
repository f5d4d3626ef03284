import ArgumentParser
import SaddleStudies

struct PredictParametrization: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parametrization",
        abstract: "Stable or not, kernel or feature learning: what a parameterisation does at large width.",
        discussion: """
            For the network of the study and for those with a name: the verdict, the exponent r, how each layer's \
            initialisation and learning rate scale with the width, and equivalent forms.

            EXAMPLES
              saddle predict parametrization
              saddle predict parametrization --set network.parameterization=mup --set network.hidden_layers=3
              saddle predict parametrization --set 'network.parameterization={a: [0, 0, 0], b: [0, 0.5, 0.5], c: 1}'
            """)

    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run("parametrization", "exponents of the width", ParametrizationTopic().result)
    }
}

struct SimulateCoordinates: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinates",
        abstract: "Coordinate check: do activations and updates scale with the width as they should?",
        discussion: """
            Trains networks of several widths for a few steps on a batch of the study's data, fits the slopes of log size \
            against log width, and compares them with theory by number. The exit code is 3 if a slope is wrong.

            EXAMPLES
              saddle simulate coordinates digits.yaml
              saddle simulate coordinates --set network.parameterization=mup --steps 3
              saddle simulate coordinates --set network.parameterization=standard --against mup
            """)

    @OptionGroup var options: TopicOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Widths. (default: those of the study, or 64 128 … 2048)", valueName: "n"))
    var widths: [Int] = []

    @Option(help: ArgumentHelp("Steps of training.", valueName: "n"))
    var steps = Coordinates().steps

    @Option(help: ArgumentHelp("Networks of each width.", valueName: "n"))
    var networks = Coordinates().networks

    @Option(help: ArgumentHelp("The batch: so many of the first training samples.", valueName: "n"))
    var samples = Coordinates().samples

    @Option(
        help: ArgumentHelp(
            "Expect the exponents of this parameterisation instead of the study's own.", valueName: "name"))
    var against: String?

    func validate() throws {
        func require(_ isFine: Bool, _ message: String) throws { if !isFine { throw ValidationError(message) } }
        try require(widths.isEmpty || Set(widths).count >= 2, "--widths needs two different widths or more")
        try require(widths.allSatisfy { $0 >= 1 }, "--widths is \(widths); expected 1 or more each")
        try require(steps >= 1, "--steps is \(steps); expected 1 or more")
        try require(networks >= 2, "--networks is \(networks); expected 2 or more, for error bars")
        try require(samples >= 1, "--samples is \(samples); expected 1 or more")
    }

    func run() throws {
        var topic = Coordinates()
        topic.widths = widths.isEmpty ? nil : widths
        (topic.steps, topic.networks, topic.samples, topic.against) = (steps, networks, samples, against)
        try options.run("coordinates", "training networks of several widths for a few steps", topic.result)
    }
}
