import ArgumentParser
import SaddleStudies

/// The commonest settings of a learning curve.
struct LearningCurveOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Samples of the training set.", valueName: "P"))
    var samples: Int?

    @Option(help: ArgumentHelp("Random features, or 'infinite' for none.", valueName: "N"))
    var width: String?

    @Option(
        help: ArgumentHelp("Of the random features: linear, relu, tanh, erf or another with a linear part.", valueName: "name"))
    var activation: String?

    @Option(help: ArgumentHelp("flow, descent, sgd, one_pass or ridge.", valueName: "method"))
    var method: String?

    @Option(help: ArgumentHelp("Variance of the label noise; the signal's is 1.", valueName: "variance"))
    var noise: Double?

    @Option(help: ArgumentHelp("isotropic, power_law, or a list such as '[1, 0.5]'.", valueName: "spectrum"))
    var spectrum: String?

    var settings: [Setting] {
        saddle.settings(
            "learning_curve",
            [
                "activation": activation, "samples": samples, "width": width, "method": method, "noise": noise,
                "spectrum": spectrum,
            ])
    }
}

struct PredictLearningCurve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learning-curve",
        abstract: "Loss of a linear student against time, samples and width, split by what causes it.",
        discussion: """
            Student and teacher are linear in D inputs with any covariance spectrum; the student may see N random features of them, linear \
            or not. \
            In the limit of large D, P and N: training and test loss, bias and the variance from features, data, label noise, initial weights \
            and batches, what ensembles of students would buy, the best stopping time and ridge, double descent.

            EXAMPLES
              saddle predict learning-curve
              saddle predict learning-curve --samples 200 --width infinite --method sgd --noise 0.5
              saddle predict learning-curve --spectrum isotropic --activation relu --width 300
              saddle predict learning-curve --spectrum isotropic --noise 0 --set learning_curve.samples=190
              saddle predict learning-curve --set learning_curve.dimension=100000 --set learning_curve.samples=20000
            """)

    @OptionGroup var curve: LearningCurveOptions
    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run(
            "learning-curve", "learning curve of a linear student", settings: curve.settings,
            LearningCurveTopic(simulates: false).result)
    }
}

struct SimulateLearningCurve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learning-curve",
        abstract: "Finite linear students, trained and compared with the theory.",
        discussion: """
            Trains students at the sizes of the study and at twice these, two data sets by two sets of features in each repeat, and compares losses \
            and products of residuals with the theory, extrapolated in 1/size. Ends with exit code 3 if they disagree.

            EXAMPLES
              saddle simulate learning-curve
              saddle simulate learning-curve --method one_pass --set learning_curve.batch_size=10 --set learning_curve.time=500
              saddle simulate learning-curve --spectrum isotropic --activation tanh
              saddle simulate learning-curve --method ridge --set learning_curve.repeats=100
            """)

    @OptionGroup var curve: LearningCurveOptions
    @OptionGroup var options: TopicOptions

    func run() throws {
        try options.run(
            "learning-curve", "finite linear students", settings: curve.settings, LearningCurveTopic(simulates: true).result)
    }
}

struct PredictGeneralization: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generalization",
        abstract: "Training and generalisation error of a linear student with isotropic inputs.",
        discussion: """
            Inputs x ~ N(0, 1/N), P = αN samples, gradient flow on half the sum of squares: errors against time, best stopping time and ridge, \
            and the fraction of the weights that never moves, by integrals over the density of Marchenko and Pastur.

            EXAMPLES
              saddle predict generalization
              saddle predict generalization --ratio 1 --snr 5
              saddle predict generalization --ratio 0.5 --inr 3
            """)

    @Option(help: ArgumentHelp("α: samples for each input.", valueName: "α"))
    var ratio: Double?

    @Option(help: ArgumentHelp("Variance of a teacher weight over the noise's.", valueName: "SNR"))
    var snr: Double?

    @Option(help: ArgumentHelp("Variance of an initial weight over a teacher weight's.", valueName: "INR"))
    var inr: Double?

    @OptionGroup var options: TopicOptions

    func run() throws {
        let settings = saddle.settings(
            "generalization", ["ratio": ratio, "signal_to_noise": snr, "initial_to_teacher": inr],
            names: ["signal_to_noise": "--snr", "initial_to_teacher": "--inr"])
        try options.run("generalization", "generalisation of a linear student", settings: settings, GeneralizationTopic().result)
    }
}
