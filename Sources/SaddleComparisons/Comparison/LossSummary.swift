import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// A loss at the last recorded step: at infinite width, and at every width by theory and as measured.
public struct LossSummary: Codable, Sendable {
    /// A number with its standard error.
    public struct Number: Codable, Sendable {
        /// The best estimate.
        public var value: Double
        /// The whole error; nil if unknown.
        public var error: Double?
        /// The part of it that truncation makes (`predict.tolerance`); nil where nothing is truncated.
        public var truncation: Double?

        /// Errors that are not finite count as unknown.
        public init(_ value: Double, _ error: Double, truncation: Double? = nil) {
            self.value = value
            self.error = error.isFinite ? error : nil
            self.truncation = truncation.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// The loss at one width: its mean over networks, and how much one network differs from the next.
    public struct Width: Codable, Sendable {
        /// N, the width of the networks.
        public var width: Int
        /// ℓ∞ + b/N; nil without corrections.
        public var predictedMean: Number?
        /// Mean over the ensemble; nil without one of this width.
        public var measuredMean: Number?
        /// Standard deviation of the loss between networks, √(V/N); nil without corrections.
        public var predictedSpread: Number?
        /// The same of the ensemble; nil where it does not spread.
        public var measuredSpread: Number?
    }

    /// ℓ∞, with its error; nil without a theory.
    public var infiniteWidth: Number?
    /// One for each width of the study.
    public var widths: [Width]

    package init(infiniteWidth: Number? = nil, widths: [Width]) { (self.infiniteWidth, self.widths) = (infiniteWidth, widths) }

    /// - Parameter layout: of the numbers of both sides.
    /// - Returns: nil where the loss was not recorded.
    package init?(
        _ loss: Observable, prediction: MeanFieldPrediction?, ensembles: [EnsembleStatistics], layout: ObservableLayout,
        widths: [Int]
    ) {
        guard let last = layout[loss].map({ $0.range.upperBound - 1 }) else { return nil }
        self.init(
            infiniteWidth: prediction.map {
                .init($0.mean[last], $0.meanTotalError(at: last), truncation: $0.meanTruncation[last])
            },
            widths: widths.map { Self.width(loss, at: last, $0, prediction, ensembles) })
    }

    private static func width(
        _ loss: Observable, at i: Int, _ width: Int, _ prediction: MeanFieldPrediction?, _ ensembles: [EnsembleStatistics]
    ) -> Width {
        let n = Double(width)
        var result = Width(width: width)
        if let prediction = prediction?.atWidth(width), !prediction.variance.isEmpty {
            let (error, biasError) = (prediction.meanError[i], prediction.biasError[i] / n)
            // Both truncation errors are of the same bases.
            let truncation = prediction.meanTruncation[i] + prediction.biasTruncation[i] / n
            result.predictedMean = .init(
                prediction.mean[i] + prediction.bias[i] / n,
                (error * error + biasError * biasError + truncation * truncation).squareRoot(), truncation: truncation)
            result.predictedSpread = spread(
                prediction.variance[i] / n, prediction.varianceTotalError(at: i) / n,
                truncation: prediction.varianceTruncation[i] / n)
        }
        if let scalar = prediction?.scalars.first(where: { $0.name == loss.name }), let variance = scalar.variance.last,
            let error = scalar.errors.last, let truncation = scalar.truncation.last
        {
            result.predictedSpread = spread(variance.mean / n, error / n, truncation: truncation / n)
        }
        if let measured = ensembles.first(where: { $0.width == width }) {
            result.measuredMean = .init(measured.mean[i], measured.meanError[i])
            result.measuredSpread = spread(measured.variance[i], measured.varianceError[i])
        }
        return result
    }

    /// √V, with the error of V carried over: δ√V = δV/(2√V).
    private static func spread(_ variance: Double, _ error: Double, truncation: Double? = nil) -> Number? {
        guard variance > 0, variance.isFinite else { return nil }
        let slope = 1 / (2 * variance.squareRoot())
        return Number(variance.squareRoot(), error * slope, truncation: truncation.map { $0 * slope })
    }
}

extension LossSummary.Number: CustomStringConvertible {
    public var description: String { NumberText.withError(value, error ?? .infinity) }
}
