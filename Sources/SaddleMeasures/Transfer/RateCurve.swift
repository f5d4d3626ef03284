import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Losses of one width against the learning rate: the grid's best rate, and the rates around it that a curve is fitted to.
public struct RateCurve: Sendable {
    public enum Place: String, Sendable, CaseIterable {
        case inside
        case lowestRate = "lowest rate"
        case highestRate = "highest rate"
        /// The next rate diverges.
        case nextToDivergence = "next to divergence"
        /// Fewer than three rates without divergence.
        case tooFewRates = "too few rates"
    }

    public let width: Double
    /// Ascending; those at which no run diverged, below the first at which one did.
    public let rates: [Double]
    /// Mean of y at each, and how many runs it is of.
    public let means: [Double]
    public let counts: [Int]
    /// The lowest rate at which a run diverged.
    public let divergence: Double?
    /// The best of the grid; nil: every rate diverges.
    public let best: Int?
    public let place: Place
    /// The rate in the middle of the window; its logarithm is the origin of abscissas.
    private(set) var centre: Int
    private let values: [[(seed: String?, y: Double)]]

    /// Rates on each side of the middle that a window has.
    static let reach = 2

    init(width: Double, _ runs: [TransferTable.Run], transform: (Double) -> Double) {
        self.width = width
        divergence = runs.filter { $0.loss == nil }.map(\.rate).min()
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

    /// Of `rates`.
    public var window: Range<Int> { max(0, centre - Self.reach)..<min(rates.count, centre + Self.reach + 1) }

    /// ln rate, from the middle of the window.
    func abscissa(_ rate: Double) -> Double { log(rate / rates[centre]) }
    func rate(_ x: Double) -> Double { rates[centre] * exp(x) }

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
