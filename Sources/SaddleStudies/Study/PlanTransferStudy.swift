/// The section `plan_transfer`: the best value of a key, and how it moves with the width.
public struct PlanTransferStudy: Settings, Equatable {
    public var key = "training.learning_rate"
    /// Nil: nine from a quarter of the study's own to four times it.
    public var values: String?
    public var solvesTheory = false
    public var tolerance = 2.0

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "key", \.key, .text("a key of the study with positive numbers"),
            "What is tuned: a learning rate, richness, weight decay, …."),
        Key(
            "values", \.values, .optional(.text("values as for 'saddle sweep', such as log:0.1..10:9")),
            "Its values; nine from a quarter of the study's own to four times it unless given."),
        Key(
            "theory", \.solvesTheory, .flag,
            "Whether theory is solved at every value, for the optimum at infinite width and its shift in 1/N."),
        Key(
            "tolerance", \.tolerance, .number("a number above 1, at most 100") { $0 > 1 && $0 <= 100 },
            "A factor: optima that are closer over the whole range of widths count as the same."),
    ]
}
