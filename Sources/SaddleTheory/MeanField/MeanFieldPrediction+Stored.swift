import SaddleModels
import SaddleNumerics

extension MeanFieldPrediction {
    /// A prediction that was stored earlier; the last four vectors are empty without 1/N corrections.
    public init(
        stored layout: ObservableLayout, mean: [Double], meanError: [Double], variance: [Double], varianceError: [Double],
        bias: [Double], biasError: [Double], ranks: Tensor, warnings: [String] = []
    ) {
        precondition(
            [mean, meanError].allSatisfy { $0.count == layout.count }
                && [variance, varianceError, bias, biasError].allSatisfy { $0.isEmpty || $0.count == layout.count },
            "stored vectors do not fit a layout of \(layout.count) numbers")
        self.init(
            layout: layout, mean: mean, meanError: meanError, variance: variance, varianceError: varianceError, bias: bias,
            biasError: biasError, ranks: ranks, warnings: warnings)
    }
}
