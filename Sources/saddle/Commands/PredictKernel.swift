import ArgumentParser
import SaddleStudies

struct PredictKernel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract: "Kernels of infinite width: NNGP and tangent kernel on the study's data.",
        discussion: """
            Serves every activation, biases (network.bias_scale) and the ntk, mean_field, mup and standard parameterisations \
            (for standard, whose tangent kernel grows with the width, at the largest of simulate.widths). Writes kernel.npz, \
            kernel.json and kernel.html.

            EXAMPLES
              saddle predict kernel digits.yaml
              saddle predict kernel --set network.activation=relu --set data.train=500 --json
            """)

    @OptionGroup var options: TopicOptions

    func run() throws { try options.run("kernel", "evaluating the kernels", KernelTopic().result) }
}
