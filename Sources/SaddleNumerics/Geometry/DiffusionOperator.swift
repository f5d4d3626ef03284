#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Diffusion on points, each linked with each:
///
///     K = D^{-1/2} G D^{-1/2},   Gᵢⱼ = exp(−|xᵢ − xⱼ|²/2σ²),   D = diag(G1)
///
/// K is symmetric and has the eigenvalues of the random walk D⁻¹G: between 0 and 1, and 1 for each group of points that diffusion does
/// not leave. Source: Coifman and Lafon 2006; Liao et al., arXiv 2312.04823.
public struct DiffusionOperator: Sendable {
    /// σ, in the units of the points.
    public let bandwidth: Double
    /// K, n × n.
    public let matrix: Matrix
    /// Row sums of G; at least 1, since a point is its own neighbour.
    public let degrees: [Double]

    /// - Parameters:
    ///   - points: n × D, one a row.
    ///   - bandwidth: σ above 0, in the units of the points.
    /// - Complexity: O(n² D) time, two n × n matrices.
    public init(_ points: Matrix, bandwidth: Double) {
        self.init(squaredDistances: PointCloud(points).squaredDistances, bandwidth: bandwidth)
    }

    /// The same from squared distances, for several bandwidths of the same points.
    public init(squaredDistances: Matrix, bandwidth: Double) {
        precondition(bandwidth > 0 && bandwidth.isFinite, "bandwidth \(bandwidth)")
        let n = squaredDistances.rows
        precondition(squaredDistances.columns == n, "distances \(n)×\(squaredDistances.columns)")
        self.bandwidth = bandwidth
        let rate = 0.5 / (bandwidth * bandwidth)
        var kernel = squaredDistances
        kernel.elements.withUnsafeMutableBufferPointer { g in for i in g.indices { g[i] = exp(-rate * g[i]) } }
        // G is symmetric: sums over columns, which are contiguous.
        let degrees = kernel.elements.withUnsafeBufferPointer { g in
            (0..<n).map { j in
                var sum = 0.0
                for i in j * n..<(j + 1) * n { sum += g[i] }
                return sum
            }
        }
        let factors = degrees.map { 1 / $0.squareRoot() }
        kernel.scaleRows(by: factors)
        kernel.scaleColumns(by: factors)
        (matrix, self.degrees) = (kernel, degrees)
    }

    /// All eigenvalues of K, largest first. In exact arithmetic none is negative; rounding leaves ±n·2⁻⁵².
    ///
    /// - Complexity: O(n³): some 30 s for n = 5000 on one core.
    public func eigenvalues() throws(FactorizationError) -> [Double] { try matrix.symmetricEigenvalues().reversed() }
}
