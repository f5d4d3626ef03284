import SaddleModels
import SaddleNumerics

extension MeanFieldPrediction {
    /// A prediction that was stored earlier, without corrections and warnings: set those afterwards.
    public init(
        stored layout: ObservableLayout, mean: [Double], meanError: [Double], solutions: Int, ranks: Tensor
    ) {
        precondition(
            mean.count == layout.count && meanError.count == layout.count,
            "\(mean.count) and \(meanError.count) stored numbers for a layout of \(layout.count)")
        self.init(layout: layout, mean: mean, meanError: meanError, solutions: solutions, ranks: ranks)
    }
}
