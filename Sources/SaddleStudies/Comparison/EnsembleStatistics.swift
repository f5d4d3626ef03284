/// What an ensemble of networks of one width measured, in the layout of the prediction it is compared with.
package struct EnsembleStatistics: Sendable {
    package var width: Int
    package var networks: Int
    package var mean: [Double]
    package var meanError: [Double]
    /// Unbiased variance over networks, not multiplied by the width.
    package var variance: [Double]
    package var varianceError: [Double]
    /// Single numbers of each network (`ObservablePanel`), one row a network.
    package var panel: [[Double]]

    package init(
        width: Int, networks: Int, mean: [Double], meanError: [Double], variance: [Double], varianceError: [Double],
        panel: [[Double]]
    ) {
        self.width = width
        self.networks = networks
        self.mean = mean
        self.meanError = meanError
        self.variance = variance
        self.varianceError = varianceError
        self.panel = panel
    }
}
