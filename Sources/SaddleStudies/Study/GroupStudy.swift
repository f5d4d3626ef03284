import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// The section `group`: learning the table of a finite group.
public struct GroupStudy: Settings, Equatable {
    public var group = FiniteGroup([.cyclic(23)])
    public var starts = 40
    /// Pairs that the network sees; nil: 80 %.
    public var samples: Int?
    public var network = GroupNetwork.Settings()
    /// Recorded steps beside 0.
    public var times = 30
    /// Orders of the cyclic groups to which the law of samples is fitted.
    public var orders = [29, 43, 71, 101]
    public var draws = 4
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("name", \.group, groupKind, "Which group: Zₙ cyclic, Dₙ the 2n symmetries of the n-gon, and products of these."),
        Key("starts", \.starts, .integer(atLeast: 1, atMost: 100_000), "Random starts of the ascent."),
        Key("samples", \.samples, .optional(.integer(atLeast: 2)), "Pairs that the network sees; 80 % of all unless given."),
        Key("width", \.network.width, .integer(atLeast: 1, atMost: 4096), "Hidden nodes of the network."),
        Key(
            "ridge", \.network.ridge, .number(above: 0),
            "η, weight decay of the readout, which is ridge regression at every step."),
        Key("weight_decay", \.network.decay, .number(atLeast: 0), "λ, of the nodes' weights."),
        Key("learning_rate", \.network.learningRate, .number(above: 0), "Of the nodes' weights."),
        Key("steps", \.network.steps, .integer(atLeast: 1), "Steps of training."),
        Key("times", \.times, .integer(atLeast: 2, atMost: 500), "Log-spaced steps that are recorded, beside 0."),
        Key(
            "orders", \.orders,
            .integers(atLeast: 5, example: "[29, 43, 71]").satisfying(
                "a list of two different orders or more, each from 5 to \(FiniteGroup.largestOrder), such as [29, 43, 71]"
            ) { $0.count > 1 && $0.last! <= FiniteGroup.largestOrder },
            "Cyclic groups to which the law of samples is fitted."),
        Key("draws", \.draws, .integer(atLeast: 2, atMost: 10_000), "Draws of pairs at each of them."),
        Key("seed", \.seed, .seed, "Of starts, weights and pairs."),
    ]

    private static let groupKind = Kind<FiniteGroup>(
        "\(FiniteGroup.syntax), of order 2 to \(FiniteGroup.largestOrder)",
        read: { node, _ in
            StudySection.text(node).flatMap { FiniteGroup($0) }.flatMap { $0.order > 1 ? $0 : nil }
        }, write: { $0.factors.map(\.name).joined(separator: "x") })

    mutating func complete(_ section: StudySection) {
        let all = group.order * group.order
        if let samples, samples > all {
            section.reject(
                "samples", "'group.samples' is \(samples), and \(group.name) has \(all) pairs; expected at most that")
        }
    }

    var seen: Int { samples ?? max(2, 4 * group.order * group.order / 5) }
}
