import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// Finite systems beside the limit: two sizes, extrapolated by a straight line in 1/size, and compared number by number.
///
/// A system and two copies of it side by side have the same limit, and differ from it by a/n + O(1/n²): the limit is 2·(two copies) − (one).
struct LearningCurveCheck: Sendable {
    static let kinds = ["train", "test", "other data, same features", "same data, other features", "nothing shared"]

    let places: [Double]
    /// Of the larger systems.
    let measured: [RegressionEnsemble.Place]
    let sizes: String
    private(set) var check = Check()

    /// Systems of one size, and half as many of twice that size.
    static func ensembles(_ answer: LearningCurveAnswer, _ context: QuestionRunner.Context) throws -> [RegressionEnsemble] {
        do {
            return try [1, 2].map { copies in
                // Work grows with the cube of the size; twice as many small systems.
                let (before, share) = copies == 1 ? (0.0, 0.2) : (0.2, 0.8)
                return try RegressionEnsemble(
                    answer.task, answer.comparedAxis, copies: copies, repeats: (copies == 1 ? 2 : 1) * answer.study.repeats,
                    seed: answer.study.seed &+ copies, progress: { context.progress(before + share * $0 / $1, 1) },
                    shouldStop: context.shouldStop)
            }
        } catch let error as RegressionSystemError {
            throw context.study.problem("learning_curve", "'learning_curve': \(error)")
        }
    }

    init(_ answer: LearningCurveAnswer, _ ensembles: [RegressionEnsemble], _ context: QuestionRunner.Context) throws {
        let study = answer.study
        let indices = answer.comparedIndices
        places = indices.map { answer.places[$0] }
        measured = ensembles[1].places
        let line = SizeExtrapolation(sizes: [1, 2])
        let (d, p) = (2 * study.dimension, 2 * study.samples)
        sizes = "D = \(d), P = \(p)" + (study.width.map { ", N = \(2 * $0)" } ?? "")
        for (place, index) in indices.enumerated() {
            let losses = answer.losses[index], s = losses.sources
            let theory = [
                losses.train, s.total, s.bias + s.features + s.initialWeights, s.bias + s.data + s.labelNoise, s.bias,
            ]
            func values(_ place: RegressionEnsemble.Place) -> [Estimate] {
                [place.train, place.same, place.sameFeatures, place.sameData, place.separate]
            }
            let (one, two) = (values(ensembles[0].places[place]), values(ensembles[1].places[place]))
            for k in theory.indices {
                let (a, b) = (one[k], two[k])
                guard a.mean.isFinite, b.mean.isFinite, a.standardError.isFinite, b.standardError.isFinite else {
                    throw context.study.problem(
                        "learning_curve",
                        "'learning_curve': finite systems diverge at \(answer.axisName) \(places[place]), though theory does not: the largest "
                            + "curvature of a small system exceeds its limit; expected a smaller 'learning_curve.learning_rate' or larger "
                            + "'dimension', 'samples' and 'width'")
                }
                // Losses are positive; products of different residuals are as heavy-tailed.
                let size = k == 0 ? theory[0] : losses.test
                let freedom = [a, b].map { EffectiveFreedom.positive($0, scale: size) }
                check.add(
                    .mean(
                        Self.kinds[k], at: "\(answer.axisName) \(NumberText.short(places[place]))", predicted: theory[k],
                        measured: [a, b], freedom: freedom, line: line, scale: size))
            }
        }
    }
}
