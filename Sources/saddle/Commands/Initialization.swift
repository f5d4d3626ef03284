import ArgumentParser
import SaddleStudies

struct PredictCriticality: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "criticality",
        abstract: "At which scales deep networks of an activation neither explode nor forget their input.",
        discussion: """
            Universality class, critical weight and bias scales, susceptibilities and depth scales of the study's own scales, \
            learning rates by layer, and the phase diagram. Writes criticality.html, .json and .npz.

            EXAMPLES
              saddle predict criticality --activation gelu
              saddle predict criticality digits.yaml
              saddle predict criticality --activation tanh --set network.weight_scale=1.5 --json
            """)

    @OptionGroup var options: TopicOptions

    @Option(
        help: ArgumentHelp(
            "The activation, in place of the study's: a name, or a formula as '{formula: \"x*tanh(x)\"}'.", valueName: "name"))
    var activation: String?

    func run() throws {
        try options.run(
            "criticality" + (activation.map { $0.allSatisfy { $0.isLetter || $0 == "_" } ? "-\($0)" : "" } ?? ""),
            "finding the critical points",
            settings: activation.map { ["network.activation=\($0)"] } ?? [], CriticalityTopic().result)
    }
}

/// Options of what is asked of networks at initialisation.
struct DepthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Number of hidden layers, in place of the study's.", valueName: "n"))
    var depth: Int?

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Widths, in place of those of the study.", valueName: "n"))
    var width: [Int] = []

    @Option(help: ArgumentHelp("|x|²/D of the input: 1 after the usual scaling of inputs.", valueName: "number"))
    var inputKernel = 1.0

    func validate() throws {
        if let depth, depth < 1 { throw ValidationError("--depth is \(depth); expected 1 or more") }
        if !width.allSatisfy({ (1...1_000_000).contains($0) }) || Set(width).count < width.count {
            throw ValidationError("--width is \(width); expected different whole numbers, each from 1 to 1000000")
        }
        if !(inputKernel >= 0 && inputKernel.isFinite) {
            throw ValidationError("--input-kernel is \(inputKernel); expected a number at least 0")
        }
    }

    var settings: [String] { depth.map { ["network.hidden_layers=\($0)"] } ?? [] }
    var widths: [Int]? { width.isEmpty ? nil : width }
}

struct PredictDepth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depth",
        abstract: "Kernel, vertex and tangent kernel against depth at initialisation, and their spread at finite width.",
        discussion: """
            For one input: layer by layer the limit of infinite width, N × variance and N × bias, and the cut-off L/n. Writes \
            depth.html, .json and .npz.

            EXAMPLES
              saddle predict depth digits.yaml --depth 50 --width 128 512
              saddle predict depth --set network.activation=relu --set network.weight_scale=1.4142135623730951 --depth 100
            """)

    @OptionGroup var options: TopicOptions
    @OptionGroup var depths: DepthOptions

    func run() throws {
        var topic = DepthTopic()
        (topic.widths, topic.inputKernel) = (depths.widths, depths.inputKernel)
        try options.run("depth", "following kernels through the layers", settings: depths.settings, topic.result)
    }
}

struct SimulateDepth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depth",
        abstract: "Kernels of real networks at initialisation, layer by layer, against `predict depth`.",
        discussion: """
            Draws networks of every width, without training, and compares N × bias and N × variance of feature and tangent \
            kernels with theory by number. The exit code is 3 if they disagree.

            EXAMPLES
              saddle simulate depth digits.yaml
              saddle simulate depth --set network.activation=gelu --depth 4 --width 32 64 128 --networks 5000
            """)

    @OptionGroup var options: TopicOptions
    @OptionGroup var depths: DepthOptions

    @Option(help: ArgumentHelp("Networks of each width.", valueName: "n"))
    var networks = 2000

    func validate() throws {
        if !(2...1_000_000_000).contains(networks) {
            throw ValidationError("--networks is \(networks); expected 2 or more, for error bars")
        }
    }

    func run() throws {
        var topic = DepthSimulation()
        (topic.widths, topic.inputKernel, topic.networks) = (depths.widths, depths.inputKernel, networks)
        try options.run("depth", "drawing networks at initialisation", settings: depths.settings, topic.result)
    }
}
