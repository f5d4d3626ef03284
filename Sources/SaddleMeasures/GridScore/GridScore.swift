import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much a map looks like itself turned by 60° and not by 30° (or by 90° and not by 45°), on a ring of its autocorrelogram.
///
///     mean minus mean   ½(c₆₀ + c₁₂₀) − ⅓(c₃₀ + c₉₀ + c₁₅₀)        c₉₀ − ½(c₄₅ + c₁₃₅)
///     min minus max     min(c₆₀, c₁₂₀) − max(c₃₀, c₉₀, c₁₅₀)       c₉₀ − max(c₄₅, c₁₃₅)
///
/// with c the Pearson correlation of the ring with the turned autocorrelogram (bilinear). Both are in use and are not interchangeable: a stripe pattern has
/// 0.19 by the first and 0.005 by the second. Sources: Banino et al. 2018 and Sorscher et al. 2019, public code (mean minus mean); Sargolini et al. 2006 (min minus max).
public struct GridScore: Sendable {
    /// ½(c₆₀ + c₁₂₀) − ⅓(c₃₀ + c₉₀ + c₁₅₀)
    public let meanMinusMean60: Double
    /// min(c₆₀, c₁₂₀) − max(c₃₀, c₉₀, c₁₅₀)
    public let minMinusMax60: Double
    /// c₉₀ − ½(c₄₅ + c₁₃₅)
    public let meanMinusMean90: Double
    /// c₉₀ − max(c₄₅, c₁₃₅)
    public let minMinusMax90: Double
    /// Inner and outer radius in bins.
    public let ring: ClosedRange<Double>
    /// Of the lattice in bins, 4π/(√3k): given, or from the correlogram; nil if it has none and the ring spans a quarter to three quarters of what there is.
    public let spacing: Double?

    static let angles = [30.0, 45, 60, 90, 120, 135, 150]

    /// - Parameter spacing: the ring spans half to one and a half of it; the correlogram's own if nil.
    /// - Returns: nil where the ring has no variance.
    public init?(_ correlogram: Autocorrelogram, spacing: Double? = nil) {
        let reach = Double(correlogram.reach)
        let own = spacing ?? correlogram.waveNumber.map { 4 * .pi / (3.0.squareRoot() * $0) }
        self.spacing = own
        let inner = own.map { 0.5 * $0 } ?? 0.25 * reach, outer = min(own.map { 1.5 * $0 } ?? 0.75 * reach, reach)
        guard inner < outer else { return nil }
        ring = inner...outer
        let side = 2 * correlogram.reach + 1, values = correlogram.values, centre = correlogram.reach
        var places: [(x: Double, y: Double, value: Double)] = []
        for x in 0..<side {
            for y in 0..<side where correlogram.isDefined[x * side + y] {
                let (dx, dy) = (Double(x - centre), Double(y - centre))
                if ring.contains(hypot(dx, dy)) { places.append((dx, dy, values[y, x])) }
            }
        }
        func turned(_ degrees: Double) -> Double? {
            let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
            var (n, sa, sb, saa, sbb, sab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for place in places {
                let (x, y) = (c * place.x + s * place.y + reach, c * place.y - s * place.x + reach)
                let (i, j) = (min(max(Int(y), 0), side - 2), min(max(Int(x), 0), side - 2)),
                    (u, v) = (y - Double(i), x - Double(j))
                let b =
                    (1 - v) * ((1 - u) * values[i, j] + u * values[i + 1, j]) + v
                    * ((1 - u) * values[i, j + 1] + u * values[i + 1, j + 1])
                let a = place.value
                (n, sa, sb, saa, sbb, sab) = (n + 1, sa + a, sb + b, saa + a * a, sbb + b * b, sab + a * b)
            }
            let (va, vb) = (saa - sa * sa / n, sbb - sb * sb / n)
            return n > 2 && va > 1e-12 * saa && vb > 1e-12 * sbb ? (sab - sa * sb / n) / (va * vb).squareRoot() : nil
        }
        let c = Self.angles.compactMap(turned)
        guard c.count == Self.angles.count else { return nil }
        let (c30, c45, c60, c90, c120, c135, c150) = (c[0], c[1], c[2], c[3], c[4], c[5], c[6])
        meanMinusMean60 = (c60 + c120) / 2 - (c30 + c90 + c150) / 3
        minMinusMax60 = min(c60, c120) - max(c30, c90, c150)
        meanMinusMean90 = c90 - (c45 + c135) / 2
        minMinusMax90 = c90 - max(c45, c135)
    }
}

/// The score of a unit beside those of shuffled maps.
public struct GridScoreTest: Sendable {
    /// Scores of the map itself.
    public let score: GridScore
    /// Autocorrelogram of the map itself.
    public let correlogram: Autocorrelogram
    /// The map that is tested.
    public let map: RateMap
    /// Of the 60° scores of shuffled maps, mean minus mean.
    public let nullMean: Double
    /// Their 95th percentile.
    public let nullHigh: Double
    /// (1 + shuffles that score as high)/(1 + shuffles), by each definition.
    public let p: (meanMinusMean: Double, minMinusMax: Double)
    /// Standard deviation in bins of the smoothing of shuffled bins; nil where time was shifted.
    public let smoothing: Double?

    /// - Parameters:
    ///   - draws: shuffled maps; each finds its own ring unless `spacing` is given, as the map does.
    ///   - shuffled: a shuffled map by the number of the draw; the map's bins in another order, smoothed to its own correlation length, if nil.
    /// - Returns: nil for a map without a score (a constant one).
    public init?(
        _ map: RateMap, spacing: Double?, draws: Int, seed: Int, index: Int, shuffled: ((Int) -> RateMap)? = nil
    ) {
        let correlogram = Autocorrelogram(map)
        guard !map.isConstant, let score = GridScore(correlogram, spacing: spacing) else { return nil }
        let smoothing = correlogram.smoothing
        let others = (0..<draws).compactMap { draw in
            GridScore(
                Autocorrelogram(
                    shuffled?(draw) ?? map.shuffled(seed: seed, index: index, draw: draw, smoothing: smoothing)), spacing: spacing
            )
        }
        let scores = others.map(\.meanMinusMean60).sorted()
        (self.map, self.correlogram, self.score) = (map, correlogram, score)
        self.smoothing = shuffled == nil ? smoothing : nil
        nullMean = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
        nullHigh = scores.isEmpty ? 0 : scores[min(scores.count - 1, Int(0.95 * Double(scores.count)))]
        let total = Double(1 + others.count)
        p = (
            Double(1 + others.count { $0.meanMinusMean60 >= score.meanMinusMean60 }) / total,
            Double(1 + others.count { $0.minMinusMax60 >= score.minMinusMax60 }) / total
        )
    }
}
