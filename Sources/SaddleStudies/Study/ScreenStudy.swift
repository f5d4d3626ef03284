import SaddleMeasures
import SaddleNumerics

/// The section `screen`: which features know of the labels.
public struct ScreenStudy: Settings, Equatable {
    public enum PenaltyName: String, Sendable, CaseIterable { case lasso, mcp, scad }

    public var neighbours = 3
    public var relabellings = 199
    public var rate = 0.1
    public var target = 1
    public var penalty = PenaltyName.lasso
    /// Nil: logistic for classes, squared for numbers.
    public var loss: PenalisedRegression.Loss?
    /// 0: no selection.
    public var pairs = 25
    public var threshold = 0.75
    public var falseSelections = 1.0
    public var top = 20
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("neighbors", \.neighbours, .integer(atLeast: 1, atMost: 1000), "Neighbours of the estimate of mutual information."),
        Key("permutations", \.relabellings, .integer(atLeast: 1, atMost: 100_000), "Relabellings behind the p-values."),
        Key("rate", \.rate, share, "Share of false discoveries that is accepted."),
        Key("target", \.target, .integer(atLeast: 1), "Of targets with several columns: which one, from 1."),
        Key("penalty", \.penalty, .choice, "Of the regression that selects features."),
        Key(
            "loss", \.loss, .optional(.choice),
            "Of that regression: logistic or squared for classes, squared or huber (robust) for numbers; the first unless given."),
        Key(
            "pairs", \.pairs, .integer(atLeast: 0, atMost: 10_000),
            "Pairs of halves of the samples on which it selects; 0 leaves it out."),
        Key(
            "threshold", \.threshold, .number("a number above 0.5, at most 1") { $0 > 0.5 && $0 <= 1 },
            "Share of halves that must select a stable feature."),
        Key(
            "false_selections", \.falseSelections, .number(above: 0), "Bound on the expected number of stable features by chance."
        ),
        Key("top", \.top, .integer(atLeast: 1), "How many features are listed."),
        Key("seed", \.seed, .seed, "Of relabellings and halves."),
    ]

    private static let share = Kind.number("a number between 0 and 1") { $0 > 0 && $0 < 1 }

    var regularizer: Penalty {
        switch penalty {
        case .lasso: .lasso
        case .mcp: .mcp()
        case .scad: .scad()
        }
    }
}
