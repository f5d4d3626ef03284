import SaddleModels
import SaddleNumerics

/// By how much the expected loss of networks of width N exceeds that of the limit, at order 1/N and one recorded time.
///
///     E ½(f − y)² = ½(f∞ − y)² + (v + B)/N,      v = ½ Var f,   B = (f∞ − y)·b,      N·variance and N·bias
///
/// summed over outputs and averaged over samples. The part v, from the spread between networks, also falls when the outputs of E networks are averaged;
/// the part B, from their common bias, falls with the width alone. Other losses are not split.
public struct ExcessLoss: Sendable {
    /// A number with its whole error; infinite if unknown.
    public struct Part: Sendable {
        /// The error is infinite if unknown.
        public let value, error: Double
        /// Known to differ from zero.
        public var isResolved: Bool { abs(value) > 2 * error }
    }

    /// Loss at infinite width.
    public let limit: Double
    /// N × (expected loss − limit).
    public let whole: Part
    /// v and B; nil unless the loss is squared.
    public let spread, bias: Part?

    /// Width at which the excess is a given fraction of the limit; nil if it is not positive at any width.
    public func width(for fraction: Double) -> Double? {
        whole.value > 0 && limit > 0 ? whole.value / (fraction * limit) : nil
    }

    /// How a larger budget for training lowers the loss most.
    public enum Advice: Sendable, Equatable {
        /// The bias lowers the loss.
        case average
        /// Over so many networks; beyond that, widen.
        case averageUpTo(Double)
        /// Wider networks lower the loss most.
        case widen
    }

    /// An average of E networks keeps the bias B and divides the spread v by E.
    ///
    /// Cost m buys E = m networks, or widths larger by m (one hidden layer: cost ∝ N) or by √m (more: cost ∝ N²). With
    /// k = √m, averaging wins as long as v/k² + B < (v + B)/k, that is B < v/k; with one hidden layer, if B < 0.
    public func advice(hiddenLayers: Int) -> Advice? {
        guard let v = spread?.value, let b = bias?.value else { return nil }
        if b <= 0 { return .average }
        let ratio = v / b
        return hiddenLayers == 1 || ratio < 2.0.squareRoot() ? .widen : .averageUpTo(ratio * ratio)
    }
}

extension MeanFieldPrediction {
    /// Nil without corrections or samples.
    public func excessLoss(_ set: SampleSet, time: Int, loss: Loss) -> ExcessLoss? {
        guard !bias.isEmpty, let place = layout[.loss(set)], let outputs = layout[.output(set)] else { return nil }
        let i = place.range.lowerBound + time
        guard mean[i].isFinite, bias[i].isFinite else { return nil }
        let whole = ExcessLoss.Part(value: bias[i], error: biasTotalError(at: i))
        guard loss == .squared else { return ExcessLoss(limit: mean[i], whole: whole, spread: nil, bias: nil) }
        // Errors of outputs are added as if fully correlated: on the safe side.
        let (range, half) = (outputs.range(at: time), 0.5 / Double(outputs.samples))
        let spread = ExcessLoss.Part(
            value: half * variance[range].reduce(0, +), error: half * range.reduce(0) { $0 + varianceTotalError(at: $1) })
        let rest = ExcessLoss.Part(
            value: whole.value - spread.value, error: (spread.error * spread.error + whole.error * whole.error).squareRoot())
        return ExcessLoss(limit: mean[i], whole: whole, spread: spread, bias: rest)
    }
}
