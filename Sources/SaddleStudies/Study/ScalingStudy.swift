import SaddleNumerics
import SaddleTheory
import Yams

/// The section `scaling`: the spectrum whose learning curves are asked for, or the measured losses to be fitted.
public struct ScalingStudy: Settings, Equatable {
    public enum Spectrum: String, Sendable, CaseIterable {
        case powerLaw = "power_law"
        /// Of the network's kernel on the study's data.
        case data
    }

    public var spectrum = Spectrum.powerLaw
    public var modes = 1e12
    /// λ_k = k^{−a}
    public var eigenvalueExponent = 1.5
    /// u_k² = k^{−b}
    public var targetExponent = 1.5
    /// Var ε
    public var noise = 0.0
    /// Added to the kernel's diagonal, relative to the mean diagonal.
    public var ridge = 0.0
    public var kernel = KernelKind.ntk
    /// Numbers of samples; nil: log-spaced.
    public var samples: [Int]?
    /// Training sets drawn for each number of samples; 0: theory alone.
    public var draws = 10
    public var seed = 1
    /// Measured losses: a CSV file, and its columns by name or number.
    public var losses: String?
    public var sizeColumn: String?
    public var lossColumn: String?
    public var errorColumn: String?
    /// Of tables of two resources.
    public var dataColumn: String?
    public var computeColumn: String?
    public var holdOut: String?
    /// E, if it is known.
    public var floor: Double?
    public var dropBelow: Double?
    public var dropRatioBelow: Double?
    public var keepsOutliers = false
    public var atSize: Double?
    public var atData: Double?
    public var atCompute: Double?
    public var table = TableFormat()

    public init() {}

    private static let exponent = Kind.number("a number above 1 (sums over modes must converge), at most 10") {
        $0 > 1 && $0 <= 10
    }

    private static let positive = Kind<Double?>.optional(.number(above: 0))

    static let keys: [Key<Self>] =
        [
            Key("spectrum", \.spectrum, .choice, "Power laws, or the spectrum of the network's kernel on the study's data."),
            Key(
                "modes", \.modes,
                .number("a whole number from 10 to 1e15") { $0 >= 10 && $0 <= 1e15 && $0 == $0.rounded() },
                "Eigenvalues of a power-law spectrum."),
            Key("eigenvalue_exponent", \.eigenvalueExponent, exponent, "a of the eigenvalues λ_k = k^−a."),
            Key("target_exponent", \.targetExponent, exponent, "b of the target's squared coefficients, k^−b."),
            Key("noise", \.noise, .number(0...1e12), "Variance of the label noise."),
            Key("ridge", \.ridge, .number(0...1e12), "Added to the kernel's diagonal, relative to its mean."),
            Key("kernel", \.kernel, .choice, "Which kernel of the network."),
            Key("samples", \.samples, .optional(.integers(atLeast: 1)), "Sizes of training sets; log-spaced unless given."),
            Key("draws", \.draws, .integer(atLeast: 0, atMost: 100_000), "Training sets drawn for each size; 0: theory alone."),
            Key("seed", \.seed, .integer(atLeast: 0), "Decides which training sets are drawn."),
            Key("losses", \.losses, .optional(.tableFile("measured losses")), "Measured losses."),
            Key("size_column", \.sizeColumn, .column, "Name or number of the column with sizes (the first unless given)."),
            Key("loss_column", \.lossColumn, .column, "Name or number of the column with losses (the second unless given)."),
            Key("error_column", \.errorColumn, .column, "Name or number of a column with standard errors."),
            Key(
                "data_column", \.dataColumn, .column,
                "Of two resources: the column with amounts of data; found by its name unless given."),
            Key("compute_column", \.computeColumn, .column, "Of two resources: the column with compute; 6ND without one."),
            Key(
                "hold_out", \.holdOut, .column,
                "Of two resources: a column of groups, each of which is left out and predicted in turn."),
            Key("floor", \.floor, .optional(.number(0...1e12)), "Of two resources: E, if it is known."),
            Key("drop_below", \.dropBelow, positive, "Of two resources: rows with less data are left out."),
            Key(
                "drop_ratio_below", \.dropRatioBelow, positive,
                "Of two resources: rows with less data for each parameter are left out."),
            Key("keep_outliers", \.keepsOutliers, .flag, "Of two resources: whether rows off the law stay in the fit."),
            Key(
                "at_size", \.atSize, positive,
                "Of two resources: the size of a run whose loss is predicted, together with at_data."),
            Key("at_data", \.atData, positive, "Its amount of data."),
            Key(
                "at_compute", \.atCompute, positive,
                "Of two resources: the compute that is allocated; the table's largest unless given."),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing)

    mutating func complete(_ section: StudySection) {
        if (atSize == nil) != (atData == nil) {
            section.reject(
                atSize == nil ? "at_data" : "at_size",
                "'scaling.at_size' and 'scaling.at_data' belong together; expected both, or none")
        }
        if draws == 1 {
            section.reject("draws", "'scaling.draws' is 1; expected 2 or more, for error bars, or 0 for theory alone")
        }
    }
}
