import SaddleNumerics

/// The positive definite matrix that stands for a cloud of points.
public enum RepresentationMatrix: String, Sendable, CaseIterable {
    /// XXᵀ/D of n samples with D features: n × n, comparable between representations of the same samples, whatever their features.
    case kernel
    /// Of the features, centred, with divisor n: D × D, comparable between sets of samples of the same features.
    case covariance

    /// How far a matrix is drawn towards a multiple of the identity.
    public enum Shrinkage: Sendable, Equatable {
        /// The matrix as it is, which must not be singular.
        case none
        /// The intensity that Ledoit and Wolf estimate from the same points.
        case ledoitWolf
        /// With this intensity, from 0 to 1: the share of the multiple of the identity.
        case fixed(Double)
    }

    /// A matrix, and how much it was shrunk.
    public struct Made: Sendable {
        /// The matrix, checked for positive definiteness.
        public let point: PositiveDefinite
        /// 0: the matrix as it is.
        public let intensity: Double
    }

    /// - Parameter points: n × D, one sample a row.
    /// - Throws: ``PositiveDefiniteError/singular(eigenvalue:count:order:largest:allowed:)`` where there are fewer features than samples
    ///   (kernel), or fewer samples than features (covariance), or copies, and nothing is shrunk.
    public func matrix(of points: Matrix, _ shrinkage: Shrinkage) throws(PositiveDefiniteError) -> Made {
        let estimate = LedoitWolf(self == .kernel ? points.transposed : points, centers: self == .covariance)
        let intensity: Double =
            switch shrinkage {
            case .none: 0
            case .ledoitWolf: estimate.intensity
            case .fixed(let value): value
            }
        return Made(
            point: try PositiveDefinite(intensity == 0 ? estimate.sample : LedoitWolf.shrinking(estimate.sample, by: intensity)),
            intensity: intensity)
    }
}

/// Distances between positive definite matrices, and of each to their Fréchet mean.
public struct MatrixDistances: Sendable {
    /// δ(Aᵢ, Aⱼ)
    public let distances: Matrix
    /// What is left of it once each matrix is divided by det^{1/n}: a common factor does not count.
    public let shapes: Matrix
    /// Fréchet mean in the affine-invariant metric.
    public let mean: PositiveDefiniteMean
    /// δ of each matrix to the mean.
    public let toMean: [Double]

    /// All pairs and the mean of one or more matrices of the same order.
    public init(_ points: [PositiveDefinite], progress: @escaping ProgressHandler = { _, _ in }) throws(PositiveDefiniteError) {
        precondition(!points.isEmpty, "no matrices")
        let n = points.count, pairs = (0..<n).flatMap { j in (0..<j).map { (i: $0, j: j) } }
        let found = try Threads.map(pairs.count) { (k: Int) throws(PositiveDefiniteError) -> (whole: Double, shape: Double) in
            try points[pairs[k].i].distance(to: points[pairs[k].j])
        }
        var (distances, shapes) = (Matrix(rows: n, columns: n), Matrix(rows: n, columns: n))
        for (pair, value) in zip(pairs, found) {
            (distances[pair.i, pair.j], distances[pair.j, pair.i]) = (value.whole, value.whole)
            (shapes[pair.i, pair.j], shapes[pair.j, pair.i]) = (value.shape, value.shape)
        }
        (self.distances, self.shapes) = (distances, shapes)
        progress(1, 2)
        mean = try PositiveDefinite.mean(points)
        var toMean: [Double] = []
        for point in points { toMean.append(try mean.point.distance(to: point).whole) }
        self.toMean = toMean
        progress(2, 2)
    }
}
