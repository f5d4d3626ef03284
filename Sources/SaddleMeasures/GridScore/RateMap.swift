import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The mean activity of a unit in each bin of a plane.
public struct RateMap: Sendable {
    /// Rows: second coordinate; columns: first. 0 where nobody was.
    public let rates: Matrix
    /// Bins in which a rate is known.
    public let isVisited: [Bool]

    /// Share of bins in which a rate is known, from 0 to 1.
    public var visitedShare: Double { Double(isVisited.count { $0 }) / Double(isVisited.count) }
    /// Whether all known rates are equal.
    public var isConstant: Bool {
        let known = zip(rates.elements, isVisited).filter(\.1).map(\.0)
        return known.allSatisfy { $0 == known[0] }
    }

    /// A map as it is.
    public init(_ rates: Matrix) {
        self.rates = rates
        isVisited = [Bool](repeating: true, count: rates.elements.count)
    }

    /// Which bin each time falls in.
    public struct Path: Sendable {
        /// Bins along each side of the square.
        public let bins: Int
        /// Column-major, of a square of `bins`² over the box of the positions.
        public let places: [Int]
        /// Times in each bin, column by column.
        public let occupancy: [Double]
        /// Lowest and highest of both coordinates.
        public let box: (x: ClosedRange<Double>, y: ClosedRange<Double>)

        /// - Parameter positions: times × 2, both coordinates varying. The box has their larger range as both sides.
        public init(_ positions: Matrix, bins: Int) {
            precondition(
                positions.columns == 2 && positions.rows > 0 && bins >= 2, "\(positions.rows) × \(positions.columns) positions")
            let n = positions.rows, (x, y) = (positions.elements[..<n], positions.elements[n...])
            let (low, high) = ((x.min()!, y.min()!), (x.max()!, y.max()!))
            let side = max(high.0 - low.0, high.1 - low.1)
            precondition(side > 0, "positions that do not move")
            func bin(_ value: Double, _ low: Double) -> Int { min(Int((value - low) / side * Double(bins)), bins - 1) }
            let places = zip(x, y).map { bin($0, low.0) * bins + bin($1, low.1) }
            var occupancy = [Double](repeating: 0, count: bins * bins)
            for place in places { occupancy[place] += 1 }
            (self.bins, self.places, self.occupancy) = (bins, places, occupancy)
            box = (low.0...low.0 + side, low.1...low.1 + side)
        }
    }

    /// Sums of activity over sums of time, both smoothed by the same Gaussian, in bins that the smoothed path visits for `leastTime` or more.
    ///
    /// - Parameters:
    ///   - smoothing: standard deviation in bins; 0 smooths nothing.
    ///   - leastTime: in times, as smoothed.
    public init(_ path: Path, activity: [Double], smoothing: Double, leastTime: Double = 0.5) {
        precondition(activity.count == path.places.count, "\(activity.count) activities of \(path.places.count) times")
        var sums = [Double](repeating: 0, count: path.occupancy.count)
        for (place, value) in zip(path.places, activity) { sums[place] += value }
        let side = path.bins
        let time = Self.smoothed(Matrix(rows: side, columns: side, elements: path.occupancy), smoothing).elements
        let total = Self.smoothed(Matrix(rows: side, columns: side, elements: sums), smoothing).elements
        isVisited = time.map { $0 >= leastTime }
        rates = Matrix(rows: side, columns: side, elements: zip(total, time).map { $1 >= leastTime ? $0 / $1 : 0 })
    }

    /// Convolution with a Gaussian cut at four standard deviations, zero outside.
    static func smoothed(_ map: Matrix, _ deviation: Double) -> Matrix {
        if deviation <= 0 { return map }
        let reach = Int((4 * deviation).rounded(.up))
        let weights = (-reach...reach).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }, sum = weights.reduce(0, +)
        func along(_ m: Matrix) -> Matrix {
            Matrix(rows: m.rows, columns: m.columns) { i, j in
                var value = 0.0
                for k in max(-reach, -i)...min(reach, m.rows - 1 - i) { value += weights[k + reach] * m[i + k, j] }
                return value / sum
            }
        }
        return along(along(map).transposed).transposed
    }

    /// The bins in another order, smoothed to the same correlation length: what a map without a pattern looks like.
    public func shuffled(seed: Int, index: Int, draw: Int, smoothing: Double) -> RateMap {
        var stream = RandomStream(seed: seed, .shuffledMap, index, draw)
        let known = isVisited.indices.filter { isVisited[$0] }, order = stream.permutation(known.count)
        var (values, weights) = (rates, Matrix(rows: rates.rows, columns: rates.columns))
        for (place, other) in zip(known, order) {
            values.elements[place] = rates.elements[known[other]]
            weights.elements[place] = 1
        }
        if smoothing <= 0 { return RateMap(values, isVisited) }
        let (sums, counts) = (Self.smoothed(values, smoothing).elements, Self.smoothed(weights, smoothing).elements)
        return RateMap(
            Matrix(
                rows: rates.rows, columns: rates.columns,
                elements: isVisited.indices.map { isVisited[$0] ? sums[$0] / counts[$0] : 0 }),
            isVisited)
    }

    private init(_ rates: Matrix, _ isVisited: [Bool]) { (self.rates, self.isVisited) = (rates, isVisited) }
}
