import ArgumentParser
import SaddleStudies

struct PredictHypernetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hypernetwork",
        abstract: "Kernel and signal of a network that writes the weights of another one.",
        discussion: """
            The tangent kernel for both widths to infinity, the variance that a finite primary network leaves, and the signal \
            against the size of the hypernetwork's input, with and without the magnitude-invariant encoding.

            EXAMPLES
              saddle predict hypernetwork
              saddle predict hypernetwork --set hypernetwork.primary.hidden_layers=3 --set hypernetwork.encoding=mip
            """)

    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run("hypernetwork", "kernels of a hypernetwork", HypernetworkTopic(simulates: false).result)
    }
}

struct SimulateHypernetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hypernetwork",
        abstract: "Kernels of finite hypernetworks at every pair of widths.",
        discussion: """
            EXAMPLES
              saddle simulate hypernetwork
              saddle simulate hypernetwork --set hypernetwork.meta.activation=linear --set hypernetwork.primary.activation=linear
              saddle simulate hypernetwork --set 'hypernetwork.meta_widths=[64, 512]' --set hypernetwork.networks=1000
            """)

    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run("hypernetwork", "finite hypernetworks", HypernetworkTopic(simulates: true).result)
    }
}

struct PredictSpectralMixture: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spectral-mixture",
        abstract: "Gaussian process regression, or Poisson's equation, with a learnt spectrum.",
        discussion: """
            Learns a mixture of bumps in frequency by the largest evidence, and shows the solution, the spectrum, and what an RBF \
            kernel makes of the same observations. `spectral_mixture.observed` is source (u″ on a grid), values (u on a grid) or \
            data (the samples of the study).

            EXAMPLES
              saddle predict spectral-mixture
              saddle predict spectral-mixture --set 'spectral_mixture.frequencies=[1, 100]' --set spectral_mixture.points=60
              saddle predict spectral-mixture series.yaml --set spectral_mixture.observed=data
            """)

    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run("spectral-mixture", "learning a spectrum", SpectralTopic().result)
    }
}
