import SaddleModels
import SaddleNumerics

/// The section `grok`: a committee that learns a quadratic target, and the curves of any training of which the delay is asked for.
public struct GrokStudy: Settings, Equatable {
    public var task = CommitteeTask()
    public var steps = 4000
    /// Recorded steps beside 0.
    public var times = 40
    /// Share of the target's variance at which a loss counts as gone.
    public var threshold = 0.1
    /// Training sets of the theory.
    public var draws = 3
    public var widths = [150, 300]
    public var networks = 8
    public var isOnline = false
    public var seed = 1
    public var curves = Curves()

    /// Training and test curves from a file.
    public struct Curves: Settings, Equatable {
        public var file: String?
        public var stepColumn, trainColumn, testColumn, runColumn: String?
        public var trainThreshold, testThreshold: Double?
        public var table = TableFormat()

        public init() {}

        private static let column = Kind<String?>.optional(.text("the name of a column, or its number from 1"))

        static let keys: [Key<Self>] =
            [
                Key("file", \.file, .optional(.tableFile("training and test curves")), "A table with a row for each record."),
                Key("step_column", \.stepColumn, column, "Name or number of the column with steps."),
                Key("train_column", \.trainColumn, column, "Name or number of the column with the training curve."),
                Key("test_column", \.testColumn, column, "Name or number of the column with the test curve."),
                Key("run_column", \.runColumn, column, "Name or number of a column that tells runs apart."),
                Key(
                    "train_threshold", \.trainThreshold, .optional(.number("a number") { _ in true }),
                    "Where the training curve counts as arrived; unless given, a tenth of the first loss, or an accuracy of 0.9."),
                Key(
                    "test_threshold", \.testThreshold, .optional(.number("a number") { _ in true }),
                    "The same of the test curve; the training curve's unless given."),
            ] + Key.table(\.table.header, \.table.decimal, \.table.missing)
    }

    public init() {}

    static let keys: [Key<Self>] = [
        Key("dimension", \.task.dimension, .integer(atLeast: 2, atMost: 5000), "D, components of an input."),
        Key("samples", \.task.samples, .integer(atLeast: 2), "P, training samples; online those of a step."),
        Key("alpha", \.task.alpha, .number(above: 0), "α, the scale of the output: the larger, the lazier."),
        Key("epsilon", \.task.epsilon, .number(above: 0), "ε, the curvature of the units: what they see of the target at first."),
        Key("learning_rate", \.task.learningRate, .number(above: 0), "η of steps ηN/α² on the mean of (f − y)²."),
        Key("centered", \.task.isCentered, .flag, "Whether the initial output is subtracted."),
        Key("steps", \.steps, .integer(atLeast: 1), "Steps of training."),
        Key("times", \.times, .integer(atLeast: 2, atMost: 1000), "Log-spaced steps that are recorded, beside 0."),
        Key(
            "threshold", \.threshold, .number("a number between 0 and 1") { $0 > 0 && $0 < 1 },
            "Share of the target's variance at which a loss counts as gone."),
        Key("draws", \.draws, .integer(atLeast: 2, atMost: 1000), "Training sets of the theory, for error bars."),
        Key("widths", \.widths, .integers(atLeast: 1, example: "[150, 300]"), "N, units of the finite committees."),
        Key("networks", \.networks, .integer(atLeast: 2), "Committees trained at each width."),
        Key(
            "online", \.isOnline, .flag,
            "Whether every step has fresh samples: the first of the widths, at batches of P and 2P, beside descent on all inputs."
        ),
        Key("seed", \.seed, .seed, "Of samples, targets and weights."),
        .section("curves", \.curves, "Training and test curves of any training."),
    ]
}
