/// What an ensemble of networks of one width measured, one number for each of a layout.
public struct EnsembleStatistics: Sendable {
    /// N
    public var width: Int
    /// Number of networks.
    public var networks: Int
    /// Means over networks, in the order of a layout.
    public var mean: [Double]
    /// Standard errors of `mean`.
    public var meanError: [Double]
    /// Unbiased variance over networks, not multiplied by the width.
    public var variance: [Double]
    /// Standard errors of `variance`.
    public var varianceError: [Double]
    /// Single numbers of each network (`ObservablePanel`), one row a network.
    public var panel: [[Double]]

    /// Numbers of an ensemble that is not at hand as an ``EnsembleState``.
    public init(
        width: Int, networks: Int, mean: [Double], meanError: [Double], variance: [Double], varianceError: [Double],
        panel: [[Double]]
    ) {
        (self.width, self.networks, self.panel) = (width, networks, panel)
        (self.mean, self.meanError, self.variance, self.varianceError) = (mean, meanError, variance, varianceError)
    }

    /// The statistics of the networks of a state.
    public init(width: Int, _ state: EnsembleState) {
        let moments = state.moments
        self.init(
            width: width, networks: moments.count, mean: moments.mean, meanError: moments.meanError,
            variance: moments.variance, varianceError: moments.varianceError, panel: state.panel)
    }
}
