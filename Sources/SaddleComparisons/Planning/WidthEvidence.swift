import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// What is known of networks of every width after training, from theory or from ensembles of a few widths.
public struct WidthEvidence: Sendable {
    /// Where the evidence is from.
    public enum Source: Sendable, Equatable {
        /// Predicted, without any network.
        case theory
        /// Networks of each width.
        case networks([Int], widths: [Int])
    }

    /// Theory, or the ensembles that the series were fitted to.
    public let source: Source
    /// The expected loss of one network, and v = ½ Σ_c Var f_c averaged over samples, as series in 1/N.
    public let loss, spread: WidthSeries
    /// N·variance of the loss between networks, as far as it is known: how many it takes to measure a mean.
    public let lossVariance: Double
    package let made: MadeNetworks
    /// Outputs of a network for one sample.
    public let outputs: Int
    /// The smallest width of which anything was seen.
    public let least: Int
    /// Whether averaging outputs of networks lowers their loss by what v says.
    public let isSquared: Bool

    /// From ensembles of ascending widths, three or more, of two networks or more each.
    ///
    /// - Throws: ``PlanningError``.
    package init(_ ensembles: [EnsembleStatistics], layout: ObservableLayout, set: SampleSet, loss: Loss) throws {
        let panel = ObservablePanel(layout), entry = layout[.loss(set)]!, final = panel.final!
        let place = entry.range.upperBound - 1, widths = ensembles.map(\.width)
        source = .networks(ensembles.map(\.networks), widths: widths)
        outputs = final.stride / panel.finalSamples
        let losses = ensembles.map { Estimate(mean: $0.mean[place], standardError: $0.meanError[place], count: $0.networks) }
        if losses.contains(where: { $0.standardError <= 0 }) { throw PlanningError.identicalNetworks }
        self.loss = WidthSeries(fitting: losses, widths: widths, powers: [0, 1, 2])!
        let rows = ensembles.map { $0.panel.map { Array($0[final.range]) } }
        let spreads = rows.map { Self.spread($0, samples: panel.finalSamples) }
        spread = WidthSeries(fitting: spreads, widths: widths, powers: [1, 2])!
        let last = ensembles.count - 1
        lossVariance = Double(widths[last]) * ensembles[last].variance[place]
        made = MadeNetworks(wide: rows[last], narrow: rows[last - 1], width: widths[last], outputs: outputs)
        (least, isSquared) = (widths[0], loss == .squared)
    }

    /// v of networks, each a row of outputs of samples; every network is one sample of it.
    package static func spread(_ rows: [[Double]], samples: Int) -> Estimate {
        let count = Double(rows.count)
        let mean = MadeNetworks.mean(rows)
        return Estimate(
            rows.map { row in
                let squares = zip(row, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                return 0.5 * squares / Double(samples) * count / (count - 1)
            })
    }

    /// From theory; nil without corrections.
    package init?(_ prediction: MeanFieldPrediction, set: SampleSet, loss: Loss) {
        let panel = ObservablePanel(prediction.layout), panels = prediction.panels
        guard let entry = prediction.layout[.loss(set)], let outputs = prediction.layout[.output(set)], let final = panel.final,
            !prediction.bias.isEmpty, !panels.shifts.isEmpty, panels.halves.count > 1
        else { return nil }
        let place = entry.range.upperBound - 1
        let limitError = prediction.meanTotalError(at: place), biasError = prediction.biasTotalError(at: place)
        // N·bias is n(E q_n − q∞): it shares the error of the limit.
        let shared =
            prediction.networks > 0
            ? -Double(prediction.networkWidth) * prediction.meanError[place] * prediction.meanError[place] : 0
        self.loss = WidthSeries(
            powers: [0, 1], coefficients: [prediction.mean[place], prediction.bias[place]],
            covariance: Matrix(rows: 2, columns: 2) { i, j in
                i != j ? shared : i == 0 ? limitError * limitError : biasError * biasError
            })
        let range = outputs.range(at: outputs.times - 1), half = 0.5 / Double(outputs.samples)
        let v = half * prediction.variance[range].reduce(0, +),
            δv = half * range.reduce(0) { $0 + prediction.varianceTotalError(at: $1) }
        spread = WidthSeries(powers: [1], coefficients: [v], covariance: Matrix(rows: 1, columns: 1) { _, _ in δv * δv })
        lossVariance = prediction.variance[place]
        self.outputs = final.stride / panel.finalSamples
        func rows(_ all: [[Double]]) -> [[Double]] { all.map { Array($0[final.range]) } }
        made = MadeNetworks(
            limits: rows(panels.limits.isEmpty ? panels.solutions : panels.limits), shifts: rows(panels.shifts),
            fluctuations: rows(panels.halves), outputs: self.outputs)
        least = max(prediction.networkWidth / 2, 1)
        source = .theory
        isSquared = loss == .squared
    }

    /// Root mean square deviation of an output between networks.
    public func outputSpread(at width: Double) -> (value: Double, error: Double) {
        let (v, error) = spread.value(at: width)
        let root = (2 * max(v, 0) / Double(outputs)).squareRoot()
        return (root, root > 0 ? root * error / (2 * v) : error.squareRoot())
    }

    /// Expected loss of the averaged outputs of E networks: L(N) − (1 − 1/E) v(N), with its standard error.
    public func loss(width: Double, networks: Int) -> (value: Double, error: Double) {
        let (one, oneError) = loss.value(at: width), (v, vError) = spread.value(at: width), share = 1 - 1 / Double(networks)
        return (one - share * v, (oneError * oneError + share * share * vError * vError).squareRoot())
    }
}

/// Why nothing can be planned.
public enum PlanningError: Error, CustomStringConvertible {
    /// Outputs, and with them losses, are the same in all networks of a width.
    case identicalNetworks

    public var description: String {
        "networks do not differ from each other at the last step (no training, or outputs that are centred), so there is nothing to plan; expected "
            + "training.steps of 1 or more"
    }
}
