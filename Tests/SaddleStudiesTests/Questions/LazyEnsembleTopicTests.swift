import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

@testable import SaddleStudies

/// Ensembles in the ntk parameterisation go to the lazy limit, in mean and variance; a prediction for another learning rate does not.
@Suite struct LazyEnsembleTopicTests {
    private func context(_ settings: [String]) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: l
                data: {source: gaussian, train: 6, test: 3, dimension: 6, teacher: linear}
                network: {hidden_layers: 2, activation: erf, bias_scale: 0.3, parameterization: ntk}
                training: {steps: 20, learning_rate: 0.5}
                simulate: {widths: [64, 256], networks: 60}
                record: 4
                """, settings: settings, file: "l.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    @Test(arguments: [false, true]) func goesToTheLazyLimit(isCentered: Bool) throws {
        let result = try SimulateLazy.answer(context(["network.centered=\(isCentered)"]))
        #expect(result.verdict == .agrees, "\(result.text)")
        #expect(result.text.contains("Agrees"))
    }

    /// Negative controls: measurements of one study beside the lazy limit of twice the learning rate, or of weights 10 % larger.
    @Test(arguments: ["training.learning_rate=1", "network.weight_scale=1.1"]) func wrongTheoryIsNoticed(setting: String) throws {
        let right = try context([]), wrong = try context([setting])
        let experiment = try right.study.experiment(includesTheory: false).0
        let ensembles = try [64, 256].map {
            try Ensemble(experiment, EnsembleSettings(width: $0, networks: 60, seed: 5, recordsKernels: false)).train()
        }
        func check(_ context: QuestionRunner.Context) throws -> Check {
            let study = context.study
            let theory = try LazySolution(
                Experiment(
                    network: study.network, data: experiment.data, training: study.training, recordedSteps: study.recordedSteps))
            return LazyCheck(
                theory, widths: [64, 256], moments: ensembles.map(\.moments), layout: ensembles[0].layout
            ).check
        }
        #expect(try check(right).verdict == .agrees)
        #expect(try check(wrong).verdict == .disagrees)
    }

    /// Networks of feature learning have no lazy limit to compare with, other losses no closed spread, and long steps no limit.
    @Test(arguments: [
        "network.parameterization=mean_field", "training.loss=cross_entropy", "simulate.widths=[64]", "training.learning_rate=50",
    ])
    func whatIsNotServedIsNamed(setting: String) throws {
        #expect(throws: StudyFileError.self) { try SimulateLazy.answer(self.context([setting])) }
    }
}
