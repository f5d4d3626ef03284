/// How training with the tangent kernel is solved; see ``LazySolution``.
public struct LazySettings: Sendable, Equatable {
    /// How products of kernels are taken; raw values are those of study files.
    public enum Method: String, Sendable, CaseIterable {
        /// Matrices while they fit into half of the memory; or matrices in any case.
        case auto, dense
        /// Products tile by tile, by Krylov spaces and conjugate gradients.
        case matrixFree = "matrix_free"
    }

    /// Kernels as matrices, or products tile by tile; `auto`: matrices while they fit into half of the memory.
    public var method = Method.auto
    /// Variance of the labels' errors in the posterior of the initial process.
    public var noiseVariance = 0.0
    /// Of predictions without matrices; see ``MatrixFreeTraining``.
    public var tolerance = 1e-4
    /// Gigabytes of tiles that are kept; nil for half of the machine's memory.
    public var keep: Double?
    /// For parameterisations whose tangent kernel depends on it.
    public var width: Int?
    /// Whether kept tiles are rounded to single precision, at half the memory.
    public var keepsSingle = false
    /// Gradient flow: steps stand for times η · step, in the limit of small η.
    public var isFlow = false
    /// Whether N·variance of the outputs is computed however long it takes.
    public var computesFluctuations = false
    /// Whether it is computed where that is quick.
    public var estimatesFluctuations = true
    /// Sites and seed of ``TangentKernelFluctuations``.
    public var sites = 2000
    /// Of the sampled fluctuations.
    public var seed = 1

    /// Matrices where they fit, descent by steps, and fluctuations where they are quick.
    public init() {}

    var precision: TilePrecision { keepsSingle ? .single : .double }
    var budget: Double? { keep.map { $0 * 1e9 } }
}
