#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Columns of the heat kernel exp(−tL) of a graph, as densities with respect to its measure:
///
///     hᵢⱼ = (e^{−tL})ᵢⱼ/√(mᵢmⱼ)
///
/// symmetric, positive for connected graphs, Σⱼ mⱼhᵢⱼ = 1.
public struct HeatKernel: Sendable {
    /// How exp(−tL) is applied.
    public enum Method: String, Sendable, CaseIterable {
        /// All eigenvectors: exact to rounding of the largest entries, O(n³) time, n × n memory.
        case dense
        /// Chebyshev expansion: products with L alone; the error is bounded in absolute terms.
        case chebyshev
        /// The series of the random walk, all of whose terms are positive: every entry to relative accuracy, however small it is.
        case series
    }

    /// t of exp(−tL).
    public let time: Double
    /// The nodes where heat starts: columns of `density`.
    public let sources: [Int]
    /// n × sources.
    public let density: Matrix
    /// No entry is wrong by more than this, rounding included; for the series relative to the entry.
    public let error: Double
    /// Whether ``error`` is relative to the entry.
    public let isErrorRelative: Bool
    /// Products with L that were needed.
    public let terms: Int

    /// - Parameters:
    ///   - time: t above 0, in the units of L.
    ///   - sources: nodes; all of them if nil.
    ///   - tolerance: of truncation.
    /// - Complexity: for the expansions, terms × edges × sources time and n × sources memory.
    public init(
        _ laplacian: GraphLaplacian, time: Double, sources: [Int]? = nil, method: Method = .series, tolerance: Double = 1e-12,
        shouldStop: () -> Bool = { false }
    ) throws {
        precondition(time > 0 && time.isFinite && tolerance > 0, "time \(time), tolerance \(tolerance)")
        let n = laplacian.rows, sources = sources ?? Array(0..<n)
        (self.time, self.sources) = (time, sources)
        var columns: Matrix
        switch method {
        case .dense:
            let (values, vectors) = try laplacian.dense.symmetricEigen()
            var scaled = vectors.selectingRows(sources)
            scaled.scaleColumns(by: values.map { exp(-time * $0) })
            columns = .product(.plain(vectors), scaled.ᵀ)
            // What LAPACK's backward error does to the eigenvalues, and rounding of the sums.
            (error, isErrorRelative, terms) = (
                Double.ulpOfOne * (Double(n) + time * laplacian.largestEigenvalue) * laplacian.densityScale, false, 0
            )
        case .chebyshev:
            let expansion = HeatExpansion(time * laplacian.largestEigenvalue / 2, tolerance: tolerance)
            columns = try expansion.chebyshev(laplacian, .unitColumns(n, sources), shouldStop)
            terms = expansion.coefficients.count - 1
            (error, isErrorRelative) = (
                (expansion.truncation + 4 * Double.ulpOfOne * Double(terms + 1)) * laplacian.densityScale, false
            )
        case .series:
            var products = 0
            (columns, error) = try HeatExpansion.series(
                laplacian, time: time, .unitColumns(n, sources), tolerance: tolerance, &products, shouldStop)
            (terms, isErrorRelative) = (products, true)
        }
        let roots = laplacian.measure.map { 1 / $0.squareRoot() }
        columns.scaleRows(by: roots)
        columns.scaleColumns(by: sources.map { roots[$0] })
        density = columns
    }

    /// Refuses entries that the error hides, since their logarithms mean nothing.
    ///
    /// - Parameter rows: where the heat arrives; all nodes if nil.
    public func checkResolved(at rows: [Int]? = nil) throws(GeometryError) {
        let allowed = isErrorRelative ? 0 : 100 * error
        for (c, from) in sources.enumerated() {
            for to in rows ?? Array(0..<density.rows) where !(density[to, c] > allowed) {
                throw .heatUnresolved(
                    from: from, to: to, value: density[to, c], error: isErrorRelative ? 0 : error, time: time)
            }
        }
    }
}

extension GraphLaplacian {
    /// Largest 1/√(mᵢmⱼ).
    fileprivate var densityScale: Double { 1 / (measure.min() ?? 1) }
}

extension Matrix {
    /// Columns of the identity.
    static func unitColumns(_ n: Int, _ chosen: [Int]) -> Matrix {
        var x = Matrix(rows: n, columns: chosen.count)
        for (c, node) in chosen.enumerated() { x[node, c] = 1 }
        return x
    }
}
