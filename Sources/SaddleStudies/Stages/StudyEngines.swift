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
        package var notice: @Sendable (String) -> Void
        package var known: KnownParts = { _, _ in nil }
    }

    /// `checkpoint` is called after every part; it decides how often to write.
    package typealias Predict =
        @Sendable (
            Experiment, Study.Prediction, _ recordsKernels: Bool, _ state: MeanFieldProgress?, Context,
            _ checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void
        ) throws -> MeanFieldPrediction

    package var predict: Predict
    package var report: @Sendable (StudyResults, RunFolder) throws -> Void
    /// Seconds that the theory, and networks of a width, will take; nil if that is not known.
    package var expectTheory: @Sendable (Experiment, Study.Prediction) -> Double?
    package var expectEnsemble: @Sendable (Experiment, _ width: Int, Study.Simulation) -> Double?

    package init(
        predict: @escaping Predict, report: @escaping @Sendable (StudyResults, RunFolder) throws -> Void,
        expectTheory: @escaping @Sendable (Experiment, Study.Prediction) -> Double? = { _, _ in nil },
        expectEnsemble: @escaping @Sendable (Experiment, _ width: Int, Study.Simulation) -> Double? = { _, _, _ in nil }
    ) {
        (self.predict, self.report) = (predict, report)
        (self.expectTheory, self.expectEnsemble) = (expectTheory, expectEnsemble)
    }

    package static let standard = StudyEngines(
        predict: { experiment, prediction, recordsKernels, state, context, checkpoint in
            var settings = prediction
            settings.recordsKernels = recordsKernels
            return try MeanFieldSolver(experiment, settings: settings).predict(
                from: state, progress: context.progress, notice: context.notice, shouldStop: context.shouldStop,
                checkpointEvery: .zero, checkpoint: checkpoint, known: context.known)
        },
        report: { results, folder in try folder.write(StudyReport(results)) },
        expectTheory: { MeanFieldSolver($0, settings: $1).expectedSeconds },
        expectEnsemble: { Ensemble($0, $2.settings(width: $1, recordsKernels: false)).expectedSeconds })
}
