import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Finite systems beside the limit: two sizes, extrapolated by a straight line in 1/size, and compared number by number.
///
/// A system and two copies of it side by side have the same limit, and differ from it by a/n + O(1/n²): the limit is 2·(two copies) − (one).
package struct LearningCurveCheck: Sendable {
    package static let kinds = ["train", "test", "other data, same features", "same data, other features", "nothing shared"]

    package let places: [Double]
    /// Of the larger systems.
    package let measured: [RegressionEnsemble.Place]
    package let sizes: String
    package private(set) var check = Check()

    /// Systems of one size, and half as many of twice that size.
    ///
    /// - Throws: ``RegressionSystemError``.
    package static func ensembles(
        _ theory: LearningCurveSurvey, repeats: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [RegressionEnsemble] {
        try [1, 2].map { copies in
            // Work grows with the cube of the size; twice as many small systems.
            let (before, share) = copies == 1 ? (0.0, 0.2) : (0.2, 0.8)
            return try RegressionEnsemble(
                theory.task, theory.comparedAxis, copies: copies, repeats: (copies == 1 ? 2 : 1) * repeats, seed: seed &+ copies,
                progress: { progress?(before + share * $0 / $1, 1) }, shouldStop: shouldStop)
        }
    }

    /// - Throws: ``LearningCurveCheckError``.
    package init(_ theory: LearningCurveSurvey, _ ensembles: [RegressionEnsemble]) throws(LearningCurveCheckError) {
        let indices = theory.comparedIndices
        places = indices.map { theory.places[$0] }
        measured = ensembles[1].places
        let line = SizeExtrapolation(sizes: [1, 2])
        let task = theory.task
        sizes =
            "D = \(Int(2 * task.spectrum.dimension)), P = \(Int(2 * task.samples))"
            + (task.width < .infinity ? ", N = \(Int(2 * task.width))" : "")
        for (place, index) in indices.enumerated() {
            let losses = theory.losses[index], s = losses.sources
            let predicted = [
                losses.train, s.total, s.bias + s.features + s.initialWeights, s.bias + s.data + s.labelNoise, s.bias,
            ]
            func values(_ place: RegressionEnsemble.Place) -> [Estimate] {
                [place.train, place.same, place.sameFeatures, place.sameData, place.separate]
            }
            let (one, two) = (values(ensembles[0].places[place]), values(ensembles[1].places[place]))
            for k in predicted.indices {
                let (a, b) = (one[k], two[k])
                guard a.mean.isFinite, b.mean.isFinite, a.standardError.isFinite, b.standardError.isFinite else {
                    throw .diverged(axis: theory.axisName, place: places[place])
                }
                // Losses are positive; products of different residuals are as heavy-tailed.
                let size = k == 0 ? predicted[0] : losses.test
                let freedom = [a, b].map { EffectiveFreedom.positive($0, scale: size) }
                check.add(
                    .mean(
                        Self.kinds[k], at: "\(theory.axisName) \(NumberText.short(places[place]))", predicted: predicted[k],
                        measured: [a, b], freedom: freedom, line: line, scale: size))
            }
        }
    }
}

package enum LearningCurveCheckError: Error, CustomStringConvertible {
    /// The largest curvature of a finite system exceeds its limit.
    case diverged(axis: String, place: Double)

    package var description: String {
        switch self {
        case .diverged(let axis, let place):
            "finite systems diverge at \(axis) \(place), though theory does not: the largest curvature of a small system exceeds its limit"
        }
    }
}

extension LearningCurveSurvey {
    /// Places that are compared with finite systems.
    package var comparedIndices: [Int] {
        let last = places.count - 1
        return Set((0...5).map { last * $0 / 5 }).sorted()
    }
    package var comparedAxis: RegressionAxis {
        let chosen = comparedIndices.map { places[$0] }
        return training.map { .training($0, times: chosen) } ?? .ridges(chosen)
    }
}
