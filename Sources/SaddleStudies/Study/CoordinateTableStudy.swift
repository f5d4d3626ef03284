import SaddleMeasures
import SaddleModels
import SaddleNumerics
import Yams

/// The section `coordinate_table`: measured sizes of activations or of their change at several widths.
public struct CoordinateTableStudy: Settings, Equatable {
    /// Whose exponents are expected.
    public enum Expectation: String, Sendable, CaseIterable {
        case mup, ntk, standard
        /// Those that `exponents` states.
        case exponents
    }

    public var file: String?
    public var expect = Expectation.mup
    /// What values are; nil: a column says it, or they are sizes of activations.
    public var of: CoordinateTable.Kind?
    public var modules: [String] = []
    public var exponents: [String] = []
    public var optimizer = Optimizer.descent
    public var level = CoordinateJudgement.usualRate
    public var widthColumn, stepColumn, moduleColumn, valueColumn, seedColumn, kindColumn: String?
    public var table = TableFormat()

    public init() {}

    static let keys: [Key<Self>] =
        [
            Key(
                "file", \.file, .optional(.tableFile("sizes of what modules compute")),
                "A table of sizes, long or with a column for each module."),
            Key(
                "expect", \.expect, .choice,
                "Whose exponents are expected: of maximal updates, of the tangent kernel's or the standard parameterisation, or those of 'exponents'."
            ),
            Key(
                "of", \.of, .optional(.choice),
                "What values are, where no column says it: sizes of what modules compute, or of its change since initialisation."),
            Key(
                "modules", \.modules,
                .texts("a list such as [head=output, emb*=input, norm*=ignore]; roles are input, hidden, output, ignore") {
                    ModuleRoles.Rule($0) != nil
                }, "Roles of modules, where names do not tell; * is any text."),
            Key(
                "exponents", \.exponents,
                .texts("a list such as [hidden=0, output=-0.5, output.updates=0]") { StatedExponent($0) != nil },
                "Of each role the expected slope; for one kind of sizes with .activations or .updates."),
            .optimizer("optimizer", \.optimizer, "What trained the networks: decides how far updates of ntk and standard go."),
            Key(
                "level", \.level, .number("a number between 0 and 0.5") { $0 > 0 && $0 < 0.5 },
                "Probability that any slope of a right parameterisation disagrees."),
            .column("width_column", \.widthColumn, "widths"), .column("step_column", \.stepColumn, "steps"),
            .column("module_column", \.moduleColumn, "names of modules"), .column("value_column", \.valueColumn, "values"),
            .column("seed_column", \.seedColumn, "seeds"),
            .column("kind_column", \.kindColumn, "the words activations or updates"),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing)

    mutating func complete(_ section: StudySection) {
        if !exponents.isEmpty && !section.has("expect") { expect = .exponents }
        if expect == .exponents && exponents.isEmpty {
            section.reject("expect", "'coordinate_table.expect' is exponents; expected 'coordinate_table.exponents' beside it")
        }
        if expect != .exponents && !exponents.isEmpty {
            section.reject(
                "exponents", "'coordinate_table.exponents' states what 'coordinate_table.expect' states too; expected one of them"
            )
        }
    }
}

/// `hidden=0` or `output.updates=-0.5`.
struct StatedExponent {
    let role: LayerRole
    /// Nil: both.
    let kind: CoordinateTable.Kind?
    let exponent: Double

    init?(_ text: String) {
        let parts = text.split(separator: "=")
        guard parts.count == 2, let exponent = Double(parts[1].filter { $0 != " " }), exponent.isFinite, abs(exponent) <= 10
        else {
            return nil
        }
        let name = parts[0].filter { $0 != " " }.split(separator: ".")
        guard (1...2).contains(name.count) else { return nil }
        switch name[0] {
        case "input": role = .input
        case "hidden": role = .hidden
        case "output", "readout": role = .readout
        default: return nil
        }
        if name.count == 2 {
            guard let kind = CoordinateTable.Kind(rawValue: String(name[1])) else { return nil }
            self.kind = kind
        } else {
            kind = nil
        }
        self.exponent = exponent
    }
}
