import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What the theory took, and what ensembles of networks would take that tell N·variance of the losses as well, at the widths of a study.
///
/// The relative error of a variance over M networks is what the samples behind the theory say of one, over √M: networks are
/// charged neither for the terms of the series in 1/N that they contain, nor for the limit and N·bias, which they do not tell.
public struct TheoryCost: Codable, Sendable, Equatable {
    /// The ensemble of one width that knows N·variance of the losses as well as the theory.
    public struct Ensemble: Codable, Sendable, Equatable {
        /// N, the width of its networks.
        public var width: Int
        /// Networks needed, two or more.
        public var networks: Int
        /// To train them, on all cores together.
        public var seconds: Double
    }

    /// Of the theory.
    public var seconds: Double
    /// Relative error of N·variance of the losses, root mean square over the recorded times.
    public var accuracy: Double
    /// One for each width of the study.
    public var ensembles: [Ensemble]

    /// - Parameters:
    ///   - seconds: that the theory took.
    ///   - networkSeconds: that one network of a width takes, on all cores together.
    /// - Returns: nil without N·variance, or where a loss varies so little that its error is not known.
    public init?(_ prediction: MeanFieldPrediction, seconds: Double, networkSeconds: [(width: Int, seconds: Double)]) {
        let (layout, variance) = (prediction.layout, prediction.variance)
        guard !variance.isEmpty, !networkSeconds.isEmpty else { return nil }
        let sampling = layout.relativeErrorOfLosses(variance: variance, errors: prediction.varianceError)
        let whole = layout.relativeErrorOfLosses(variance: variance, errors: prediction.varianceTotalError)
        guard sampling > 0, whole.isFinite else { return nil }
        (self.seconds, accuracy) = (seconds, whole)
        let networks = Double(prediction.varianceSamples) * (sampling / whole) * (sampling / whole)
        ensembles = networkSeconds.map {
            Ensemble(width: $0.width, networks: max(2, Int(networks.rounded(.up))), seconds: networks * $0.seconds)
        }
    }
}

extension TheoryCost {
    /// For the terminal and the report.
    public var sentence: String {
        func time(_ seconds: Double) -> String { NumberText.duration(seconds: rounded(seconds, digits: 2)) }
        let others = ensembles.map {
            "\(time($0.seconds)) at width \(NumberText.count($0.width)) (\(NumberText.count($0.networks)) networks)"
        }
        return
            "The theory took \(time(seconds)) and knows N·variance of the losses to \(NumberText.percent(accuracy)); "
            + "an ensemble that knows it as well takes \(others.joined(separator: ", "))."
    }
}
