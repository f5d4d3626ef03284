import SaddleNumerics

/// The section `transfer`: losses at several widths and learning rates.
public struct TransferStudy: Settings, Equatable {
    public var file: String?
    /// A factor of the rate within which optima count as the same.
    public var tolerance = 2.0
    public var widthColumn, rateColumn, lossColumn, seedColumn, stepColumn: String?
    public var seed = 1
    public var table = TableFormat()

    public init() {}

    static let keys: [Key<Self>] =
        [
            Key(
                "file", \.file, .optional(.tableFile("losses at several widths and learning rates")),
                "A table with a row for each run."),
            Key(
                "tolerance", \.tolerance, .number("a number above 1, at most 100") { $0 > 1 && $0 <= 100 },
                "A factor of the rate: optima that are closer over the whole range of widths count as the same."),
            .column("width_column", \.widthColumn, "widths"), .column("rate_column", \.rateColumn, "learning rates"),
            .column("loss_column", \.lossColumn, "losses"), .column("seed_column", \.seedColumn, "seeds"),
            .column("step_column", \.stepColumn, "steps, of which the last counts"),
            Key("seed", \.seed, .seed, "Of the bootstrap."),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing)
}
