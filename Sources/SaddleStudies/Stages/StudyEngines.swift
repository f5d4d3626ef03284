import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The calculations behind the stages of a study; tests put small stand-ins in their place.
package struct StudyEngines: Sendable {
    /// What a calculation hears from, and tells, its surroundings.
    package struct Context: Sendable {
        package var progress: ProgressHandler
        package var shouldStop: @Sendable () -> Bool
    }

    package var predict: @Sendable (Experiment, Study.Prediction, _ recordsKernels: Bool, Context) throws -> MeanFieldPrediction
    package var report: @Sendable (RunFolder) throws -> Void

    package init(
        predict: @escaping @Sendable (Experiment, Study.Prediction, Bool, Context) throws -> MeanFieldPrediction,
        report: @escaping @Sendable (RunFolder) throws -> Void
    ) {
        self.predict = predict
        self.report = report
    }
}
