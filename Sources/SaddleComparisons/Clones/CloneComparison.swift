import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Networks that learn from data beside the same networks that learn from clones of them, all judged on the data's own test samples.
///
/// As long as both losses agree, what the clones keep is what networks use: of Gaussian clones the mean and covariance of each class. Networks begin at equal weights; errors are those
/// of independent ensembles, which is on the safe side. Source: Refinetti, Ingrosso and Goldt 2023.
package struct CloneComparison: Sendable {
    package struct Course: Sendable {
        /// Nil: the data themselves.
        package let clones: Clones?
        /// At each recorded step.
        package let losses: [Estimate]
        package let accuracies: [Estimate]?
    }

    package let steps: [Int]
    package let width: Int
    package let networks: Int
    /// The data first.
    package let courses: [Course]

    /// - Parameter layout: how the inputs' numbers lie, for phases.
    /// - Precondition: the experiment has test samples with labels.
    package init(
        _ experiment: Experiment, _ settings: EnsembleSettings, grid: PixelGrid?, seed: Int, progress: @escaping ProgressHandler,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        precondition(experiment.data.hasTestLabels, "no test samples to judge on")
        let kinds: [Clones?] = [nil] + Clones.allCases.filter { $0 == .gaussian || grid != nil }
        let data = experiment.data
        let labels: SampleLabels = data.classNames.isEmpty ? .none : .classes(data.trainClasses, names: data.classNames)
        (steps, width, networks) = (experiment.recordedSteps, settings.width, settings.networks)
        courses = try kinds.enumerated().map { number, kind in
            var changed = data
            if let kind { changed.trainInputs = try kind.clone(data.trainInputs, labels, grid, seed: seed) }
            let result = try Ensemble(
                Experiment(
                    network: experiment.network, data: changed, training: experiment.training,
                    recordedSteps: experiment.recordedSteps),
                settings
            ).train(
                progress: { progress((Double(number) + $0 / $1) / Double(kinds.count), 1) }, shouldStop: shouldStop)
            func series(_ observable: Observable) -> [Estimate]? {
                guard let mean = result.layout.tensor(observable, of: result.mean),
                    let error = result.layout.tensor(observable, of: result.meanError)
                else { return nil }
                return zip(mean.elements, error.elements).map { Estimate(mean: $0, standardError: $1, count: result.count) }
            }
            return Course(clones: kind, losses: series(.loss(.test))!, accuracies: series(.accuracy(.test)))
        }
    }

    /// The first recorded step at which the loss of a course differs from that of the data by more than three standard errors; nil if none does.
    package func parting(_ course: Course) -> Int? {
        zip(courses[0].losses, course.losses).enumerated().first { _, pair in
            let error = (pair.0.standardError * pair.0.standardError + pair.1.standardError * pair.1.standardError).squareRoot()
            return abs(pair.0.mean - pair.1.mean) > 3 * error && error > 0
        }.map { steps[$0.offset] }
    }
}
