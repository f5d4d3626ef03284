#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// How well a vector field on points is continued to points where it was not observed, and whether the uncertainty that goes with it is right.
public struct FieldReconstruction: Sendable {
    /// Which vectors are held out.
    public enum Task: String, Sendable, CaseIterable {
        /// A random part: the rest is a coarser sample of the same field.
        case superresolution
        /// The nearest points of a random one: a hole.
        case inpainting
    }

    /// The graph, the process and what is held out.
    public struct Settings: Sendable, Equatable {
        /// Nearest neighbours of each point in the graph.
        public var neighbours = 15
        /// σ of Gaussian weights; self-tuned if nil.
        public var bandwidth: Double?
        /// That of the tangent spaces; estimated from the neighbours if nil.
        public var dimension: Int?
        /// Eigenfields; forty for each dimension if nil.
        public var modes: Int?
        /// ν of the process.
        public var smoothness = 1.5
        /// Which vectors are held out.
        public var task = Task.superresolution
        /// The share of vectors that is held out.
        public var heldOut = 0.5
        /// The level of intervals.
        public var level = 0.9
        /// Of the choice of held-out points.
        public var seed = 1

        /// Fifteen neighbours, ν = 3/2, and half of the vectors, at random, held out.
        public init() {}
    }

    /// Points of each connected part of the graph, the largest part first, which alone is measured.
    public let components: [[Int]]
    /// Of the largest component: rows of the points, and which of them were held out.
    public let points: [Int]
    /// Places in `points`, ascending.
    public let heldOut: [Int]
    /// d of the tangent spaces, given or found.
    public let dimension: Int
    /// Of ``TangentFrames`` and ``ConnectionLaplacian``; the share of the vectors' squares that is tangential.
    public let captured, doubtfulShare, tangentShare: Double
    /// Of the connection Laplacian.
    public let eigenvalues: [Double]
    /// The most likely ones for the observed vectors.
    public let parameters: VectorFieldProcess.Hyperparameters
    /// Of the observed coordinates at these.
    public let logLikelihood: Double
    /// ‖v̂ − v‖²/‖v‖² of tangential parts over the held-out points, and of copies of the vector of the nearest observed point.
    public let error, nearestError: Double
    /// The share of held-out coordinates inside their intervals, and the number of coordinates.
    public let coverage: Double
    /// Coordinates that were held out: d of each held-out point.
    public let coordinates: Int
    /// (v − v̂)/deviation of the held-out coordinates: ascending; of mean square 1 where deviations are right.
    public let scores: [Double]
    /// Ambient fields at `points`, n × D: tangential part of what was given, and the continued one.
    public let given, continued: Matrix
    /// Standard deviation of the continued field's coordinates at each point, root mean square over them.
    public let deviations: [Double]

    /// Continues the observed vectors of the largest connected part and compares with those held out.
    ///
    /// - Parameters:
    ///   - positions: n × D, one point a row.
    ///   - vectors: n × D, at the same points; normal parts are left out.
    /// - Throws: ``VectorFieldError``, ``GeometryError``; `CancellationError`.
    public init(
        _ positions: Matrix, vectors: Matrix, _ settings: Settings = Settings(),
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(
            positions.rows == vectors.rows && positions.columns == vectors.columns,
            "\(positions.rows)×\(positions.columns) points, \(vectors.rows)×\(vectors.columns) vectors")
        if let bad = vectors.elements.firstIndex(where: { !$0.isFinite }) {
            throw VectorFieldError.notFinite(row: bad % vectors.rows, value: vectors.elements[bad])
        }
        let nearest = try NearestNeighbours(positions, count: settings.neighbours, shouldStop: shouldStop)
        let whole = try NeighbourGraph(nearest, weights: settings.bandwidth.map { .gaussian(bandwidth: $0) } ?? .selfTuned)
        components = whole.components
        let chosen = components[0], n = chosen.count
        let graph = components.count == 1 ? whole : whole.restricted(to: chosen)
        let positions = positions.selectingRows(chosen), vectors = vectors.selectingRows(chosen)
        let d =
            try settings.dimension
            ?? LocalDimension(positions, NearestNeighbours(positions, count: min(settings.neighbours, n - 1))).value
        let frames = try TangentFrames(positions, graph: graph, dimension: d)
        let laplacian = try ConnectionLaplacian(graph.densityCorrected(), frames)
        (points, dimension, captured, doubtfulShare) = (chosen, d, frames.captured, laplacian.doubtfulShare)

        let held = Self.heldOut(positions, settings)
        let isHeld = Set(held), observed = (0..<n).filter { !isHeld.contains($0) }
        if held.count < 2 || observed.count < 2 { throw VectorFieldError.tooFewObserved(observed: observed.count, of: n) }
        heldOut = held

        let truth = frames.coordinates(vectors)
        func square(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }
        let size = square(vectors.elements)
        tangentShare = size > 0 ? square(truth.elements) / size : 0
        let (values, fields) = try laplacian.modes(min(settings.modes ?? 40 * d, n * d), shouldStop: shouldStop)
        eigenvalues = values
        let process = VectorFieldProcess(values: values, fields: fields, dimension: d, smoothness: settings.smoothness)
        let seen = truth.selectingColumns(observed)
        (parameters, logLikelihood) = try process.fitted(observed, seen, shouldStop: shouldStop)
        let posterior = try process.posterior(observed, seen, parameters)

        // A held-out coordinate is one more noisy observation.
        let quantile = normalQuantile(twoSided: 1 - settings.level)
        var scores: [Double] = [], (wrong, copied, total) = (0.0, 0.0, 0.0)
        let distances = PointCloud(positions).squaredDistances
        for i in held {
            let closest = observed.min { distances[$0, i] < distances[$1, i] }!
            let copy = frames.frame(i).ᵀ * (frames.frame(closest) * truth.selectingColumns([closest]))
            for k in 0..<d {
                let difference = truth[k, i] - posterior.mean[k, i]
                scores.append(difference / (posterior.variance[k, i] + parameters.noise).squareRoot())
                wrong += difference * difference
                copied += (truth[k, i] - copy.elements[k]) * (truth[k, i] - copy.elements[k])
                total += truth[k, i] * truth[k, i]
            }
        }
        if total == 0 { throw VectorFieldError.zeroField }
        (error, nearestError, self.scores, coordinates) = (wrong / total, copied / total, scores.sorted(), scores.count)
        coverage = Double(scores.count { abs($0) <= quantile }) / Double(scores.count)
        (given, continued) = (frames.ambient(truth), frames.ambient(posterior.mean))
        deviations = (0..<n).map { i in ((0..<d).reduce(0) { $0 + posterior.variance[$1, i] } / Double(d)).squareRoot() }
    }

    /// Scores that so many normal numbers would have, in order.
    public var normalScores: [Double] {
        scores.indices.map { i in
            let p = (Double(i) + 0.5) / Double(scores.count)
            return p == 0.5 ? 0 : p > 0.5 ? normalQuantile(twoSided: 2 * (1 - p)) : -normalQuantile(twoSided: 2 * p)
        }
    }

    private static func heldOut(_ positions: Matrix, _ settings: Settings) -> [Int] {
        let n = positions.rows, count = Int((settings.heldOut * Double(n)).rounded())
        var stream = RandomStream(seed: settings.seed, .subsample, 5)
        let order = stream.permutation(n)
        switch settings.task {
        case .superresolution: return order[..<count].sorted()
        case .inpainting:
            let cloud = PointCloud(positions), squares = (0..<n).map { cloud.distance($0, order[0]) }
            return (0..<n).sorted { (squares[$0], $0) < (squares[$1], $1) }[..<count].sorted()
        }
    }
}
