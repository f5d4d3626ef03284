import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Finite systems beside the limit: two sizes, extrapolated by a straight line in 1/size, and compared number by number.
///
/// A system and two copies of it side by side have the same limit, and differ from it by a/n + O(1/n²): the limit is 2·(two copies) − (one).
struct LearningCurveCheck: Sendable {
    static let kinds = ["train", "test", "other data, same features", "same data, other features", "nothing shared"]

    struct Row: Encodable, Sendable {
        let place: Double
        let kind: String
        let theory, one, oneError, two, twoError, z: Double
    }

    struct Numbers: Encodable, Sendable {
        let passes: Bool
        let compared: Int
        let largestZ, threshold: Double
        let rows: [Row]
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4

    let places: [Double]
    /// Of the larger systems.
    let measured: [RegressionEnsemble.Place]
    let sizes: String
    private(set) var rows: [Row] = []

    init(_ answer: LearningCurveAnswer, _ context: TopicRunner.Context) throws {
        let study = answer.study
        let axis = answer.comparedAxis
        let ensembles: [RegressionEnsemble]
        do {
            ensembles = try [1, 2].map { copies in
                // Work grows with the cube of the size; twice as many small systems.
                let (before, share) = copies == 1 ? (0.0, 0.2) : (0.2, 0.8)
                return try RegressionEnsemble(
                    answer.task, axis, copies: copies, repeats: (copies == 1 ? 2 : 1) * study.repeats,
                    seed: study.seed &+ copies, progress: { context.progress(before + share * $0 / $1, 1) },
                    shouldStop: context.shouldStop)
            }
        } catch let error as RegressionSystemError {
            throw context.study.problem("learning_curve", "'learning_curve': \(error)")
        }
        let indices = answer.comparedIndices
        places = indices.map { answer.places[$0] }
        measured = ensembles[1].places
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
                let difference = 2 * b.mean - a.mean - theory[k]
                let (va, vb) = (a.standardError * a.standardError, 4 * b.standardError * b.standardError)
                // Rounding is no difference.
                let isEqual = abs(difference) <= 1e-9 * (abs(theory[k]) + 1e-6)
                let freedom = (va + vb) * (va + vb) / (va * va / Double(a.count - 1) + vb * vb / Double(b.count - 1))
                rows.append(
                    Row(
                        place: places[place], kind: Self.kinds[k], theory: theory[k], one: a.mean, oneError: a.standardError,
                        two: b.mean, twoError: b.standardError,
                        z: isEqual ? 0 : normalScore(t: difference / (va + vb).squareRoot(), degreesOfFreedom: freedom)))
            }
        }
    }

    var worst: Double { rows.map { abs($0.z) }.max() ?? 0 }
    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(rows.count)) }
    var passes: Bool { verdict != .disagrees }

    enum Verdict { case agrees, disagrees, undecided }

    /// The numbers beyond the threshold; where one of them changes by more than a third between the two sizes, a straight line in 1/size
    /// cannot be trusted to reach the limit.
    var verdict: Verdict {
        let failures = rows.filter { abs($0.z) > threshold }
        if failures.isEmpty { return .agrees }
        return failures.allSatisfy { abs($0.one - $0.two) > abs($0.two) / 3 } ? .undecided : .disagrees
    }
    var numbers: Numbers {
        Numbers(passes: passes, compared: rows.count, largestZ: worst, threshold: threshold, rows: rows)
    }
}
