import SaddleNumerics

/// How far one cloud of points is from another, and how it gets there: the light bridge, the discrete plan of Sinkhorn and the Gaussian closed form, on the same
/// principal components.
///
/// All costs are ½|x − y|². A shift of the means costs ½|Δμ|² and leaves the rest of the plan as it is; it is taken out exactly, in all dimensions.
public struct CloudTransport: Sendable {
    /// Noise of the bridge, how it is fitted, and how many points and components are taken.
    public struct Settings: Sendable, Equatable {
        /// ε over the mean variance of a coordinate.
        public var epsilon = 0.1
        /// Gaussians of the potential; nil: of 1, 2, 4, … 16 as many as have the least loss on points that were not fitted.
        public var components: Int?
        /// Principal components of both clouds together that are kept, at most.
        public var dimensions = 8
        /// Of each fit of the potential, at most.
        public var steps = 1000
        /// Largest error of the marginals at which Sinkhorn's iteration ends.
        public var tolerance = 1e-6
        /// Of the points that are not fitted, and of the potential's start.
        public var seed = 1
        /// Points of each cloud that the discrete plan takes.
        public var points = 1500

        /// ε = 0.1 in eight components, a potential chosen by points that were not fitted.
        public init() {}
    }

    /// ε in the squared units of the points.
    public let epsilon: Double
    /// ½|Δμ|²
    public let translation: Double
    /// Share of the variance of each cloud in the components that are kept.
    public let keptShares: (first: Double, second: Double)
    /// Principal components that are kept.
    public let dimensions: Int
    /// Of all points, with the number of Gaussians that was given or found.
    public let fit: LightBridge.Fit
    /// Of points that were not fitted.
    public let heldOutLoss: Double
    /// Numbers of components that were fitted, with the losses of points that were and were not.
    public let tried: [(components: Int, loss: Double, heldOutLoss: Double)]
    /// Mean costs around the means, in the kept components: of the bridge; of Sinkhorn; of Gaussians with the same covariances; of partners at random.
    public let bridgeCost: Double
    /// On at most as many points of each cloud as were asked for.
    public let sinkhorn: Sinkhorn
    /// In closed form, with the same ε.
    public let gaussianCost: Double
    /// Half the sum of both clouds' mean squares.
    public let independentCost: Double
    /// Of each sample with itself, where both clouds are the same samples.
    public let pairedCost: Double?
    /// Root mean square difference between E(y | x) of bridge and plan, over that of x and E(y | x).
    public let mapDifference: Double
    /// In the kept components, around the means: x, y and where x goes on average.
    public let first: Matrix, second: Matrix, moved: Matrix
    /// The components that are kept, one a column, the largest last.
    public let directions: Matrix

    /// - Parameters:
    ///   - first, second: points as rows, with the same features; four or more of each.
    ///   - arePaired: whether row i of both is the same sample.
    public init(
        _ first: Matrix, _ second: Matrix, arePaired: Bool, _ settings: Settings,
        progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: () -> Bool = { false }
    ) throws {
        precondition(
            first.columns == second.columns && min(first.rows, second.rows) >= 4, "\(first.rows) and \(second.rows) points")
        let means = (first.columnMeans, second.columnMeans)
        translation = zip(means.0, means.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
        let (x, y) = (first.centredColumns, second.centredColumns)
        func covariance(_ m: Matrix) -> Matrix { m.gram(scale: 1 / Double(m.rows)) }
        var pooled = covariance(x)
        pooled.add(covariance(y))
        let directions = try pooled.symmetricEigen().vectors.trailingColumns(min(settings.dimensions, first.columns))
        let (a, b) = (x * directions, y * directions)
        func square(_ m: Matrix) -> Double { m.elements.reduce(0) { $0 + $1 * $1 } / Double(m.rows) }
        keptShares = (square(a) / max(square(x), .leastNormalMagnitude), square(b) / max(square(y), .leastNormalMagnitude))
        let d = a.columns
        (dimensions, self.directions) = (d, directions)
        let ε = settings.epsilon * (square(a) + square(b)) / Double(2 * d)
        guard ε > 0 else { throw TransportError.noVariance }
        epsilon = ε
        let spread = try covariance(b).symmetricEigenvalues(), rank = spread.count { $0 > 1e-10 * spread.last! }
        if rank < d { throw TransportError.flat(rank: rank, dimensions: d) }

        let (own, left) = (Self.split(a, settings.seed, 0), Self.split(b, settings.seed, 1)), most = left.fitted.rows / 2
        let all = [1, 2, 4, 8, 16].filter { $0 < settings.components ?? 17 && ($0 == 1 || $0 <= most) },
            counts = all + (settings.components.map { [$0] } ?? [])
        var fitting = LightBridge.Settings(epsilon: ε)
        (fitting.components, fitting.maximalSteps, fitting.seed) = (counts, settings.steps, settings.seed)
        let fits = try LightBridge.fits(own.fitted, left.fitted, fitting, shouldStop: shouldStop) { progress(0.5 * $0 / $1, 1) }
        let losses = fits.map { $0.bridge.loss(own.heldOut, left.heldOut) }
        let chosen = settings.components == nil ? losses.indices.min { losses[$0] < losses[$1] }! : losses.count - 1
        guard losses[chosen].isFinite else { throw TransportError.noFit }
        heldOutLoss = losses[chosen]
        // Once their number is known, all points are fitted.
        fitting.components = Array(counts.prefix(chosen + 1))
        fit = try LightBridge.fits(a, b, fitting, shouldStop: shouldStop) { progress(0.5 + 0.4 * $0 / $1, 1) }.last!
        tried = zip(fits, losses).map { ($0.bridge.components.count, $0.loss, $1) }
        let bridge = fit.bridge, points = (0..<a.rows).map { i in (0..<d).map { a[i, $0] } }
        bridgeCost = points.reduce(0) { $0 + bridge.cost($1) } / Double(a.rows)
        let goals = points.map { bridge.barycentre($0) }
        moved = Matrix(rows: a.rows, columns: d) { goals[$0][$1] }

        let (some, others) = (Self.some(a.rows, settings.points), Self.some(b.rows, settings.points))
        let (p, q) = (a.selectingRows(some), b.selectingRows(others)), costs = Sinkhorn.halfSquares(p, q)
        sinkhorn = Sinkhorn(costs, epsilon: ε, tolerance: settings.tolerance)
        progress(0.95, 1)
        var plan = sinkhorn.plan(costs)
        plan.scale(by: Double(p.rows))
        let centres = plan * q
        var (difference, size) = (0.0, 0.0)
        for (row, i) in some.enumerated() {
            for j in 0..<d {
                difference += (goals[i][j] - centres[row, j]) * (goals[i][j] - centres[row, j])
                size += (goals[i][j] - a[i, j]) * (goals[i][j] - a[i, j])
            }
        }
        mapDifference = size > 0 ? (difference / size).squareRoot() : 0
        independentCost = (square(a) + square(b)) / 2
        gaussianCost = independentCost - (try Self.sharedVariance(covariance(a), covariance(b), ε))
        pairedCost =
            arePaired && a.rows == b.rows
            ? zip(a.elements, b.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(2 * a.rows) : nil
        (self.first, self.second) = (a, b)
    }

    /// tr ½((4A^½BA^½ + ε²)^½ − ε), the trace of the covariance of x and y under the plan of Gaussians (Janati, Muzellec, Peyré, Cuturi 2020).
    static func sharedVariance(_ a: Matrix, _ b: Matrix, _ ε: Double) throws(FactorizationError) -> Double {
        let (values, vectors) = try a.symmetricEigen()
        var scaled = vectors
        scaled.scaleColumns(by: values.map { max($0, 0).squareRoot() })
        let root = Matrix.product(.plain(scaled), vectors.ᵀ)
        return try (root * b * root).symmetrized.symmetricEigenvalues().reduce(0) {
            $0 + ((ε * ε + 4 * max($1, 0)).squareRoot() - ε) / 2
        }
    }

    /// Three quarters of the points are fitted.
    private static func split(_ points: Matrix, _ seed: Int, _ index: Int) -> (fitted: Matrix, heldOut: Matrix) {
        var stream = RandomStream(seed: seed, .bridge, index)
        let order = stream.permutation(points.rows), count = 3 * points.rows / 4
        return (points.selectingRows(order[..<count].sorted()), points.selectingRows(order[count...].sorted()))
    }

    private static func some(_ count: Int, _ limit: Int) -> [Int] {
        count <= limit ? Array(0..<count) : (0..<limit).map { $0 * count / limit }
    }
}

/// Why there is nothing to transport.
public enum TransportError: Error, Equatable, CustomStringConvertible {
    /// Each cloud is a single point.
    case noVariance
    /// The loss of points that were not fitted is infinite: they lie where the density vanishes.
    case noFit
    /// The second cloud does not vary in some of the components: no density describes it.
    case flat(rank: Int, dimensions: Int)

    public var description: String {
        switch self {
        case .noVariance: "all points of each cloud are equal; there is nothing to transport beside the means"
        case .noFit: "no mixture describes points that were not fitted; expected more points or fewer 'transport.dimensions'"
        case .flat(let rank, let dimensions):
            "the second cloud varies in \(rank) of the \(dimensions) components that are kept; expected fewer 'transport.dimensions'"
        }
    }
}

extension Matrix {
    fileprivate var columnMeans: [Double] {
        (0..<columns).map { j in elements[j * rows..<(j + 1) * rows].reduce(0, +) / Double(max(rows, 1)) }
    }
}
