#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// How much a finite width slows learning: how many steps more than the infinitely wide network one of width N takes to the same loss.
///
///     s_N(t) = t′ − t,   ℓ_N(t′) = ℓ_∞(t) for the first time,   ℓ_N = ℓ_∞ + b/N as predicted, or as measured
///
/// at recorded times t at which ℓ_∞ is lower than at all before. Negative where a width learns faster. Between recorded times curves are
/// monotone cubics.
public struct StepsLost: Codable, Sendable {
    /// Steps lost; nil where the loss is not reached in the steps of the study.
    public struct Delay: Codable, Sendable, CustomStringConvertible {
        /// Steps lost, fractional; nil where the loss is not reached.
        public var steps: Double?
        /// Of both losses, as if independent, over the slope of the curve; and of the interpolation.
        public var error: Double?
        /// One standard deviation between networks.
        public var spread: Double?

        public var description: String { steps.map { NumberText.withError($0, error ?? .infinity) } ?? "not reached" }
    }

    /// Both delays at one width.
    public struct Width: Codable, Sendable {
        /// N, the width of the networks.
        public var width: Int
        /// From ℓ∞ + b/N; nil without corrections.
        public var predicted: Delay?
        /// From the mean loss of the ensemble; nil without one of this width.
        public var measured: Delay?
    }

    /// A recorded step, and what each width loses there.
    public struct Point: Codable, Sendable {
        /// Recorded step t of the infinitely wide network.
        public var step: Int
        /// Of the infinitely wide network.
        public var loss: Double
        /// One for each width of the study.
        public var widths: [Width]
    }

    /// In the order of their steps.
    public var points: [Point]

    /// A few of them, for a table: those nearest to an eighth, a quarter and half of all steps.
    public func shown(of steps: Int) -> [Point] {
        let nearest = [8, 4, 2].compactMap { part in
            points.indices.min { distance($0, steps / part) < distance($1, steps / part) }
        }
        return Set(nearest).sorted().map { points[$0] }
    }

    private func distance(_ i: Int, _ step: Int) -> Int { abs(points[i].step - step) }

    /// - Parameters:
    ///   - steps: the recorded ones.
    ///   - layout: of the numbers of both sides.
    /// - Returns: nil without the limit, or where no loss falls.
    package init?(
        _ loss: Observable, steps: [Int], prediction: MeanFieldPrediction?, ensembles: [EnsembleStatistics], widths: [Int]
    ) {
        guard let prediction, let range = prediction.layout[loss]?.range, range.count == steps.count else { return nil }
        let limit = range.map { prediction.mean[$0] }, limitErrors = range.map { prediction.meanTotalError(at: $0) }
        let curves = widths.map { width -> (width: Int, predicted: LossCurve?, measured: LossCurve?) in
            let n = Double(width), own = prediction.atWidth(width)
            let predicted =
                prediction.bias.isEmpty
                ? nil
                : LossCurve(
                    steps, range.map { prediction.mean[$0] + prediction.bias[$0] / n },
                    errors: range.map { hypot(prediction.meanTotalError(at: $0), prediction.biasTotalError(at: $0) / n) },
                    spread: range.map { (own.variance[$0] / n).squareRoot() })
            let measured = ensembles.first { $0.width == width }.map { ensemble in
                LossCurve(
                    steps, range.map { ensemble.mean[$0] }, errors: range.map { ensemble.meanError[$0] },
                    spread: ensemble.networks > 1 ? range.map { ensemble.variance[$0].squareRoot() } : nil)
            }
            return (width, predicted, measured)
        }
        points = steps.indices.dropFirst().filter { i in limit[..<i].allSatisfy { $0 > limit[i] } }.map { i in
            Point(
                step: steps[i], loss: limit[i],
                widths: curves.map { curve in
                    func delay(_ losses: LossCurve?) -> Delay? {
                        losses?.delay(to: limit[i], error: limitErrors[i], from: Double(steps[i]))
                    }
                    return Width(width: curve.width, predicted: delay(curve.predicted), measured: delay(curve.measured))
                })
        }
        if points.isEmpty { return nil }
    }
}
