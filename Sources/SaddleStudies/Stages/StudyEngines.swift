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

    /// `checkpoint` is called after every part; it decides how often to write.
    package typealias Predict =
        @Sendable (
            Experiment, Study.Prediction, _ recordsKernels: Bool, _ state: MeanFieldProgress?, Context,
            _ checkpoint: @escaping @Sendable (MeanFieldProgress) throws -> Void
        ) throws -> MeanFieldPrediction

    package var predict: Predict
    package var report: @Sendable (StudyResults, RunFolder) throws -> Void

    package init(predict: @escaping Predict, report: @escaping @Sendable (StudyResults, RunFolder) throws -> Void) {
        self.predict = predict
        self.report = report
    }

    package static let standard = StudyEngines(
        predict: { experiment, prediction, recordsKernels, state, context, checkpoint in
            let settings = MeanFieldSettings(
                sites: prediction.sites, tolerance: prediction.tolerance, directions: prediction.directions,
                replicas: prediction.replicas, seed: prediction.seed, recordsKernels: recordsKernels,
                method: prediction.method, observables: prediction.observables)
            return try MeanFieldSolver(experiment, settings: settings).predict(
                from: state, progress: context.progress, shouldStop: context.shouldStop, checkpointEvery: .zero,
                checkpoint: checkpoint)
        },
        report: { results, folder in try folder.write(StudyReport(results)) })
}
