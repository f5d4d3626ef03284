import SaddleModels
import SaddleTheory

extension Study {
    /// - Throws: `StudyFileError` for networks without this recursion.
    func depthPrediction(_ context: QuestionRunner.Context, inputKernel: Double) throws -> DepthPrediction {
        try checkPropagates()
        if network.hiddenLayers >= DepthPrediction.mostLayers {
            throw problem(
                "network.hidden_layers",
                "'network.hidden_layers' is \(network.hiddenLayers); expected at most \(DepthPrediction.mostLayers - 1) here")
        }
        guard let rates = TangentRates(network) else {
            throw problem(
                "network.parameterization",
                "'network.parameterization' is \(network.parameterization.text); expected mean_field, ntk or mup, in which all layers "
                    + "enter the tangent kernel alike at every width")
        }
        return try propagating {
            try DepthPrediction(
                network, rates: rates, inputKernel: inputKernel, progress: context.progress, shouldStop: context.shouldStop)
        }
    }
}
