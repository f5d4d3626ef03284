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
    /// Seconds that the theory, and networks of a width, will take; nil if that is not known.
    package var expectTheory: @Sendable (Experiment, Study.Prediction) -> Double?
    package var expectEnsemble: @Sendable (Experiment, _ width: Int, _ networks: Int) -> Double?

    package init(
        predict: @escaping Predict, report: @escaping @Sendable (StudyResults, RunFolder) throws -> Void,
        expectTheory: @escaping @Sendable (Experiment, Study.Prediction) -> Double? = { _, _ in nil },
        expectEnsemble: @escaping @Sendable (Experiment, _ width: Int, _ networks: Int) -> Double? = { _, _, _ in nil }
    ) {
        (self.predict, self.report) = (predict, report)
        (self.expectTheory, self.expectEnsemble) = (expectTheory, expectEnsemble)
    }

    package static let standard = StudyEngines(
        predict: { experiment, prediction, recordsKernels, state, context, checkpoint in
            var settings = prediction
            settings.recordsKernels = recordsKernels
            return try MeanFieldSolver(experiment, settings: settings).predict(
                from: state, progress: context.progress, shouldStop: context.shouldStop, checkpointEvery: .zero,
                checkpoint: checkpoint)
        },
        report: { results, folder in try folder.write(StudyReport(results)) },
        expectTheory: { experiment, prediction in
            let solutions = Double(prediction.replicas + prediction.directions)
            // One solution with fewer sites, without corrections: about a hundredth of the work, or, if so few sites do not suffice, three.
            for (divisor, growth) in growths {
                var pilot = prediction
                (pilot.sites, pilot.replicas, pilot.directions, pilot.recordsKernels) = (prediction.sites / divisor, 1, 0, false)
                (pilot.method, pilot.observables) = (.auto, nil)
                if pilot.sites < 50 { continue }
                if let seconds = seconds({ _ = try MeanFieldSolver(experiment, settings: pilot).predict() }) {
                    return seconds * growth * solutions / min(Double(Threads.count), solutions)
                }
            }
            return nil
        },
        expectEnsemble: { experiment, width, networks in
            let settings = EnsembleSettings(width: width, networks: 1, seed: 1, recordsKernels: false)
            return seconds({ _ = try Ensemble(experiment, settings).train() }).map {
                $0 * Double(networks) / Double(min(Threads.count, networks))
            }
        })

    /// Time of a solution over that of one with a fraction of its sites: measured between 6 and 14 for a quarter.
    private static let growths = [(divisor: 4, growth: 10.0), (divisor: 2, growth: 3.2)]

    private static func seconds(_ work: () throws -> Void) -> Double? {
        let clock = ContinuousClock.now
        guard (try? work()) != nil else { return nil }
        return (ContinuousClock.now - clock) / .seconds(1)
    }
}
