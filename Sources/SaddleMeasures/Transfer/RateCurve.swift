import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Losses of one width against the learning rate: the grid's best rate, and the rates around it that a curve is fitted to.
public struct RateCurve: Sendable {
    /// Where on the grid its best rate is; raw values are shown.
    public enum Place: String, Sendable, CaseIterable {
        /// There are stable rates on both sides.
        case inside
        /// No lower rate was tried.
        case lowestRate = "lowest rate"
        /// No higher rate was tried.
        case highestRate = "highest rate"
        /// The next rate diverges.
        case nextToDivergence = "next to divergence"
        /// Fewer than three rates without divergence.
        case tooFewRates = "too few rates"
    }

    /// Width of the networks.
    public let width: Double
    /// Ascending; those at which no run diverged, below the first at which one did.
    public let rates: [Double]
    /// Mean of y at each, and how many runs it is of.
    public let means: [Double]
    /// Runs at each of `rates`.
    public let counts: [Int]
    /// The lowest rate at which a run diverged.
    public let divergence: Double?
    /// The best of the grid; nil: every rate diverges.
    public let best: Int?
    /// Of the grid's best rate.
    public let place: Place
    /// The rate in the middle of the window; its logarithm is the origin of abscissas.
    private(set) var centre: Int
    private let values: [[(seed: String?, y: Double)]]

    /// Rates on each side of the middle that a window has.
    package static let reach = 2
    /// Losses beyond the best that a curve around it is fitted to: half as large again, where logarithms are fitted.
    package static let near = 0.405
    /// Above the best rate a loss so much larger is the edge of divergence, not a part of the curve.
    static let blowUp = 1.1
    private let isLogarithmic: Bool

    init(width: Double, _ runs: [TransferTable.Run], isLogarithmic: Bool) {
        self.width = width
        self.isLogarithmic = isLogarithmic
        func transform(_ loss: Double) -> Double { isLogarithmic ? log(loss) : loss }
        let unbounded = runs.filter { $0.loss == nil }.map(\.rate).min()
        divergence = isLogarithmic ? Self.edge(runs, before: unbounded) ?? unbounded : unbounded
        let stable = runs.filter { [divergence] in $0.rate < divergence ?? .infinity }
        let groups = Dictionary(grouping: stable, by: \.rate).sorted { $0.key < $1.key }
        rates = groups.map(\.key)
        counts = groups.map(\.value.count)
        values = groups.map { $0.value.map { (seed: $0.seed, y: transform($0.loss!)) } }
        let means = values.map { group in group.reduce(0) { $0 + $1.y } / Double(group.count) }
        self.means = means
        best = means.indices.min { means[$0] < means[$1] }
        centre = best ?? 0
        let count = rates.count
        if let best, count >= 3 {
            place =
                best == 0
                ? .lowestRate : best < count - 1 ? .inside : divergence == nil ? .highestRate : .nextToDivergence
        } else {
            place = .tooFewRates
        }
    }

    /// The first rate above the best one whose mean loss is beyond all that a curve around it describes.
    private static func edge(_ runs: [TransferTable.Run], before limit: Double?) -> Double? {
        let groups = Dictionary(grouping: runs.filter { $0.rate < limit ?? .infinity }, by: \.rate).sorted { $0.key < $1.key }
        let means = groups.map { $0.value.reduce(0) { $0 + log($1.loss!) } / Double($0.value.count) }
        guard let best = means.indices.min(by: { means[$0] < means[$1] }) else { return nil }
        return groups.indices.first { $0 > best && means[$0] - means[best] > blowUp }.map { groups[$0].key }
    }

    /// Of `rates`: up to two on each side of the middle, as far as losses are near the best; one on each side in any case.
    public var window: Range<Int> {
        func isNear(_ i: Int) -> Bool { !isLogarithmic || means[i] - (means.min() ?? 0) <= Self.near }
        var (low, high) = (max(0, centre - 1), min(rates.count, centre + 2))
        while low > 0, low > centre - Self.reach, isNear(low - 1) { low -= 1 }
        while high < rates.count, high < centre + Self.reach + 1, isNear(high) { high += 1 }
        return low..<high
    }

    /// ln rate, from the middle of the window.
    func abscissa(_ rate: Double) -> Double { log(rate / rates[centre]) }
    func rate(_ x: Double) -> Double { rates[centre] * exp(x) }

    /// Rates of the window, each with the mean of its runs and their number: all that a curve is fitted to.
    var groups: [(x: Double, y: Double, count: Double)] {
        window.map { (abscissa(rates[$0]), means[$0], Double(counts[$0])) }
    }

    /// Runs of the window.
    var points: [(x: Double, seed: String?, y: Double)] {
        window.flatMap { i in values[i].map { (abscissa(rates[i]), $0.seed, $0.y) } }
    }

    /// Scatter of runs of the same rate in the window, where there are any; nil without.
    var scatter: (noise: Double, freedom: Double)? {
        var (squares, freedom) = (0.0, 0.0)
        for i in window {
            squares += values[i].reduce(0) { $0 + ($1.y - means[i]) * ($1.y - means[i]) }
            freedom += Double(counts[i] - 1)
        }
        return freedom > 0 ? ((squares / freedom).squareRoot(), freedom) : nil
    }

    /// Ends of what the window can tell: half a spacing beyond it.
    var ends: (low: Double, high: Double) {
        let x = window.map { abscissa(rates[$0]) }
        return (x[0] - (x[1] - x[0]) / 2, x.last! + (x.last! - x[x.count - 2]) / 2)
    }

    /// The same curve with the window around the rate of the grid that is nearest to x, which is not at its ends.
    func centred(at x: Double) -> RateCurve {
        var other = self
        let places = rates.map { abscissa($0) }
        if let nearest = places.indices.dropFirst().dropLast().min(by: { abs(places[$0] - x) < abs(places[$1] - x) }) {
            other.centre = nearest
        }
        return other
    }

    /// Seeds of the window if all of them have all of its rates: what seeds have in common then drops out of the shape.
    var completeSeeds: Int? {
        let points = points
        guard !points.contains(where: { $0.seed == nil }) else { return nil }
        let seeds = Set(points.map(\.seed!)).count
        return seeds > 1 && points.count == seeds * window.count ? seeds : nil
    }
}
