import SaddleModels
import SaddleNumerics

/// Statistics of every recorded observable over an ensemble of networks of one width, laid out as `layout` says.
public struct EnsembleResult: Sendable {
    /// Which number of ``mean``, ``variance`` and their errors is what.
    public let layout: ObservableLayout
    /// N
    public let width: Int
    /// The state of the statistics: an ensemble with more networks can continue from it.
    public let state: EnsembleState

    /// Of every recorded number over networks.
    public var moments: StreamingMoments { state.moments }
    /// Number of networks.
    public var count: Int { state.count }
    /// Mean over networks and its standard error.
    public var mean: [Double] { moments.mean }
    /// Standard errors of ``mean``.
    public var meanError: [Double] { moments.meanError }
    /// Unbiased variance over networks, not multiplied by N, and its standard error.
    public var variance: [Double] { moments.variance }
    /// Standard errors of ``variance``.
    public var varianceError: [Double] { moments.varianceError }
}
