import SaddleNumerics

/// The shape of points as heat on their graph of nearest neighbours sees it: distances, a picture, and how both agree with other distances.
public struct NeighbourhoodGeometry: Sendable {
    /// The graph, the heat on it and the picture.
    public struct Settings: Sendable, Equatable {
        /// k, nearest neighbours of each point in the graph.
        public var neighbours = 15
        /// σ of Gaussian weights; self-tuned if nil.
        public var bandwidth: Double?
        /// Of the manifold: the unit of time. Estimated from the neighbours if nil.
        public var dimension: Double?
        /// Which Laplacian of the graph spreads the heat.
        public var normalization = GraphLaplacian.Normalization.symmetric
        /// Whether the density of points is divided out.
        public var correctsDensity = true
        /// t; a hundredth of the square of the graph's diameter if nil.
        public var time: Double?
        /// Which distance is read from the heat.
        public var metric = HeatGeodesics.Metric.geodesic
        /// σ of the heat geodesic, from 0 to 1.
        public var volume = 1.0
        /// How the heat kernel is computed.
        public var method = HeatKernel.Method.series
        /// Of the heat kernel's truncation.
        public var tolerance = 1e-12
        /// Distances are between at most so many points.
        public var landmarks = 500
        /// How points of the picture are placed.
        public var scaling = MultidimensionalScaling.Method.smacof
        /// Seed of the choice of landmarks.
        public var seed = 1

        /// Fifteen neighbours, self-tuned weights and heat geodesics; dimension and time from the points.
        public init() {}
    }

    /// Points of each connected part of the graph, the largest part first, which alone is measured.
    public let components: [[Int]]
    /// Rows of the points between which distances are.
    public let landmarks: [Int]
    /// Dimension of the manifold and time t, as given or as found.
    public let dimension, time: Double
    /// Distances between the landmarks.
    public let heat: HeatGeodesics
    /// Along edges, and straight, between the same points.
    public let shortestPaths, straight: Matrix
    /// Landmarks in few dimensions, by the heat distances.
    public let picture: MultidimensionalScaling
    /// Spearman's rank correlation of the heat distances with the other two over pairs.
    public let agreementWithPaths, agreementWithStraight: Double
    /// Mean number of edges of a node, and root mean square of their lengths.
    public let meanDegree, edgeLength: Double

    /// Measures the largest connected part of the graph of nearest neighbours.
    ///
    /// - Throws: ``GeometryError`` for fewer than three connected points, coincident points, or heat that does not arrive.
    public init(_ points: Matrix, _ settings: Settings = Settings(), shouldStop: @escaping @Sendable () -> Bool = { false })
        throws
    {
        let nearest = try NearestNeighbours(points, count: settings.neighbours, shouldStop: shouldStop)
        let whole = try NeighbourGraph(
            nearest, weights: settings.bandwidth.map { .gaussian(bandwidth: $0) } ?? .selfTuned)
        components = whole.components
        let nodes = components[0]
        let graph = components.count == 1 ? whole : whole.restricted(to: nodes)
        if nodes.count < 3 {
            throw GeometryError.disconnected(components: components.count, largest: nodes.count, of: points.rows)
        }
        dimension = try settings.dimension ?? Double(LocalDimension(points, nearest).value)
        let laplacian = try GraphLaplacian(
            settings.correctsDensity ? graph.densityCorrected() : graph, normalization: settings.normalization,
            dimension: dimension)
        meanDegree = Double(graph.weights.count) / Double(nodes.count)
        edgeLength = (graph.squaredDistances.reduce(0, +) / Double(graph.weights.count)).squareRoot()
        var stream = RandomStream(seed: settings.seed, .subsample, 4)
        let chosen =
            nodes.count <= settings.landmarks
            ? Array(nodes.indices) : stream.permutation(nodes.count)[..<settings.landmarks].sorted()
        landmarks = chosen.map { nodes[$0] }
        let paths = Threads.compute(chosen.count) { graph.shortestPaths(from: chosen[$0]) }
        let diameter = paths.reduce(0) { max($0, $1.max() ?? 0) }
        shortestPaths = Matrix(rows: chosen.count, columns: chosen.count) { paths[$1][chosen[$0]] }
        time = settings.time ?? diameter * diameter / 100
        if !(time > 0) { throw GeometryError.coincidentPoints(point: 0, copies: nodes.count - 1) }
        heat = try HeatGeodesics(
            laplacian, time: time, sources: chosen, metric: settings.metric, volume: settings.volume, method: settings.method,
            tolerance: settings.tolerance, shouldStop: shouldStop)
        let some = points.selectingRows(landmarks)
        var straight = PointCloud(some).squaredDistances
        straight.elements.withUnsafeMutableBufferPointer { x in for i in x.indices { x[i] = x[i].squareRoot() } }
        self.straight = straight
        picture = try MultidimensionalScaling(heat.distances, method: settings.scaling, shouldStop: shouldStop)
        agreementWithPaths = Self.rankCorrelation(heat.distances, shortestPaths)
        agreementWithStraight = Self.rankCorrelation(heat.distances, straight)
    }

    /// Over pairs, equal values sharing their mean rank; 0 where one of the two does not vary.
    package static func rankCorrelation(_ a: Matrix, _ b: Matrix) -> Double {
        func ranks(_ x: Matrix) -> [Double] {
            let values = (1..<max(x.rows, 1)).flatMap { j in (0..<j).map { x[$0, j] } }
            let order = values.indices.sorted { values[$0] < values[$1] }
            var ranks = [Double](repeating: 0, count: values.count), start = 0
            while start < order.count {
                var end = start
                while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
                for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
                start = end + 1
            }
            return ranks
        }
        let (x, y) = (ranks(a), ranks(b)), mean = Double(x.count - 1) / 2
        var (xy, xx, yy) = (0.0, 0.0, 0.0)
        for i in x.indices {
            xy += (x[i] - mean) * (y[i] - mean)
            xx += (x[i] - mean) * (x[i] - mean)
            yy += (y[i] - mean) * (y[i] - mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }
}
