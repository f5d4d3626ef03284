import ArgumentParser
import SaddleStudies

struct PredictSpectrum: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spectrum",
        abstract: "Eigenvalues of random matrices, beside sampled ones.",
        discussion: """
            The limit of large matrices: density, edges, zeros, outliers and moments, and how much sums over eigenvalues vary \
            from matrix to matrix, which is the noise floor of anything measured on a spectrum. Matrices are drawn and compared; \
            exit code 3 if they disagree.

            Ensembles: goe, wishart (or mp), random-features, spiked, spiked-wigner, free-sum, ginibre, elliptic. The population of \
            a covariance is isotropic, power_law (k^−exponent), or a list of eigenvalues.

            EXAMPLES
              saddle predict spectrum
              saddle predict spectrum --ensemble goe --size 1000 --matrices 20
              saddle predict spectrum --ensemble mp --ratio 1
              saddle predict spectrum --population power_law --exponent 1.5
              saddle predict spectrum --set 'spectrum.population=[1, 3, 7]' --size 600 --ratio 0.1
              saddle predict spectrum --ensemble random-features --set 'spectrum.ratio=[0.5, 2]'
              saddle predict spectrum --ensemble spiked --set 'spectrum.spikes=[3, 1.2]'
              saddle predict spectrum --ensemble free-sum --set 'spectrum.population=[-2, 2]' --set spectrum.addend=wishart
              saddle predict spectrum --ensemble elliptic --symmetry 0.5
            """)

    @Option(help: ArgumentHelp("Which matrices; see above. (default: wishart)", valueName: "name"))
    var ensemble: String?

    @Option(help: ArgumentHelp("Order of the matrices. (default: 400)", valueName: "n"))
    var size: Int?

    @Option(help: ArgumentHelp("How many are drawn. (default: 40)", valueName: "m"))
    var matrices: Int?

    @Option(help: ArgumentHelp("Dimensions over samples. (default: 0.5)", valueName: "q"))
    var ratio: String?

    @Option(help: ArgumentHelp("isotropic, power_law or a list of eigenvalues.", valueName: "spectrum"))
    var population: String?

    @Option(help: ArgumentHelp("Of a power-law population. (default: 1)", valueName: "α"))
    var exponent: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("τ of the elliptic ensemble. (default: 0.5)", valueName: "τ"))
    var symmetry: String?

    @OptionGroup var options: TopicOptions

    func run() throws {
        let settings = saddle.settings(
            "spectrum",
            [
                "ensemble": ensemble, "size": size, "matrices": matrices, "ratio": ratio, "population": population,
                "exponent": exponent, "symmetry": symmetry,
            ])
        try options.run("spectrum", "spectra of random matrices", settings: settings, SpectrumTopic().result)
    }
}

struct SimulateGas: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gas",
        abstract: "Cumulants of a two-dimensional Coulomb gas.",
        discussion: """
            Charges that repel each other logarithmically in a round trap; at β = 2 in the harmonic trap they are the eigenvalues of \
            complex Gaussian matrices. Sampled by Metropolis's moves; mean and cumulants of sums over charges beside the exact ones.

            EXAMPLES
              saddle simulate gas
              saddle simulate gas --charges 50 --beta 4
              saddle simulate gas --set spectrum.gas.trap=4 --set spectrum.gas.sweeps=4000
            """)

    @Option(help: ArgumentHelp("How many charges. (default: 100)", valueName: "n"))
    var charges: Int?

    @Option(help: ArgumentHelp("Inverse temperature. (default: 2)", valueName: "β"))
    var beta: String?

    @OptionGroup var options: TopicOptions

    func run() throws {
        let settings = saddle.settings("spectrum.gas", ["charges": charges, "beta": beta])
        try options.run("gas", "a Coulomb gas", settings: settings, GasTopic().result)
    }
}
