import SaddleNetworks
import SaddleNumerics

/// The section `rnn`: recurrent networks that learn the system behind a series.
public struct RnnStudy: Settings, Equatable {
    public enum Forcing: String, Sendable, CaseIterable { case fixed, annealed, estimated }

    private static let usual = RecurrentTraining()

    public var times: Int?
    public var noise: Double?
    public var delays = 0
    public var timeColumn: Int?
    public var heldOut = 0.2
    public var latent: Int?
    public var hidden = usual.hidden
    public var window = usual.length
    public var settling = usual.settling
    public var batch = usual.batch
    public var updates = usual.updates
    public var learningRate = usual.firstRate
    public var lastLearningRate = usual.lastRate
    public var largestGradient = usual.largestGradient
    public var forcing = Forcing.annealed
    public var alpha = RecurrentTraining.usualStrength
    /// Nil: the largest norm.
    public var estimator: ForcingStrength.Estimator?
    public var ahead = 50
    public var seeds = 10
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "times", \.times, .optional(.integer(atLeast: 200, atMost: 1_000_000)),
            "Observations of a system by name or equations, 20 000 unless given; a file has its own."),
        Key(
            "noise", \.noise, .optional(.number(atLeast: 0)),
            "Its deviation over that of each variable, 0.05 unless given; a file has its own."),
        Key("delays", \.delays, .integer(atLeast: 0, atMost: 100), "Of a file: earlier states that belong to the state."),
        Key("time_column", \.timeColumn, .optional(.integer(atLeast: 0)), "Of a file: the column (from 0) that holds times."),
        Key(
            "held_out", \.heldOut, .number("a number from 0.05 to 0.9") { (0.05...0.9).contains($0) },
            "Of a file: the last share of the series, which is compared and not trained on."),
        Key(
            "latent", \.latent, .optional(.integer(atLeast: 1, atMost: 200)),
            "Latent variables; as many as are observed unless given."),
        Key("hidden", \.hidden, .integer(atLeast: 1, atMost: 10_000), "Units that bend."),
        Key("window", \.window, .integer(atLeast: 2, atMost: 10_000), "Steps through which errors are carried back."),
        Key(
            "settling", \.settling, .integer(atLeast: 0, atMost: 10_000),
            "Steps at the start of a window whose errors do not count, since it starts at a noisy state; fewer than window."),
        Key("batch", \.batch, .integer(atLeast: 1, atMost: 10_000), "Windows of an update."),
        Key("updates", \.updates, .integer(atLeast: 100), "Updates of the weights by Adam."),
        Key("learning_rate", \.learningRate, .number(above: 0), "Of the first update."),
        Key("last_learning_rate", \.lastLearningRate, .number(above: 0), "Of the last one; in between it falls geometrically."),
        Key("largest_gradient", \.largestGradient, .number(above: 0), "Longer gradients are shortened to this norm."),
        Key(
            "forcing", \.forcing, .choice,
            "How strongly states are drawn to the data: alpha; from 1 falling to alpha; or 1 − 1/σ of the Jacobians."),
        Key(
            "alpha", \.alpha, .number("a number from 0 to 1") { (0...1).contains($0) },
            "The strength, the last one, or the least one."),
        Key(
            "estimator", \.estimator, .optional(.choice),
            "σ: the largest norm in a batch, or the largest mean growth along a window."),
        Key("ahead", \.ahead, .integer(atLeast: 1, atMost: 10_000), "Steps of the longest forecast."),
        Key("seeds", \.seeds, .integer(atLeast: 1, atMost: 1000), "Networks, each from its own seed."),
        Key("seed", \.seed, .seed, "Of noise and of the first network."),
    ]

    mutating func complete(_ section: StudySection) {
        if lastLearningRate > learningRate {
            section.reject("last_learning_rate", "'rnn.last_learning_rate' is above 'rnn.learning_rate'; expected it not to be")
        }
        if settling >= window {
            if section.has("settling") {
                section.reject("settling", "'rnn.settling' is \(settling) of the \(window) steps of a window; expected fewer")
            }
            settling = window / 5
        }
        if estimator != nil, forcing != .estimated {
            section.reject("estimator", "'rnn.estimator' is for 'rnn.forcing': estimated; expected the two together")
        }
    }

    func training(observed: Int) -> RecurrentTraining {
        var all = RecurrentTraining()
        (all.latent, all.hidden, all.length, all.batch, all.updates) = (latent ?? observed, hidden, window, batch, updates)
        all.settling = settling
        (all.firstRate, all.lastRate, all.largestGradient) = (learningRate, lastLearningRate, largestGradient)
        all.forcing =
            switch forcing {
            case .fixed: .fixed(alpha)
            case .annealed: .annealed(to: alpha)
            case .estimated: .estimated(estimator ?? .maximum, least: alpha)
            }
        return all
    }
}
