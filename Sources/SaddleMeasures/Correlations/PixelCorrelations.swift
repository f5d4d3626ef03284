import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Correlations of two, three and four points of a set of images or series, and its spectrum.
///
/// With δ = x − ⟨x⟩ at every position, averages over samples and then over positions, in units of the standard deviation σ,
///
///     G₂(r) = ⟨δ(p)δ(p + r)⟩/σ²
///     G₃(r) = ⟨δ(p)δ(p + r e₁)δ(p + r e₂)⟩/σ³                       on a line p, p + r, p + 2r
///     G₄(r) = (⟨δδδδ⟩ − the three pairings of ⟨δδ⟩⟨δδ⟩)/σ⁴            at the corners of a square of side r; on a line at distances r
///
/// G₂ is the mean over both axes. G₃ and G₄ are connected: both vanish for a Gaussian field, whose pairings are taken position by position, so that it need not be the
/// same everywhere. Errors and the bias of products of means are the jackknife's, over groups of samples.
public struct PixelCorrelations: Sendable {
    /// r = 1, 2, …
    public let distances: [Int]
    /// G₂, one a distance.
    public let second: [Estimate]
    /// G₃ at the first distances, as many as triples of that side fit.
    public let third: [Estimate]
    /// G₄ at the first distances, as many as squares (or lines of four) of that side fit.
    public let fourth: [Estimate]
    /// σ², the mean variance of a position.
    public let variance: Double
    /// The power spectrum of the same samples.
    public let spectrum: PixelSpectrum
    /// n, images or series.
    public let samples: Int

    /// Groups of samples of the jackknife.
    static let groups = 20

    /// - Parameters:
    ///   - fields: n × positions, one channel.
    ///   - longest: the largest distance; at most what a square or line of four points leaves room for.
    /// - Precondition: two samples and two positions at least, and something that varies.
    public init(
        _ fields: Matrix, _ grid: PixelGrid, longest: Int, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws {
        precondition(fields.columns == grid.positions && fields.rows >= 2, "\(fields.rows) × \(fields.columns) on \(grid)")
        let groups = GroupedSamples(fields, Self.groups)
        let room = grid.isPlane ? min(grid.height, grid.width) - 1 : (grid.width - 1) / 3
        distances = Array(1...max(min(longest, room), 1))
        let squares = groups.moments((0..<grid.positions).map { [$0, $0] }), n = Double(grid.positions)
        variance = groups.mean(squares).reduce(0, +) / n
        var (second, third, fourth) = ([Estimate](), [Estimate](), [Estimate]())
        for (number, r) in distances.enumerated() {
            if shouldStop() { throw CancellationError() }
            let pairs = Self.pairs(grid, r), triples = Self.triples(grid, r), squaresOf4 = Self.quadruples(grid, r)
            func scaled(_ moments: [[Double]], power: Double, _ value: @escaping ([Double]) -> Double) throws -> Estimate {
                // The variance comes last.
                let all = zip(moments, squares).map { $0 + [$1.reduce(0, +) / n] }
                return Jackknife.estimates(all) { [value(Array($0.dropLast())) / pow($0.last!, power)] }[0]
            }
            func mean(_ x: [Double]) -> Double { x.isEmpty ? 0 : x.reduce(0, +) / Double(x.count) }
            second.append(try scaled(groups.moments(pairs), power: 1, mean))
            if !triples.isEmpty { third.append(try scaled(groups.moments(triples), power: 1.5, mean)) }
            if !squaresOf4.isEmpty {
                let count = squaresOf4.count
                let pairings = [[0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [1, 2]]
                let tuples = squaresOf4 + pairings.flatMap { pair in squaresOf4.map { [$0[pair[0]], $0[pair[1]]] } }
                fourth.append(try scaled(groups.moments(tuples), power: 2) { Self.connected($0, count) })
            }
            progress?(Double(number + 1), Double(distances.count))
        }
        (self.second, self.third, self.fourth) = (second, third, fourth)
        spectrum = PixelSpectrum(groups, grid)
        samples = fields.rows
    }

    /// The mean over squares of ⟨δδδδ⟩ less the three pairings, from the fourth moments of `count` squares and then those of each pair.
    private static func connected(_ moments: [Double], _ count: Int) -> Double {
        var sum = 0.0
        for q in 0..<count {
            sum += moments[q]
            for k in 0..<3 { sum -= moments[(2 * k + 1) * count + q] * moments[(2 * k + 2) * count + q] }
        }
        return sum / Double(count)
    }

    private static func pairs(_ g: PixelGrid, _ r: Int) -> [[Int]] {
        var result: [[Int]] = []
        for y in 0..<g.height {
            for x in 0..<g.width {
                if x + r < g.width { result.append([y * g.width + x, y * g.width + x + r]) }
                if y + r < g.height { result.append([y * g.width + x, (y + r) * g.width + x]) }
            }
        }
        return result
    }

    private static func triples(_ g: PixelGrid, _ r: Int) -> [[Int]] {
        if !g.isPlane { return (0..<max(g.width - 2 * r, 0)).map { [$0, $0 + r, $0 + 2 * r] } }
        return quadruples(g, r).map { Array($0.prefix(3)) }
    }

    private static func quadruples(_ g: PixelGrid, _ r: Int) -> [[Int]] {
        if !g.isPlane { return (0..<max(g.width - 3 * r, 0)).map { [$0, $0 + r, $0 + 2 * r, $0 + 3 * r] } }
        var result: [[Int]] = []
        for y in 0..<max(g.height - r, 0) {
            for x in 0..<max(g.width - r, 0) {
                let p = y * g.width + x
                result.append([p, p + r, p + r * g.width, p + r * g.width + r])
            }
        }
        return result
    }
}

/// Samples in groups, their means subtracted: of any tuple of positions the mean product over each group.
struct GroupedSamples {
    /// n × positions, group by group.
    let deviations: Matrix
    let groups: [Range<Int>]

    init(_ fields: Matrix, _ count: Int) {
        let n = fields.rows, count = min(count, n)
        // Every so many-th: files are often sorted.
        let members = (0..<count).map { g in Array(stride(from: g, to: n, by: count)) }
        deviations = fields.selectingRows(members.flatMap { $0 }).centredColumns
        var start = 0
        groups = members.map { part in
            defer { start += part.count }
            return start..<start + part.count
        }
    }

    /// One list for each group: the mean products of the tuples.
    func moments(_ tuples: [[Int]]) -> [[Double]] {
        let n = deviations.rows
        let all = Threads.map(tuples.count) { t in
            deviations.elements.withUnsafeBufferPointer { x in
                groups.map { group in
                    var sum = 0.0
                    switch tuples[t].count {
                    case 2:
                        let (a, b) = (tuples[t][0] * n, tuples[t][1] * n)
                        for i in group { sum += x[a + i] * x[b + i] }
                    case 3:
                        let (a, b, c) = (tuples[t][0] * n, tuples[t][1] * n, tuples[t][2] * n)
                        for i in group { sum += x[a + i] * x[b + i] * x[c + i] }
                    default:
                        let (a, b, c, d) = (tuples[t][0] * n, tuples[t][1] * n, tuples[t][2] * n, tuples[t][3] * n)
                        for i in group { sum += x[a + i] * x[b + i] * (x[c + i] * x[d + i]) }
                    }
                    return sum / Double(group.count)
                }
            }
        }
        return groups.indices.map { g in all.map { $0[g] } }
    }

    func mean(_ parts: [[Double]]) -> [Double] {
        parts[0].indices.map { k in parts.reduce(0) { $0 + $1[k] } / Double(parts.count) }
    }
}
