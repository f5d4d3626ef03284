import ArgumentParser
import SaddleStudies

struct PredictLinearResponse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linear-response",
        abstract: "Correlation and response of many units coupled by a random matrix.",
        discussion: """
            dx/dt = −decay·x + gain·Jφ(x) + noise, with J of variance 1/N and correlation `symmetry` between Jᵢⱼ and Jⱼᵢ: 1 symmetric, \
            0 independent, −1 antisymmetric. With the activation linear: C(t, t′), R(t), spectrum and resolvent, beside normal matrices of the same \
            spectrum; with noise the stationary state. With another activation (symmetry 0) the random recurrent network: its transition to \
            chaos, autocorrelation and Lyapunov exponent. Writes linear_response.html, .json and .npz.

            EXAMPLES
              saddle predict linear-response
              saddle predict linear-response --symmetry 1 --decay 2 --gain 0.9 --noise 0.5
              saddle predict linear-response --symmetry=-0.5 --duration 20
              saddle predict linear-response --activation tanh --gain 1.5 --duration 30
            """)

    @OptionGroup var options: TopicOptions
    @OptionGroup var model: RandomDynamicsOptions

    func run() throws {
        try options.run(
            "linear-response", "correlation and response", settings: model.settings, LinearResponseTopic(simulates: false).result)
    }
}

struct SimulateLinearResponse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linear-response",
        abstract: "Finite random systems beside the theory of their correlation and response.",
        discussion: """
            Draws matrices of two sizes or more, integrates the dynamics, extrapolates every mean to infinite size by a line in 1/N, and compares \
            it with the theory. Ends with exit code 3 if they disagree. Writes linear_response_check.html, .json and .npz.

            EXAMPLES
              saddle simulate linear-response
              saddle simulate linear-response --symmetry 0.5 --noise 0.3 --matrices 200
              saddle simulate linear-response --activation tanh --gain 2 --sizes 200 --sizes 400
            """)

    @OptionGroup var options: TopicOptions
    @OptionGroup var model: RandomDynamicsOptions

    @Option(
        name: .customLong("sizes"), parsing: .singleValue,
        help: ArgumentHelp("Numbers of units; may be repeated. (default: 200 and 400)", valueName: "N"))
    var sizes: [Int] = []

    @Option(help: ArgumentHelp("Matrices of each size. (default: 200)", valueName: "n"))
    var matrices: Int?

    func run() throws {
        let chosen = sizes.isEmpty ? nil : sizes
        let settings = model.settings + saddle.settings("linear_response", ["sizes": chosen, "matrices": matrices])
        try options.run(
            "linear-response", "finite random systems", settings: settings, LinearResponseTopic(simulates: true).result)
    }
}

/// What both commands say about the dynamics.
struct RandomDynamicsOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("N times the mean of JᵢⱼJⱼᵢ, from −1 to 1. (default: 0)", valueName: "τ"))
    var symmetry: Double?

    @Option(help: ArgumentHelp("Rate at which a unit forgets. (default: 1)", valueName: "rate"))
    var decay: Double?

    @Option(help: ArgumentHelp("Strength of the couplings. (default: 0.8)", valueName: "gain"))
    var gain: Double?

    @Option(help: ArgumentHelp("Half the strength of the white noise, its temperature. (default: 0)", valueName: "T"))
    var noise: Double?

    @Option(help: ArgumentHelp("linear, tanh, erf, … (default: linear)", valueName: "name"))
    var activation: String?

    @Option(help: ArgumentHelp("The last time. (default: 5)", valueName: "time"))
    var duration: Double?

    @Option(help: ArgumentHelp("Steps of the grid of times, an even number. (default: 200)", valueName: "n"))
    var steps: Int?

    /// As settings of the study.
    var settings: [Setting] {
        saddle.settings(
            "linear_response",
            [
                "symmetry": symmetry, "decay": decay, "gain": gain, "noise": noise, "activation": activation,
                "duration": duration, "steps": steps,
            ])
    }
}
