import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// What theory says of a study's learning curve, beside finite systems where there are some.
struct LearningCurveAnswer: Sendable {
    let study: LearningCurveStudy
    let theory: LearningCurveSurvey
    let check: LearningCurveCheck?
    var task: RegressionTask { theory.task }

    init(_ context: QuestionRunner.Context, simulates: Bool) throws {
        let study = context.study.learningCurve ?? LearningCurveStudy()
        self.study = study
        do {
            theory = try LearningCurveSurvey(
                study.task(), rate: study.learningRate, last: study.time, shouldStop: context.shouldStop,
                training: study.training(rate:))
            check =
                try simulates
                ? LearningCurveCheck(
                    theory,
                    LearningCurveCheck.ensembles(
                        theory, repeats: study.repeats, seed: study.seed, progress: context.progress,
                        shouldStop: context.shouldStop))
                : nil
        } catch let error as RegressionError {
            throw context.study.problem("learning_curve.\(error.key)", "'learning_curve.\(error.key)': \(error)")
        } catch let error as RegressionSystemError {
            throw context.study.problem("learning_curve", "'learning_curve': \(error)")
        } catch let error as LearningCurveCheckError {
            throw context.study.problem(
                "learning_curve",
                "'learning_curve': \(error); expected a smaller 'learning_curve.learning_rate' or larger 'dimension', 'samples' and 'width'"
            )
        }
    }
}

extension RegressionError {
    /// The key of the study that is to be changed.
    var key: String {
        switch self {
        case .badEnergy, .invisibleEnergy: "spectrum"
        case .badActivation: "activation"
        case .badCount(let what, _): what == "features" ? "width" : "samples"
        case .badVariance(let what, _): what.contains("initial") ? "initial_variance" : "noise"
        case .badRate, .unstableRate, .unstableNoise: "learning_rate"
        case .badMomentum, .momentumTooLarge: "momentum"
        case .badBatch: "batch_size"
        case .badTime, .fractionalStep: "time"
        case .badRidge: "ridge"
        }
    }
}
