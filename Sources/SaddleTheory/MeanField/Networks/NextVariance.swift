import SaddleModels
import SaddleNumerics

/// The next term of the series of N·variance of a loss in 1/N, with its whole error:
///
///     N Var ℓ_N = V + C/N,      C = n² (Var ℓ_n − Var line_n)
///
/// from networks of width n, whose losses ℓ differ from what these are to first order around the limit (``LimitLosses``). Where a loss is nearly learnt its slope
/// has vanished and the second order is most of what networks of any practical width vary by. What follows is seen from networks of half the width:
/// half of C, or the change of C if that is larger, is stated as an error beside that of sampling.
public struct NextVariance: Sendable, Equatable {
    /// Of the loss among all numbers.
    public var place: Int
    /// C
    public var value, error: Double

    /// `error` is the whole one, of sampling and of what follows C.
    public init(place: Int, value: Double, error: Double) { (self.place, self.value, self.error) = (place, value, error) }

    /// By which factor N·variance at a width differs from V. Where C is negative V²/(V − C/N), the same to this order, is positive at every width.
    func factor(of variance: Double, width: Int) -> Double {
        let share = value / Double(width) / variance
        return share < 0 ? 1 / (1 - share) : 1 + share
    }
}

extension MeanFieldProgress {
    func nextVariances(_ losses: LimitLosses) -> [NextVariance] {
        func terms(_ line: StreamingMoments, _ loss: StreamingMoments, width: Double) -> [(value: Double, error: Double)] {
            let (variance, first, error) = (loss.variance, line.variance, loss.varianceError)
            return losses.places.enumerated().map { k, place in
                let value = width * width * (variance[k] - first[place])
                // Both are of the same networks: as far as they agree their errors do.
                return (value, variance[k] > 0 ? abs(value) * error[k] / variance[k] : 0)
            }
        }
        let n = Double(networkWidth)
        let (own, half) = (terms(networks, networkLosses, width: n), terms(narrower, narrowerLosses, width: n / 2))
        return losses.places.enumerated().map { k, place in
            let left = max(abs(own[k].value) / 2, abs(own[k].value - half[k].value))
            return NextVariance(
                place: place, value: own[k].value, error: (left * left + own[k].error * own[k].error).squareRoot())
        }
    }
}

extension MeanFieldPrediction {
    /// What theory says of networks of one width: N·variance of losses with its next term, whose error counts as truncation, and panels scaled likewise.
    public func atWidth(_ width: Int) -> MeanFieldPrediction {
        let terms = nextVariances.filter { variance[$0.place] > 0 }
        if terms.isEmpty { return self }
        var (result, truncation) = (self, varianceTruncation)
        var factors = [Double](repeating: 1, count: layout.count)
        for term in terms {
            let i = term.place
            factors[i] = term.factor(of: variance[i], width: width)
            result.variance[i] *= factors[i]
            // Derivatives to V and to C/N, 1 and 1 where C is positive.
            let f = min(factors[i], 1), slope = f * (2 - f)
            result.varianceError[i] *= slope
            truncation[i] = hypotenuse(slope * truncation[i], f * f * term.error / Double(width))
        }
        result.varianceTruncation = truncation
        let scales = ObservablePanel(layout).values(of: factors.map { $0.squareRoot() })
        result.panels.halves = panels.halves.map { zip($0, scales).map(*) }
        return result
    }
}
