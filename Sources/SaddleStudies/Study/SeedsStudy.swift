import SaddleNumerics

/// The section `seeds`: losses of runs that differ in their seed.
public struct SeedsStudy: Settings, Equatable {
    /// Which way a number is good.
    public enum Better: String, Sendable, CaseIterable { case lower, higher }
    /// Whether runs of the same seed are compared.
    public enum Pairing: String, Sendable, CaseIterable { case auto, yes, no }

    public var file: String?
    public var effect: Double?
    public var compare: [String] = []
    public var paired = Pairing.auto
    /// Nil: by the name of the column.
    public var better: Better?
    public var lossColumn, seedColumn, groupColumn, membersColumn, stepColumn, targetColumn: String?
    public var table = TableFormat()

    public init() {}

    static let keys: [Key<Self>] =
        [
            Key(
                "file", \.file, .optional(.tableFile("losses of several seeds")),
                "A table with a row for each run, or a column for each group."),
            Key(
                "effect", \.effect, .optional(.number(above: 0)),
                "A difference, in the unit of the losses, of which it is asked how many seeds see it."),
            Key(
                "compare", \.compare, .texts("two names of groups or more, such as [ours, baseline]"),
                "Groups of which it is asked whether the first of each pair is better."),
            Key(
                "paired", \.paired, .choice,
                "Whether runs of the same seed are compared; auto: if groups have the same three seeds or more."),
            Key(
                "better", \.better, .optional(.choice),
                "Which numbers are better; unless given lower, but higher for columns called accuracy, score and the like."),
            .column("loss_column", \.lossColumn, "losses"), .column("seed_column", \.seedColumn, "seeds"),
            .column("group_column", \.groupColumn, "names of groups"),
            .column("members_column", \.membersColumn, "how many networks an ensemble averages"),
            .column("step_column", \.stepColumn, "steps, of which the last counts"),
            .column("target_column", \.targetColumn, "targets, where the other columns are outputs of networks"),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing)

    mutating func complete(_ section: StudySection) {
        if compare.count == 1 || Set(compare).count < compare.count {
            section.reject(
                "compare",
                "'seeds.compare' is \(compare.map { String($0.prefix(40)) }.brief()); expected two different names of groups or more"
            )
        }
    }
}
