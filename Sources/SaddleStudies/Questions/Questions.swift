/// Every question that can be asked about a study.
public enum Questions {
    public static let all: [any Question.Type] = [
        PredictKernel.self,
        PredictLazy.self,
        PredictParameterization.self,
        PredictCriticality.self,
        PredictDepth.self,
        PredictDepthLimit.self,
        PredictHypernetwork.self,
        PredictSpectralMixture.self,
        PredictSpectrum.self,
        PredictMemory.self,
        PredictField.self,
        PredictScaling.self,
        PredictWidthError.self,
        PredictLearningCurve.self,
        PredictGeneralization.self,
        PredictLinearResponse.self,
        PredictGrok.self,
        PredictFeatures.self,
        SimulateCoordinates.self,
        SimulateDepth.self,
        SimulateKernel.self,
        SimulateLazy.self,
        SimulateHypernetwork.self,
        SimulateLearningCurve.self,
        SimulateLinearResponse.self,
        SimulateGas.self,
        SimulateGrok.self,
        SimulateGroup.self,
        SimulateMemory.self,
        SimulateField.self,
        SimulateStreams.self,
        SimulateSubspace.self,
        SimulateWalks.self,
        MeasureAll.self,
        MeasureDims.self,
        MeasureSharpness.self,
        MeasureDifficulty.self,
        MeasureCorrelations.self,
        MeasureKoopman.self,
        MeasureScaling.self,
        MeasureHessian.self,
        MeasureBarrier.self,
        MeasureGrokDelay.self,
    ]

    public static func of(_ verb: QuestionVerb) -> [any Question.Type] { all.filter { $0.verb == verb } }

    /// The question that "predict-spectrum" names.
    static func named(_ id: String) -> (any Question.Type)? { all.first { $0.id == id } }
}
