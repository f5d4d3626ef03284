import ArgumentParser
import SaddleStudies

struct PredictLazy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lazy",
        abstract: "How infinitely wide networks learn whose features do not move.",
        discussion: """
            Training with the tangent kernel of the study's network: outputs at the recorded steps and after infinite time, \
            their spread over initialisations and N × variance between finite networks (predict.sites, \
            predict.directions: 0 switches it off), the posterior of the initial Gaussian process, and the largest stable learning \
            rate. In the mean-field parameterisation this is the limit of small richness. Writes lazy.json, lazy.npz and \
            lazy.html.

            Kernels are matrices while these fit into half of the memory, and products tile by tile beyond that.

            EXAMPLES
              saddle predict lazy digits.yaml
              saddle predict lazy digits.yaml --set network.parameterization=ntk --set training.steps=1000000
              saddle predict lazy mnist.yaml --method matrix_free --keep 8
            """)

    @OptionGroup var options: TopicOptions

    @Option(help: "dense, matrix_free, or auto.")
    var method: LazyAnswer.Method = .auto

    @Flag(help: "Gradient flow in place of steps: step t stands for the time learning_rate · t.")
    var flow = false

    @Flag(help: "Compute N × variance of the outputs (from fluctuations of the kernel) however long it takes.")
    var fluctuations = false

    @Option(help: ArgumentHelp("Variance of the errors of labels, for the posterior.", valueName: "variance"))
    var noise = 0.0

    @Option(help: ArgumentHelp("Accuracy of outputs without matrices, relative to the labels.", valueName: "error"))
    var tolerance = 1e-4

    @Option(
        help: ArgumentHelp(
            "Memory for tiles of the kernel that are kept between products. (default: half of all)", valueName: "GB"))
    var keep: Double?

    @Flag(help: "Keep tiles in single precision: half the memory, entries within 6e-8.")
    var single = false

    @Option(help: ArgumentHelp("Width, for parameterisations whose tangent kernel depends on it (standard).", valueName: "n"))
    var width: Int?

    func validate() throws {
        if let width, width < 1 { throw ValidationError("--width is \(width); expected 1 or more") }
        if !(noise >= 0 && noise.isFinite) { throw ValidationError("--noise is \(noise); expected a finite number, 0 or more") }
        if !(tolerance > 0 && tolerance < 1) {
            throw ValidationError("--tolerance is \(tolerance); expected a number between 0 and 1")
        }
        if let keep, !(keep >= 0) { throw ValidationError("--keep is \(keep); expected 0 or more") }
    }

    func run() throws {
        var settings = LazyAnswer.Options()
        settings.method = method
        settings.isFlow = flow
        settings.computesFluctuations = fluctuations
        settings.noiseVariance = noise
        settings.tolerance = tolerance
        settings.budget = keep.map { $0 * 1e9 }
        settings.width = width
        settings.keepsSingle = single
        try options.run("lazy", "training with the tangent kernel") { try LazyAnswer.compute($0, settings) }
    }
}

extension LazyAnswer.Method: ExpressibleByArgument {}

struct SimulateLazy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lazy",
        abstract: "Train networks in a kernel regime and compare them with the lazy limit.",
        discussion: """
            Trains simulate.networks networks at each of simulate.widths (256 and 1024 unless the study says otherwise), \
            extrapolates means and variances of their outputs to infinite width and compares them with 'saddle predict lazy'. The \
            exit code is 3 if they disagree. Needs a parameterisation whose limit is a kernel, such as ntk.

            EXAMPLES
              saddle simulate lazy digits.yaml --set network.parameterization=ntk
              saddle simulate lazy --set network.parameterization=ntk --set network.centered=true --set training.steps=50
            """)

    @OptionGroup var options: TopicOptions

    func run() throws { try options.run("lazy", "training networks beside the lazy limit", LazyEnsembleTopic().result) }
}
