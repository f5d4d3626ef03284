/// What an ensemble of networks of one width measured, one number for each of a layout.
public struct EnsembleStatistics: Sendable {
    public var width: Int
    public var networks: Int
    public var mean: [Double]
    public var meanError: [Double]
    /// Unbiased variance over networks, not multiplied by the width.
    public var variance: [Double]
    public var varianceError: [Double]
    /// Single numbers of each network (`ObservablePanel`), one row a network.
    public var panel: [[Double]]

    public init(
        width: Int, networks: Int, mean: [Double], meanError: [Double], variance: [Double], varianceError: [Double],
        panel: [[Double]]
    ) {
        (self.width, self.networks, self.panel) = (width, networks, panel)
        (self.mean, self.meanError, self.variance, self.varianceError) = (mean, meanError, variance, varianceError)
    }

    public init(width: Int, _ state: EnsembleState) {
        let moments = state.moments
        self.init(
            width: width, networks: moments.count, mean: moments.mean, meanError: moments.meanError,
            variance: moments.variance, varianceError: moments.varianceError, panel: state.panel)
    }
}
