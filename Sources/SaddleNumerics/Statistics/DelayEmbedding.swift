/// Series beside their own past: row t is (x_t, x_{t+τ}, …, x_{t+(p−1)τ}).
///
/// With an order p large enough this is one-to-one on the attractor of what made the series (Takens 1981), and its covariance holds the
/// autocovariances at lags 0, τ, … (p − 1)τ in blocks, those of the Yule–Walker equations.
public struct DelayEmbedding: Sendable, Equatable {
    /// p
    public let order: Int
    /// τ
    public let lag: Int

    /// Rows of `order` values, `lag` times apart; both at least 1.
    public init(order: Int, lag: Int) {
        precondition(order >= 1 && lag >= 1, "order \(order), lag \(lag)")
        (self.order, self.lag) = (order, lag)
    }

    /// Times that are lost.
    public var span: Int { (order - 1) * lag }

    /// - Parameter series: times × channels, more times than ``span``.
    /// - Returns: (times − span) × (channels · order), the copy without delay first.
    public func apply(_ series: Matrix) -> Matrix {
        precondition(series.rows > span, "\(series.rows) times for a delay of \(span)")
        let count = series.rows - span
        var result = Matrix(rows: count, columns: 0)
        for copy in 0..<order {
            result.appendColumns(of: Matrix(rows: count, columns: series.columns) { series[$0 + copy * lag, $1] })
        }
        return result
    }
}

extension DelayEmbedding {
    /// Mean over series of the autocorrelation at lags 0 ... `last`, each over the times that both factors have, with the series' own mean and variance;
    /// constant series have none and are left out. Nil if all are constant.
    public static func autocorrelations(_ series: [[Double]], upTo last: Int) -> [Double]? {
        precondition(series.allSatisfy { $0.count > last }, "lag \(last) of a series of \(series.map(\.count).min() ?? 0) times")
        var (sums, count) = ([Double](repeating: 0, count: last + 1), 0.0)
        for x in series {
            let mean = x.reduce(0, +) / Double(x.count), centred = x.map { $0 - mean }
            let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(x.count)
            guard variance > 1e-24 * x.reduce(0, { max($0, $1 * $1) }) else { continue }
            for lag in 0...last {
                let pairs = x.count - lag
                sums[lag] += (0..<pairs).reduce(0) { $0 + centred[$1] * centred[$1 + lag] } / Double(pairs) / variance
            }
            count += 1
        }
        return count > 0 ? sums.map { $0 / count } : nil
    }

    /// Mutual information of a series with itself later, at lags 1 ... `last`, by neighbours, in nats; pairs of all series together.
    ///
    /// - Parameter pairs: at most so many, evenly spread.
    public static func mutualInformation(_ series: [[Double]], upTo last: Int, neighbours k: Int = 3, pairs limit: Int = 1000)
        -> [Double]
    {
        Threads.compute(last) { index in
            let lag = index + 1
            let all = series.indices.flatMap { s in (0..<(series[s].count - lag)).map { (s, $0) } }
            let stride = max(1, (all.count + limit - 1) / limit)
            let chosen = Swift.stride(from: 0, to: all.count, by: stride).map { all[$0] }
            let now = NeighbourInformation(chosen.map { series[$0.0][$0.1] }, index: 0)
            let later = NeighbourInformation(chosen.map { series[$0.0][$0.1 + lag] }, index: 1)
            return now.information(with: later, neighbours: min(k, chosen.count - 1))
        }
    }

    /// The share of points whose nearest neighbour in `order` delays is far away in one more, for order 1 ... `last`.
    ///
    /// False are those whose next coordinates differ by more than ten times the distance of the neighbours, or whose distance in one
    /// coordinate more exceeds two standard deviations of the series. Neighbours within one lag in time in the same series do not count.
    /// Source: Kennel, Brown, Abarbanel 1992, equations 4 and 5.
    ///
    /// - Parameter points: at most so many, evenly spread, are asked; neighbours are sought among all of them.
    public static func falseNeighbours(_ series: [[Double]], lag: Int, upTo last: Int, points limit: Int = 1000) -> [Double] {
        precondition(series.contains { $0.count > last * lag + 1 }, "order \(last + 1) at lag \(lag) of shorter series")
        let all = series.indices.flatMap { s in (0..<max(series[s].count - last * lag, 0)).map { (s: s, t: $0) } }
        let stride = max(1, (all.count + limit - 1) / limit)
        let chosen = Swift.stride(from: 0, to: all.count, by: stride).map { all[$0] }
        let values = series.flatMap(\.self), mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return Threads.compute(last) { index in
            let order = index + 1
            var (asked, wrong) = (0, 0)
            for a in chosen {
                var (least, best) = (Double.infinity, (s: -1, t: -1))
                for b in chosen where a.s != b.s || abs(a.t - b.t) > lag {
                    var square = 0.0
                    for d in 0..<order where square < least {
                        let x = series[a.s][a.t + d * lag] - series[b.s][b.t + d * lag]
                        square += x * x
                    }
                    if square < least { (least, best) = (square, b) }
                }
                if best.s < 0 { continue }
                let step = series[a.s][a.t + order * lag] - series[best.s][best.t + order * lag]
                asked += 1
                if step * step > 100 * least || least + step * step > 4 * variance { wrong += 1 }
            }
            return asked > 0 ? Double(wrong) / Double(asked) : 1
        }
    }
}
