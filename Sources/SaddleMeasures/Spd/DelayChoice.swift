import SaddleNumerics

/// Lag and order of a delay embedding, chosen from series alone: labels have no part in it.
///
/// The lag is the first minimum of the mutual information of the series with themselves, the least of all lags up to twice it (an estimate has
/// noise, and minima next to each other are its own); without one, the first lag where the
/// autocorrelation is below 1/e; without that, 1. The order is the first with less than 5 % false neighbours in every channel's mean; without
/// one, that with the least.
public struct DelayChoice: Sendable {
    /// What decided the lag: its first minimum of information, the decay of the autocorrelation, or nothing, and it is 1.
    public enum LagRule: String, Sendable { case given, minimumOfInformation, autocorrelation, none }
    /// What decided the order: few false neighbours, or the fewest where no order has few.
    public enum OrderRule: String, Sendable { case given, fewFalseNeighbours, leastFalseNeighbours }

    /// False neighbours that an order may have.
    public static let allowedShare = 0.05

    /// Order and lag, as given or chosen.
    public let embedding: DelayEmbedding
    /// Where the lag is from.
    public let lagRule: LagRule
    /// Where the order is from.
    public let orderRule: OrderRule
    /// Means over channels, at lags 1, 2, …
    public let information: [Double]
    /// Mean over channels, at lags 1, 2, …
    public let autocorrelation: [Double]
    /// Means over channels, for orders 1, 2, …
    public let falseShares: [Double]

    /// - Parameters:
    ///   - trials: times × channels each, of the same shape; 8 times or more.
    ///   - lag, order: chosen if nil.
    ///   - largestOrder: of those that are tried.
    public init(_ trials: [Matrix], lag: Int?, order: Int?, largestOrder: Int) {
        let times = trials[0].rows, channels = trials[0].columns
        precondition(times >= 8 && trials.allSatisfy { $0.rows == times && $0.columns == channels }, "trials of \(times) times")
        let series = (0..<channels).map { c in trials.map { trial in (0..<times).map { trial[$0, c] } } }
        let lastLag = max(2, min(times / 3, 60))
        let information = series.map { DelayEmbedding.mutualInformation($0, upTo: lastLag) }.means
        let correlations = series.compactMap { DelayEmbedding.autocorrelations($0, upTo: lastLag) }.means
        (self.information, autocorrelation) = (information, Array(correlations.dropFirst()))
        let usedLag: Int
        if let lag {
            (usedLag, lagRule) = (lag, .given)
        } else if let minimum = Self.firstMinimum(information) {
            (usedLag, lagRule) = (minimum, .minimumOfInformation)
        } else if let decay = correlations.firstIndex(where: { $0 < 0.36787944117144233 }) {
            (usedLag, lagRule) = (max(decay, 1), .autocorrelation)
        } else {
            (usedLag, lagRule) = (1, .none)
        }
        // Delays take less than half of the times.
        let last = max(1, min(largestOrder, (times / 2 - 1) / usedLag + 1))
        let shares = series.map { DelayEmbedding.falseNeighbours($0, lag: usedLag, upTo: last, points: 600) }.means
        falseShares = shares
        if let order {
            (embedding, orderRule) = (DelayEmbedding(order: order, lag: usedLag), .given)
        } else if let few = shares.firstIndex(where: { $0 < Self.allowedShare }) {
            (embedding, orderRule) = (DelayEmbedding(order: few + 1, lag: usedLag), .fewFalseNeighbours)
        } else {
            let least = shares.indices.min { shares[$0] < shares[$1] }!
            (embedding, orderRule) = (DelayEmbedding(order: least + 1, lag: usedLag), .leastFalseNeighbours)
        }
    }
}

extension DelayChoice {
    /// The first lag, from 2 on, with no more information than any up to twice it, all of which must be known.
    static func firstMinimum(_ information: [Double]) -> Int? {
        (1...max(information.count / 2, 1)).dropFirst().first { information[$0 - 1] == information[..<(2 * $0)].min()! }
    }
}

extension [[Double]] {
    /// Mean of lists of one length, element by element.
    fileprivate var means: [Double] {
        guard let first else { return [] }
        return first.indices.map { i in reduce(0) { $0 + $1[i] } / Double(count) }
    }
}
