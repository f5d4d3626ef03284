import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The spatial autocorrelogram of a map: for each lag the Pearson correlation of the map with its shifted copy, over the bins that both have.
public struct Autocorrelogram: Sendable {
    /// Lags −reach … reach along both axes; 0 where there is none.
    public let values: Matrix
    /// Whether a lag has bins enough and both copies vary there, column by column as `values`.
    public let isDefined: [Bool]
    /// The largest lag along an axis, in bins.
    public let reach: Int

    /// Lags with fewer common bins are left undefined.
    public static let leastOverlap = 20

    /// - Parameter reach: the largest lag; three quarters of the shorter side if nil.
    public init(_ map: RateMap, reach: Int? = nil) {
        let rates = map.rates, (rows, columns) = (rates.rows, rates.columns)
        let reach = min(reach ?? max(1, 3 * min(rows, columns) / 4), min(rows, columns) - 1), side = 2 * reach + 1
        self.reach = reach
        let w = map.isVisited.map { $0 ? 1.0 : 0 }
        // Shifted by the mean, so that sums of squares lose no digits.
        let mean = zip(rates.elements, w).reduce(0) { $0 + $1.0 * $1.1 } / max(w.reduce(0, +), 1)
        let a = zip(rates.elements, w).map { ($0 - mean) * $1 }, a2 = a.map { $0 * $0 }
        let isWhole = map.isVisited.allSatisfy(\.self)
        let (first, second) = (SummedArea(a, rows, columns), SummedArea(a2, rows, columns))
        func product(_ x: [Double], _ y: [Double], _ dx: Int, _ dy: Int) -> Double {
            // Σ x(i, j) y(i + dy, j + dx)
            var sum = 0.0
            let rowsFrom = max(0, -dy), count = rows - abs(dy)
            x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    for j in max(0, -dx)..<min(columns, columns - dx) {
                        let (p, q) = (j * rows + rowsFrom, (j + dx) * rows + rowsFrom + dy)
                        var (s0, s1, i) = (0.0, 0.0, 0)
                        while i + 1 < count {
                            s0 += x[p + i] * y[q + i]
                            s1 += x[p + i + 1] * y[q + i + 1]
                            i += 2
                        }
                        if i < count { s0 += x[p + i] * y[q + i] }
                        sum += s0 + s1
                    }
                }
            }
            return sum
        }
        var (values, isDefined) = (Matrix(rows: side, columns: side), [Bool](repeating: false, count: side * side))
        for dx in 0...reach {
            for dy in (dx == 0 ? 0 : -reach)...reach {
                let n, sa, sb, saa, sbb: Double
                if isWhole {
                    let (j, i) = (max(0, -dx)..<min(columns, columns - dx), max(0, -dy)..<min(rows, rows - dy))
                    let (l, k) = (j.lowerBound + dx..<j.upperBound + dx, i.lowerBound + dy..<i.upperBound + dy)
                    (n, sa, sb) = (Double(i.count * j.count), first.sum(i, j), first.sum(k, l))
                    (saa, sbb) = (second.sum(i, j), second.sum(k, l))
                } else {
                    (n, sa, sb) = (product(w, w, dx, dy), product(a, w, dx, dy), product(w, a, dx, dy))
                    (saa, sbb) = (product(a2, w, dx, dy), product(w, a2, dx, dy))
                }
                if n < Double(Self.leastOverlap) { continue }
                let (va, vb) = (saa - sa * sa / n, sbb - sb * sb / n)
                if !(va > 1e-12 * saa && vb > 1e-12 * sbb) { continue }
                let r = (product(a, a, dx, dy) - sa * sb / n) / (va * vb).squareRoot()
                for (x, y) in [(reach + dx, reach + dy), (reach - dx, reach - dy)] {
                    values[y, x] = r
                    isDefined[x * side + y] = true
                }
            }
        }
        (self.values, self.isDefined) = (values, isDefined)
    }

    /// Mean over the circle, at radii 0, 1, 2, …, in bins; each lag counts for the two radii next to it.
    public var radialMeans: [Double] {
        var (sums, weights) = ([Double](repeating: 0, count: reach + 1), [Double](repeating: 0, count: reach + 1))
        let side = 2 * reach + 1
        for x in 0..<side {
            for y in 0..<side where isDefined[x * side + y] {
                let r = hypot(Double(x - reach), Double(y - reach)), low = Int(r), share = r - Double(low)
                for (k, weight) in [(low, 1 - share), (low + 1, share)] where k <= reach && weight > 0 {
                    sums[k] += weight * values[y, x]
                    weights[k] += weight
                }
            }
        }
        return zip(sums, weights).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// The wave number of a ring of waves, in radians a bin: the mean over circles of their correlogram is J₀(kr), whose first maximum off the centre lies at
    /// kr = 7.0156. Nil where the mean has no maximum beyond its first minimum.
    public var waveNumber: Double? {
        let means = radialMeans
        guard
            let valley = (1..<max(means.count - 1, 1)).first(where: { means[$0] <= means[$0 - 1] && means[$0] < means[$0 + 1] }),
            let peak = (valley + 1..<max(means.count - 1, valley + 1)).filter({
                means[$0] >= means[$0 - 1] && means[$0] >= means[$0 + 1]
            })
            .max(by: { means[$0] < means[$1] })
        else { return nil }
        let (a, b, c) = (means[peak - 1], means[peak], means[peak + 1]), bend = a - 2 * b + c
        return Self.secondMaximum / (Double(peak) + (bend < 0 ? (a - c) / (2 * bend) : 0))
    }

    static let secondMaximum = 7.015586669815619

    /// Standard deviation in bins of the Gaussian that gives white noise the same central peak: half its height at 2σ√ln 2.
    public var smoothing: Double {
        let means = radialMeans
        guard let k = means.firstIndex(where: { $0 < 0.5 }), k > 0 else { return 0 }
        let half = Double(k - 1) + (means[k - 1] - 0.5) / (means[k - 1] - means[k])
        // White noise itself, whose peak is one bin, is not smoothed.
        return half <= 0.75 ? 0 : half / (2 * log(2).squareRoot())
    }
}

/// Sums over rectangles by four look-ups.
private struct SummedArea {
    private let table: [Double]
    private let rows: Int

    init(_ values: [Double], _ rows: Int, _ columns: Int) {
        var table = [Double](repeating: 0, count: (rows + 1) * (columns + 1))
        for j in 0..<columns {
            var column = 0.0
            for i in 0..<rows {
                column += values[j * rows + i]
                table[(j + 1) * (rows + 1) + i + 1] = table[j * (rows + 1) + i + 1] + column
            }
        }
        (self.table, self.rows) = (table, rows + 1)
    }

    func sum(_ i: Range<Int>, _ j: Range<Int>) -> Double {
        table[j.upperBound * rows + i.upperBound] - table[j.lowerBound * rows + i.upperBound]
            - table[j.upperBound * rows + i.lowerBound]
            + table[j.lowerBound * rows + i.lowerBound]
    }
}
