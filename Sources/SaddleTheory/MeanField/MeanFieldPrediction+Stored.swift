import SaddleModels
import SaddleNumerics

extension MeanFieldPrediction {
    /// A prediction that was stored earlier, without corrections and warnings: set those afterwards.
    ///
    /// - Parameter meanTruncation: nil for numbers that no tolerance truncates.
    public init(
        stored layout: ObservableLayout, mean: [Double], meanError: [Double], meanTruncation: [Double]? = nil,
        solutions: Int, ranks: Tensor
    ) {
        let meanTruncation = meanTruncation ?? [Double](repeating: 0, count: layout.count)
        precondition(
            mean.count == layout.count && meanError.count == layout.count && meanTruncation.count == layout.count,
            "\(mean.count), \(meanError.count) and \(meanTruncation.count) stored numbers for a layout of \(layout.count)")
        self.init(
            layout: layout, mean: mean, meanError: meanError, meanTruncation: meanTruncation, solutions: solutions, ranks: ranks)
    }
}
