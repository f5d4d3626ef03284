import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The correlation sum of an orbit, C(r): the share of pairs of states nearer than r, of those more than a window apart in time.
///
/// All pairs, exactly: 2e8 of 20 000 states take about a second on two cores. Pairs are counted by the parts of the orbit that they belong to, so that C without any part is known, from which errors come. Radii are r² = 2ᵉ(1 + k/8), sixteen of them for a factor 2 of r.
/// Source: Grassberger and Procaccia 1983; the window: Theiler 1986.
public struct CorrelationSum: Sendable {
    /// Radii for a factor 2.
    static let perOctave = 16
    static let parts = 10

    /// log r
    public let logRadii: [Double]
    /// Pairs nearer than each radius; first of all parts, then without part 1, 2, ….
    private let counts: [[Double]]
    private let totals: [Double]

    /// - Parameters:
    ///   - states: times × variables, finite.
    ///   - window: pairs so many times apart or less are left out.
    /// - Throws: `CancellationError`.
    public init(_ states: Matrix, window: Int, shouldStop: @escaping @Sendable () -> Bool = { false }) throws {
        let n = states.rows, d = states.columns, parts = Self.parts
        precondition(n >= parts && window >= 0 && d >= 1, "\(n) states")
        @Sendable func part(_ i: Int) -> Int { i * parts / n }
        let ends = (0..<parts).map { a in (0..<n).first { part($0) > a } ?? n }
        // From the largest square down 60 factors of 2, eight bins each; what is nearer counts as the nearest.
        var span = 0.0
        for j in 0..<d {
            let column = states.elements[j * n..<(j + 1) * n], width = column.max()! - column.min()!
            span += width * width
        }
        let top = Self.place(max(span, .leastNormalMagnitude)) + 1, bins = 480, base = top - bins
        let chunk = max(1, min(128, n / parts)), chunks = (n + chunk - 1) / chunk
        let found = try Threads.map(chunks) { c throws in
            if shouldStop() { throw CancellationError() }
            var tables = [UInt32](repeating: 0, count: 2 * parts * bins), squares = [Double](repeating: 0, count: n)
            let first = part(c * chunk)
            for i in c * chunk..<min((c + 1) * chunk, n) {
                // A chunk touches two parts at most.
                let own = (part(i) - first) * parts * bins
                var j = i + window + 1
                while j < n {
                    let b = part(j), end = ends[b]
                    Self.fill(&squares, states, i, j..<end)
                    let offset = own + b * bins
                    tables.withUnsafeMutableBufferPointer { t in
                        squares.withUnsafeBufferPointer { s in
                            for k in 0..<end - j { t[offset + max(Self.place(s[k]) - base, 0)] += 1 }
                        }
                    }
                    j = end
                }
            }
            return tables
        }
        var pairs = [Double](repeating: 0, count: parts * parts * bins)
        for (c, tables) in found.enumerated() {
            let first = part(c * chunk)
            for a in 0..<2 where first + a < parts {
                for k in 0..<parts * bins { pairs[(first + a) * parts * bins + k] += Double(tables[a * parts * bins + k]) }
            }
        }
        var all: [[Double]] = []
        for left in -1..<parts {
            var counts = [Double](repeating: 0, count: bins)
            for a in 0..<parts where a != left {
                for b in a..<parts where b != left {
                    for k in 0..<bins { counts[k] += pairs[(a * parts + b) * bins + k] }
                }
            }
            for k in 1..<bins { counts[k] += counts[k - 1] }
            all.append(counts)
        }
        counts = all
        totals = all.map { $0[bins - 1] }
        // Bin k ends where the next one starts.
        logRadii = (0..<bins).map { 0.5 * log(Double(bitPattern: UInt64(base + $0 + 1) << 49)) }
    }

    /// Eight equal parts between powers of two, in order.
    @inline(__always) private static func place(_ square: Double) -> Int { Int(square.bitPattern >> 49) }

    private static func fill(_ squares: inout [Double], _ states: Matrix, _ i: Int, _ others: Range<Int>) {
        let n = states.rows, from = others.lowerBound, count = others.count
        squares.withUnsafeMutableBufferPointer { s in
            states.elements.withUnsafeBufferPointer { x in
                for j in 0..<states.columns {
                    let own = x[j * n + i], column = x.baseAddress! + j * n + from
                    if j == 0 {
                        for k in 0..<count {
                            let difference = column[k] - own
                            s[k] = difference * difference
                        }
                    } else {
                        for k in 0..<count {
                            let difference = column[k] - own
                            s[k] += difference * difference
                        }
                    }
                }
            }
        }
    }

    /// Pairs nearer than the radius of that place.
    func count(at place: Int) -> Double { counts[0][place] }
    var total: Double { totals[0] }
    /// C
    public var values: [Double] { counts[0].map { $0 / max(totals[0], 1) } }

    /// d log C/d log r by least squares over radii, with the error of the parts left out in turn; nil where some C is zero.
    func slope(_ range: ClosedRange<Int>) -> Estimate? {
        let slopes = counts.indices.compactMap { slope(range, of: $0) }
        guard slopes.count == counts.count else { return nil }
        let without = slopes.dropFirst(), n = Double(without.count), mean = without.reduce(0, +) / n
        let error = ((n - 1) / n * without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
        return Estimate(mean: slopes[0], standardError: error, count: without.count)
    }

    private func slope(_ range: ClosedRange<Int>, of set: Int) -> Double? {
        guard counts[set][range.lowerBound] > 0 else { return nil }
        let n = Double(range.count), mean = range.reduce(0) { $0 + logRadii[$1] } / n
        var (xy, xx) = (0.0, 0.0)
        for k in range {
            let x = logRadii[k] - mean
            xy += x * log(counts[set][k])
            xx += x * x
        }
        return xy / xx
    }
}
