import SaddleNumerics

/// The section `collapse`: loss curves of several sizes that are laid on each other.
public struct CollapseStudy: Settings, Equatable {
    public var curves: String?
    public var stepColumn, sizeColumn, lossColumn, seedColumn, rateColumn, scheduleColumn: String?
    /// L₀; nil for that at which the sizes differ least.
    public var floor: Double?
    /// The share of training from which on curves are compared.
    public var from = 0.1
    public var seed = 1
    public var table = TableFormat()

    public init() {}

    static let keys: [Key<Self>] =
        [
            Key(
                "curves", \.curves, .optional(.tableFile("loss curves")),
                "A table with a row for each record, or a column for each run."),
            Key("step_column", \.stepColumn, .column, "Name or number of the column with steps; found by its name unless given."),
            Key("size_column", \.sizeColumn, .column, "That with sizes of models."),
            Key("loss_column", \.lossColumn, .column, "That with losses."),
            Key("seed_column", \.seedColumn, .column, "That which tells runs of one size apart."),
            Key("rate_column", \.rateColumn, .column, "That with learning rates."),
            Key(
                "schedule_column", \.scheduleColumn, .column,
                "That which names the schedules of learning rates; told by the rates without one."),
            Key(
                "floor", \.floor, .optional(.number(0...1e12)),
                "The loss that no size goes below; unless given, that at which the sizes differ least."),
            Key(
                "from", \.from, .number("a number from 0 to 0.9") { (0...0.9).contains($0) },
                "Share of training from which on curves are compared."),
            Key("seed", \.seed, .seed, "Of shuffled labels."),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing)
}
