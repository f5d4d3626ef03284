import ArgumentParser
import SaddleStudies

struct SimulateKernel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract: "Kernels of finite networks at initialisation, beside those of infinite width.",
        discussion: """
            Draws simulate.networks networks at each of simulate.widths and writes means and N × variance of their NNGP and \
            tangent kernels on the first training samples, with N × (mean − limit). The exit code is 3 if the means do not go \
            to the kernels of infinite width.

            EXAMPLES
              saddle simulate kernel digits.yaml
              saddle simulate kernel --set network.activation=relu --set 'simulate.widths=[64, 256]' --json
            """)

    @OptionGroup var options: TopicOptions

    @Option(help: ArgumentHelp("So many of the first training samples.", valueName: "n"))
    var samples = KernelEnsembleTopic().samples

    func validate() throws {
        if samples < 1 { throw ValidationError("--samples is \(samples); expected 1 or more") }
    }

    func run() throws {
        var topic = KernelEnsembleTopic()
        topic.samples = samples
        try options.run("kernel-ensemble", "drawing networks and their kernels", topic.result)
    }
}
