#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// Distances that heat sees between nodes of a connected graph.
///
///     heat geodesic   d² = −4t log hᵢⱼ − σ 4t log Vᵢⱼ,   Vᵢⱼ = 2/(hᵢᵢ + hⱼⱼ)
///     diffusion       d² = Σₖ mₖ (hᵢₖ − hⱼₖ)² = h²ᵗᵢᵢ + h²ᵗⱼⱼ − 2h²ᵗᵢⱼ     (diffusion maps)
///     potential       d² = Σₖ mₖ (log hᵢₖ − log hⱼₖ)²/Σm                    (as in PHATE)
///     neighbour       d² = −2t (log pⱼ|ᵢ + log pᵢ|ⱼ),   pⱼ|ᵢ = mⱼhᵢⱼ/(1 − mᵢhᵢᵢ) (affinities as in SNE)
///
/// with h the heat kernel as a density (``HeatKernel``). In Rⁿ h = (4πt)^{−n/2} e^{−d²/4t}; the volume V of a ball of radius ~√t, read off the
/// heat that stays at home, is (4πt)^{n/2} there and takes the factor away: with σ = 1 the distance is zero on the diagonal and, since h is positive
/// semidefinite, nowhere imaginary. As t → 0 on a manifold −4t log h → d² (Varadhan); on a graph t must stay large against the distance
/// times the length of an edge, below which heat counts edges in place of lengths. Source: Huguet et al., arXiv 2305.19043.
public struct HeatGeodesics: Sendable {
    /// Which of the four distances.
    public enum Metric: String, Sendable, CaseIterable { case geodesic, diffusion, potential, neighbour }

    /// Of the sources, m × m, symmetric, zero on the diagonal.
    public let distances: Matrix
    /// t, in the units of the Laplacian.
    public let time: Double
    /// Products with the Laplacian that the heat kernel took, at most over groups of sources.
    public let terms: Int
    /// Relative, of the least certain entry of the kernel.
    public let error: Double

    /// - Parameters:
    ///   - sources: nodes between which distances are wanted; all if nil.
    ///   - volume: σ from 0 to 1; of the heat geodesic alone.
    /// - Throws: ``GeometryError``: heat that does not arrive, or squares below zero with σ < 1.
    /// - Complexity: that of ``HeatKernel``; the potential takes n·m² more.
    public init(
        _ laplacian: GraphLaplacian, time: Double, sources: [Int]? = nil, metric: Metric = .geodesic, volume: Double = 1,
        method: HeatKernel.Method = .series, tolerance: Double = 1e-12, shouldStop: () -> Bool = { false }
    ) throws {
        precondition(time > 0 && (0...1).contains(volume), "time \(time), volume \(volume)")
        let nodes = sources ?? Array(0..<laplacian.rows), measure = laplacian.measure
        // A few sources at once, so that memory does not grow with their number; the potential compares whole columns.
        let m = nodes.count, part = method == .dense || metric == .potential ? m : 64
        var heat = Matrix(rows: m, columns: 0), columns = Matrix(rows: laplacian.rows, columns: 0)
        var (terms, error) = (0, 0.0)
        for start in stride(from: 0, to: m, by: max(part, 1)) {
            // Σₖ mₖhᵢₖhⱼₖ is the kernel at twice the time.
            let kernel = try HeatKernel(
                laplacian, time: metric == .diffusion ? 2 * time : time, sources: Array(nodes[start..<min(start + part, m)]),
                method: method, tolerance: tolerance, shouldStop: shouldStop)
            if metric != .diffusion { try kernel.checkResolved(at: metric == .potential ? nil : nodes) }
            let arrived = kernel.density.selectingRows(nodes)
            heat.appendColumns(of: arrived)
            if metric == .potential { columns = kernel.density }
            terms = max(terms, kernel.terms)
            error = max(error, kernel.error / (kernel.isErrorRelative ? 1 : arrived.elements.min() ?? 1))
        }
        (self.time, self.terms, self.error) = (time, terms, error)
        // Both halves of a pair were computed: their geometric mean is symmetric.
        func logHeat(_ i: Int, _ j: Int) -> Double { 0.5 * (log(heat[i, j]) + log(heat[j, i])) }
        var squares = Matrix(rows: m, columns: m)
        switch metric {
        case .geodesic:
            for j in 0..<m {
                for i in 0..<j {
                    squares[i, j] = -4 * time * (logHeat(i, j) + volume * log(2 / (heat[i, i] + heat[j, j])))
                }
            }
        case .diffusion:
            for j in 0..<m { for i in 0..<j { squares[i, j] = heat[i, i] + heat[j, j] - heat[i, j] - heat[j, i] } }
        case .potential:
            var logs = columns
            logs.elements.withUnsafeMutableBufferPointer { x in for i in x.indices { x[i] = log(x[i]) } }
            let total = measure.reduce(0, +)
            logs.scaleRows(by: measure.map { ($0 / total).squareRoot() })
            squares = PointCloud(logs.transposed).squaredDistances
        case .neighbour:
            let masses = nodes.map { measure[$0] }
            let rest = (0..<m).map { log(1 - masses[$0] * heat[$0, $0]) }
            for j in 0..<m {
                for i in 0..<j {
                    squares[i, j] = -2 * time * (2 * logHeat(i, j) + log(masses[i] * masses[j]) - rest[i] - rest[j])
                }
            }
        }
        for j in 0..<m {
            for i in 0..<j {
                // Coincident points differ by rounding alone.
                let rounding = 1e-10 * (metric == .geodesic ? 4 * time : heat[i, i] + heat[j, j])
                if !(squares[i, j] >= -rounding) {
                    throw GeometryError.negativeSquare(from: nodes[i], to: nodes[j], square: squares[i, j], volume: volume)
                }
                squares[i, j] = squares[i, j] > 0 ? squares[i, j].squareRoot() : 0
                squares[j, i] = squares[i, j]
            }
            squares[j, j] = 0
        }
        distances = squares
    }
}
