import SaddleTheory

/// The section `lazy`: how training with the tangent kernel is solved.
public struct LazyStudy: Settings, Equatable {
    public enum Method: String, Sendable, CaseIterable {
        case auto, dense
        case matrixFree = "matrix_free"
    }

    public var method = Method.auto
    /// Variance of the labels' errors in the posterior of the initial process.
    public var noiseVariance = 0.0
    /// Of predictions without matrices; see ``MatrixFreeTraining``.
    public var tolerance = 1e-4
    /// Gigabytes of tiles that are kept; nil for half of the machine's memory.
    public var keep: Double?
    /// For parameterisations whose tangent kernel depends on it; nil for the largest of `simulate`.
    public var width: Int?
    /// Whether kept tiles are rounded to single precision, at half the memory.
    public var keepsSingle = false
    /// Gradient flow: steps stand for times η · step, in the limit of small η.
    public var isFlow = false
    /// Whether N·variance of the outputs is computed however long it takes.
    public var computesFluctuations = false

    public init() {}

    static let keys: [Key<Self>] = [
        Key("method", \.method, .choice, "Kernels as matrices, or products tile by tile; auto: matrices while they fit."),
        Key("flow", \.isFlow, .flag, "Gradient flow in place of steps: step t stands for the time learning_rate · t."),
        Key(
            "fluctuations", \.computesFluctuations, .flag,
            "Compute N × variance of the outputs (from fluctuations of the kernel) however long it takes."),
        Key("noise", \.noiseVariance, .number(atLeast: 0), "Variance of the errors of labels, for the posterior."),
        Key(
            "tolerance", \.tolerance, .number("a number between 0 and 1") { $0 > 0 && $0 < 1 },
            "Accuracy of outputs without matrices, relative to the labels."),
        Key(
            "keep", \.keep, .optional(.number(atLeast: 0)), unit: "GB",
            "Memory for tiles of the kernel that are kept between products; half of all unless given."),
        Key("single", \.keepsSingle, .flag, "Keep tiles in single precision: half the memory, entries within 6e-8."),
        Key(
            "width", \.width, .optional(.integer(atLeast: 1)),
            "For parameterisations whose tangent kernel depends on it (standard)."),
    ]

    var precision: TilePrecision { keepsSingle ? .single : .double }
    var budget: Double? { keep.map { $0 * 1e9 } }
}
